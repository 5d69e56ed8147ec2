import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestOutbound } from '../support/outbound.js';
import { bearer, leastMetadata, manage, register, registered, setRegistration } from './registrations.js';
import { send, startWorld, type World } from './requests.js';

const runs = { numRuns: 200 };

let world: World;
beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '1000000' }, fetch: createTestOutbound() });
  await setRegistration(world, 'open');
});
afterAll(() => world.close());

const members = [
  'redirect_uris response_types grant_types application_type contacts client_name logo_uri client_uri policy_uri tos_uri',
  'jwks jwks_uri sector_identifier_uri subject_type id_token_signed_response_alg userinfo_signed_response_alg scope',
  'request_object_signing_alg token_endpoint_auth_method token_endpoint_auth_signing_alg default_max_age require_auth_time',
  'default_acr_values initiate_login_uri request_uris post_logout_redirect_uris backchannel_logout_uri software_id',
  'backchannel_logout_session_required frontchannel_logout_uri frontchannel_logout_session_required software_version',
  'introspection_signed_response_alg dpop_bound_access_tokens require_pushed_authorization_requests software_statement',
  'id_token_encrypted_response_alg client_id client_secret client_name#ja constructor __proto__ toString',
].flatMap((line) => line.split(' '));

const text = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    'none',
    'RS256',
    'HS256',
    'pairwise',
    'native',
    'code',
    'implicit',
    'x'.repeat(3000),
  ),
  fc.constantFrom(
    'https://client.example.org/',
    'http://localhost/',
    'https://a.example.org/#f',
    'javascript:alert(1)',
    'https://',
    'a.b:/c',
    'https://\u00e9.example/',
    'https://xn--a',
    'http://[::1',
    'data:,x',
    'urn:x',
  ),
  fc.constantFrom(
    'client_secret_basic',
    'client_secret_jwt',
    'private_key_jwt',
    'none',
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'password',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.webUrl(),
);
const key = fc.record(
  {
    kty: fc.oneof(text, fc.constantFrom('RSA', 'EC', 'OKP', 'oct')),
    n: text,
    e: text,
    crv: text,
    x: text,
    kid: text,
    d: text,
  },
  { requiredKeys: [] },
);
const value = fc.oneof(
  text,
  fc.array(text, { maxLength: 4 }),
  fc.boolean(),
  fc.double(),
  fc.constant(null),
  fc.jsonValue(),
  fc.record({ keys: fc.array(key, { maxLength: 3 }) }),
);
const metadata = fc.dictionary(fc.constantFrom(...members), value, { maxKeys: 8, noNullPrototype: true });

/** Every answer is one of the protocol's: no crash, and nothing echoed that could break out of the text. */
function expectOrderly(
  answer: { status: number; body: { error?: string; error_description?: string } },
  ...statuses: number[]
) {
  expect(statuses).toContain(answer.status);
  if (answer.status < 400) return;
  expect(answer.body.error).toMatch(/^[a-z_]+$/);
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
}

test('RFC 7591 §3.2: whatever a client registers is registered or refused, and what is registered can be read and kept', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(metadata, fc.boolean(), async (document, whole) => {
      const answer = await register(world, whole ? { ...leastMetadata, ...document } : document);
      expectOrderly(answer, 201, 400);
      if (answer.status !== 201) return;
      taken += 1;
      const read = await manage(answer.body, 'GET');
      expect(read.status).toBe(200);
      // What was registered is registered again unchanged: the answer is a registration, too.
      const again = await manage(answer.body, 'PUT', read.body);
      expect([again.status, again.body]).toEqual([200, read.body]);
    }),
    runs,
  );
  expect(taken).toBeGreaterThan(0);
});

test('RFC 7591 §3.1: whatever the body is', async () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json({ maxDepth: 6 }),
    fc.constantFrom('{"a":', '\ufeff{}', '{"redirect_uris":[["https://a.example/"]]}'),
  );
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      expectOrderly(await register(world, sent), 201, 400);
    }),
    runs,
  );
});

test('RFC 7592 §2: whatever comes to the client configuration endpoint', async () => {
  const client = await registered(world);
  const header = fc.oneof(
    fc.constantFrom('', 'Bearer', 'Bearer ', 'Basic x', `bearer ${client.registration_access_token}`, 'DPoP x'),
    fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
  );
  const path = fc.oneof(
    fc.constant(client.client_id),
    fc.stringMatching(/^[A-Za-z0-9%._~-]{1,40}$/),
    fc.constantFrom('%00', '%ff', '%', '..', 'x'.repeat(300)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT'),
      path,
      header,
      metadata,
      async (method, id, authorization, document) => {
        const answer = await send<{ error?: string; error_description?: string }>(`${world.issuer}/register/${id}`, {
          method,
          headers: { authorization, 'content-type': 'application/json' },
          ...(method === 'PUT' ? { body: JSON.stringify({ ...document, client_id: client.client_id }) } : {}),
        });
        expect(answer.status).toBeLessThan(500);
      },
    ),
    runs,
  );
  const still = await send(client.registration_client_uri, { headers: bearer(client.registration_access_token) });
  expect(still.status).toBe(200);
});
