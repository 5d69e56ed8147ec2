import type { Application, TypeChange } from '@tessera/contract/applications';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Problem } from '@tessera/contract/problems';
import { exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Admin, createAdmin, type GivenApplication } from '../support/admin.js';
import { type ClientKey, jwksOf, makeClientKey } from '../support/client-key.js';
import { createTestOutbound } from '../support/outbound.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let project: Awaited<ReturnType<Admin['givenProject']>>;
let key: ClientKey;
const jwksUri = 'https://app.example.com/jwks.json';
const outbound = createTestOutbound();

beforeAll(async () => {
  server = await startTestServer({ fetch: outbound });
  admin = createAdmin(server);
  project = await admin.givenProject((await admin.givenSuite()).id);
  key = await makeClientKey();
});
afterAll(() => server.close());

const create = (fields: object, authenticatorType = 'client_credentials') =>
  admin.api<GivenApplication>('POST', '/applications', {
    suiteId: project.suiteId,
    projectId: project.id,
    name: `Application ${Math.random()}`,
    authenticatorType,
    redirectUris: authenticatorType.startsWith('authorization_') ? ['https://app.example.com/cb'] : [],
    ...fields,
  });

const patch = (app: GivenApplication, fields: object) =>
  admin.api<GivenApplication>('PATCH', `/applications/${app.id}`, fields);

const given = (fields: object) => admin.givenApplication(project, 'client_credentials', fields);

async function statesOf(app: GivenApplication): Promise<string[]> {
  const answer = await admin.api<{ items: { status: string }[] }>('GET', `/applications/${app.id}/secrets`);
  return answer.body.items.map((secret) => secret.status);
}

/** Whether the server knows the value of each secret that is not revoked. */
async function sealedOf(app: GivenApplication): Promise<boolean[]> {
  const rows = await server.deps.db
    .selectFrom('clientSecrets')
    .select('secretSealed')
    .where('applicationId', '=', app.id)
    .where('revokedAt', 'is', null)
    .execute();
  return rows.map((row) => row.secretSealed !== null);
}

async function canUse(app: GivenApplication, secret: string | undefined): Promise<boolean> {
  const answer = await fetch(`${app.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return answer.status === 200;
}

function expectFault(answer: { status: number; body: unknown }, field: string, code: string): void {
  const { errors } = answer.body as Problem;
  expect([answer.status, errors?.map((error) => [error.field, error.code])]).toEqual([422, [[field, code]]]);
}

describe('RFC 7591 §2: how an application authenticates itself', () => {
  test('nothing is set to begin with', async () => {
    expect(await given({})).toMatchObject({
      tokenEndpointAuthMethod: null,
      jwks: null,
      jwksUri: null,
      requirePushedRequests: false,
      clientSecret: expect.stringMatching(/^tes_cs_/),
    });
  });

  test('with its own key it has no secret, and gets none', async () => {
    const jwks = jwksOf(key);
    const app = await given({ tokenEndpointAuthMethod: 'private_key_jwt', jwks });
    expect(app).toMatchObject({ tokenEndpointAuthMethod: 'private_key_jwt', jwks, jwksUri: null });
    expect(app).not.toHaveProperty('clientSecret');
    const added = await admin.api('POST', `/applications/${app.id}/secrets`, { name: 'one' });
    expect([added.status, added.body.code, added.body.detail]).toEqual([
      409,
      'secret_not_used',
      expect.stringContaining('its own key'),
    ]);
    const read = await admin.api<Application>('GET', `/applications/${app.id}`);
    expect(read.body.jwks).toEqual(jwks);
  });

  test('with keys at an address', async () => {
    const app = await given({ tokenEndpointAuthMethod: 'private_key_jwt', jwksUri });
    expect([app.jwksUri, app.jwks]).toEqual([jwksUri, null]);
  });

  test('signing with a secret, the secret is sealed; every secret of it', async () => {
    const app = await given({ tokenEndpointAuthMethod: 'client_secret_jwt' });
    expect(app.clientSecret).toMatch(/^tes_cs_/);
    await admin.api('POST', `/applications/${app.id}/secrets`, { name: 'second' });
    expect(await sealedOf(app)).toEqual([true, true]);
    expect(await sealedOf(await given({}))).toEqual([false]);
  });
});

describe('what cannot be', () => {
  test('private_key_jwt without keys', async () => {
    expectFault(await create({ tokenEndpointAuthMethod: 'private_key_jwt' }), 'jwks', 'jwks_required');
    const app = await given({ tokenEndpointAuthMethod: 'private_key_jwt', jwks: jwksOf(key) });
    expectFault(await patch(app, { jwks: null }), 'jwks', 'jwks_required');
    expect((await patch(app, { jwks: null, jwksUri })).body).toMatchObject({ jwks: null, jwksUri });
  });

  test('keys and their address together', async () => {
    expectFault(await create({ jwks: jwksOf(key), jwksUri }), 'jwksUri', 'jwks_twice');
    expectFault(await patch(await given({ jwks: jwksOf(key) }), { jwksUri }), 'jwksUri', 'jwks_twice');
  });

  test('private and shared keys', async () => {
    const secret = { keys: [await exportJWK(key.privateKey)] };
    expectFault(await create({ jwks: secret }), 'jwks', 'jwks_private');
    expectFault(await create({ jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }), 'jwks', 'jwks_private');
  });

  test.each([
    ['a text', 'x', 'jwks'],
    ['a key alone', { kty: 'EC' }, 'jwks.keys'],
    ['texts as keys', { keys: ['x'] }, 'jwks.keys.0'],
    ['no keys', { keys: [] }, 'jwks'],
    ['a key that lacks a member', { keys: [{ kty: 'EC', crv: 'P-256', x: 'x' }] }, 'jwks'],
  ])('a JWKS that is %s', async (_, jwks, field) => {
    const answer = await create({ jwks });
    const { errors } = answer.body as unknown as Problem;
    expect([answer.status, errors?.map((error) => error.field)]).toEqual([422, [field]]);
  });

  test.each([
    ['http://app.example.com/jwks.json', 'url_insecure'],
    ['app.example.com', 'url_invalid'],
    ['https://a:b@app.example.com/', 'url_invalid'],
  ])('%s as the address', async (uri, code) => expectFault(await create({ jwksUri: uri }), 'jwksUri', code));

  test('a method for a public type, or one that nobody knows', async () => {
    const field = 'tokenEndpointAuthMethod';
    for (const type of ['authorization_pkce_flow', 'device_flow'])
      expectFault(await create({ [field]: 'client_secret_basic' }, type), field, 'auth_method_public');
    const spa = await admin.givenApplication(project, 'authorization_pkce_flow');
    expectFault(await patch(spa, { [field]: 'client_secret_post' }), field, 'auth_method_public');
    expectFault(await create({ [field]: 'none' }), field, 'invalid');
    expectFault(await create({ [field]: 'tls_client_auth' }), field, 'invalid');
  });
});

describe('domain rule 2: a change takes its effects at once', () => {
  test('to client_secret_jwt: a new secret, shown once; the old ones are of no use', async () => {
    const app = await given({});
    const changed = await patch(app, { tokenEndpointAuthMethod: 'client_secret_jwt' });
    expect(changed.body.clientSecret).toMatch(/^tes_cs_/);
    expect((await statesOf(app)).sort()).toEqual(['active', 'revoked']);
    expect(await sealedOf(app)).toEqual([true]);
    expect(await canUse(app, app.clientSecret)).toBe(false);
    expect((await patch(app, { description: 'again' })).body).not.toHaveProperty('clientSecret');
  });

  test('and back: the secret counts on, its value is forgotten', async () => {
    const app = await given({ tokenEndpointAuthMethod: 'client_secret_jwt' });
    const changed = await patch(app, { tokenEndpointAuthMethod: 'client_secret_basic' });
    expect(changed.body).not.toHaveProperty('clientSecret');
    expect(await sealedOf(app)).toEqual([false]);
    expect(await canUse(app, app.clientSecret)).toBe(true);
  });

  test('to private_key_jwt: the secrets end; and back: a new one', async () => {
    const app = await given({});
    const changed = await patch(app, { tokenEndpointAuthMethod: 'private_key_jwt', jwks: jwksOf(key) });
    expect(changed.body).not.toHaveProperty('clientSecret');
    expect(await statesOf(app)).toEqual(['revoked']);
    const back = await patch(app, { tokenEndpointAuthMethod: null });
    expect(await canUse(app, back.body.clientSecret)).toBe(true);
    expect(await canUse(app, app.clientSecret)).toBe(false);
    expect(back.body.jwks).toEqual(jwksOf(key));
  });

  test('between header and body nothing else changes', async () => {
    const app = await given({});
    const changed = await patch(app, { tokenEndpointAuthMethod: 'client_secret_post' });
    expect(changed.body).not.toHaveProperty('clientSecret');
    expect(await statesOf(app)).toEqual(['active']);
    expect(await canUse(app, app.clientSecret)).toBe(false);
    await patch(app, { tokenEndpointAuthMethod: 'client_secret_basic' });
    expect(await canUse(app, app.clientSecret)).toBe(true);
  });

  test('another method forgets the algorithm of assertions, unless one is sent with it', async () => {
    const tokenEndpointAuthSigningAlg = 'ES256';
    const app = await given({ tokenEndpointAuthMethod: 'private_key_jwt', tokenEndpointAuthSigningAlg, jwksUri });
    expect(app).toMatchObject({ tokenEndpointAuthSigningAlg });
    expect((await patch(app, { description: 'x' })).body).toMatchObject({ tokenEndpointAuthSigningAlg });
    const changed = await patch(app, { tokenEndpointAuthMethod: 'client_secret_jwt' });
    expect(changed.body).toMatchObject({ tokenEndpointAuthSigningAlg: null });
    const back = await patch(app, { tokenEndpointAuthMethod: 'private_key_jwt', tokenEndpointAuthSigningAlg });
    expect(back.body).toMatchObject({ tokenEndpointAuthSigningAlg });
    expectFault(await patch(app, { tokenEndpointAuthSigningAlg: 'HS256' }), 'tokenEndpointAuthSigningAlg', 'invalid');
  });

  test('a client registered as public authenticates by secret once its type is confidential', async () => {
    const app = await admin.givenApplication(project, 'authorization_pkce_flow');
    const metadata = JSON.stringify({ authMethod: 'none' });
    await server.deps.db.updateTable('applications').set({ metadata }).where('id', '=', app.id).execute();
    const changed = await patch(app, { authenticatorType: 'authorization_flow' });
    expect(changed.body).toMatchObject({ tokenEndpointAuthMethod: null });
    expect(changed.body.clientSecret).toMatch(/^tes_cs_/);
  });

  test('a public type has no method', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow', {
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: jwksOf(key),
    });
    const foreseen = await admin.api<TypeChange>('GET', `/applications/${app.id}/type-change?to=client_credentials`);
    expect(foreseen.body).toMatchObject({ secretIssued: false, secretsDropped: 0 });
    const changed = await patch(app, { authenticatorType: 'authorization_pkce_flow' });
    expect(changed.body).toMatchObject({ tokenEndpointAuthMethod: null, jwks: jwksOf(key) });
    const back = await patch(app, { authenticatorType: 'authorization_flow' });
    expect(back.body.clientSecret).toMatch(/^tes_cs_/);
  });

  test('what else is known about the client stays', async () => {
    const app = await given({});
    const metadata = JSON.stringify({ logoUri: 'https://app.example.com/logo.png', contacts: ['a@example.com'] });
    await server.deps.db.updateTable('applications').set({ metadata }).where('id', '=', app.id).execute();
    await patch(app, { requirePushedRequests: true });
    const row = await server.deps.db
      .selectFrom('applications')
      .select('metadata')
      .where('id', '=', app.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.metadata)).toMatchObject({ ...JSON.parse(metadata), requirePar: true });
  });

  test('domain rule 14: a row in the audit log, without any secret', async () => {
    const app = await given({});
    const changed = await patch(app, { tokenEndpointAuthMethod: 'client_secret_jwt', jwks: jwksOf(key) });
    const events = await admin.api<{ items: AuditEvent[] }>('GET', `/audit-events?targetId=${app.id}`);
    const event = events.body.items.find(({ action }) => action === 'application.updated');
    expect(event?.changes).toMatchObject({
      tokenEndpointAuthMethod: { from: null, to: 'client_secret_jwt' },
      jwks: { from: null, to: jwksOf(key) },
      secretsRevoked: 1,
    });
    expect(JSON.stringify(events.body)).not.toContain(changed.body.clientSecret);
  });
});

describe('RFC 7591 §2 jwks_uri: the keys at an address', () => {
  const fetchKeys = (app: GivenApplication, uri: unknown) =>
    admin.api<{ keys: object[] }>('POST', `/applications/${app.id}/fetch-keys`, { jwksUri: uri });

  test('are told apart, and never kept', async () => {
    const app = await given({});
    outbound.documents.set(jwksUri, JSON.stringify(jwksOf(key)));
    const answer = await fetchKeys(app, jwksUri);
    expect(answer.status).toBe(200);
    const [jwk] = jwksOf(key).keys as unknown as Record<string, string>[];
    expect(answer.body.keys).toEqual([
      { kid: jwk?.kid ?? null, kty: jwk?.kty, crv: jwk?.crv ?? null, alg: jwk?.alg ?? null, use: jwk?.use ?? null },
    ]);
    expect((await admin.api<Application>('GET', `/applications/${app.id}`)).body.jwksUri).toBeNull();
  });

  test.each([
    ['nobody answers', null, /cannot be reached/],
    ['the document is not JSON', '<html>', /not JSON/],
    ['the document is no JWKS', '{"keys": 1}', /no JWKS/],
    ['a key is private', JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA' }] }), /private or symmetric/],
  ])('a fault of the field where %s', async (_, document, reason) => {
    const uri = `${jwksUri}?${Math.random()}`;
    if (document !== null) outbound.documents.set(uri, document);
    const answer = await fetchKeys(await given({}), uri);
    expectFault(answer, 'jwksUri', 'jwks_unreadable');
    expect((answer.body as unknown as Problem).errors?.[0]?.message).toMatch(reason);
  });

  test('an address that is none is refused before anything is asked for', async () => {
    const asked = outbound.asked.length;
    expectFault(await fetchKeys(await given({}), 'http://app.example.com/'), 'jwksUri', 'url_insecure');
    expect(outbound.asked).toHaveLength(asked);
  });
});
