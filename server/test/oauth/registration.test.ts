import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  applicationOf,
  bearer,
  givenInitialAccessToken,
  leastMetadata,
  register,
  registered,
  setRegistration,
} from './registrations.js';
import { type Answer, anotherSuite, expectNotCached, expectRefused, send, startWorld, type World } from './requests.js';

let world: World;
let publicJwk: JWK;
let privateJwk: JWK;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '10000' } });
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  [publicJwk, privateJwk] = [await exportJWK(publicKey), await exportJWK(privateKey)];
});
afterAll(() => world.close());
beforeEach(() => setRegistration(world, 'open'));

const metadataOf = async () =>
  (await send<Record<string, unknown>>(`${world.issuer}/.well-known/openid-configuration`, {})).body;

/** Checks a refused registration: the error, and the rule in the refusals log. */
async function expectFault(
  answer: Answer<unknown>,
  error:
    | 'invalid_client_metadata'
    | 'invalid_redirect_uri'
    | 'invalid_software_statement'
    | 'unapproved_software_statement',
  rule: string,
): Promise<void> {
  await expectRefused(world, answer, { status: 400, error, row: { rule, endpoint: 'register' } });
}

describe('who may register', () => {
  test('RFC 7591 §3: nobody, unless the suite says so', async () => {
    const other = await anotherSuite(world);
    const answer = await register(other, leastMetadata);
    expect([answer.status, answer.body.error]).toEqual([404, 'invalid_request']);
    const { body } = await send<Record<string, unknown>>(`${other.issuer}/.well-known/openid-configuration`, {});
    expect(body).not.toHaveProperty('registration_endpoint');
  });

  test('RFC 8414 §2: the metadata names the endpoint where it is offered', async () => {
    expect((await metadataOf()).registration_endpoint).toBe(`${world.issuer}/register`);
    await setRegistration(world, 'off');
    expect(await metadataOf()).not.toHaveProperty('registration_endpoint');
  });

  test('RFC 7591 §3: with an initial access token, where the suite wants one', async () => {
    await setRegistration(world, 'token');
    const token = await givenInitialAccessToken(world);
    expect(token.initialAccessToken).toMatch(/^tes_it_[\w-]{43}$/);
    const answer = await register(world, leastMetadata, bearer(token.initialAccessToken));
    expect(answer.status).toBe(201);
  });

  test('RFC 6750 §3: without one it is 401 with a challenge', async () => {
    await setRegistration(world, 'token');
    const answer = await register(world, leastMetadata);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="tessera"');
    await expectRefused(world, answer, { status: 401, error: 'invalid_token', row: { rule: 'token.missing' } });
  });

  test('RFC 6750 §3.1: a token that is wrong, expired, revoked or of another suite is 401 invalid_token', async () => {
    await setRegistration(world, 'token');
    const other = await anotherSuite(world);
    const [mine, foreign] = [
      await givenInitialAccessToken(world, { expiresIn: 60 }),
      await givenInitialAccessToken(other),
    ];
    const revoked = await givenInitialAccessToken(world);
    const path = `/suites/${world.suite.id}/registration-tokens`;
    expect((await world.admin.api('DELETE', `${path}/${revoked.id}`)).status).toBe(204);
    world.server.clock.advance(60);
    for (const token of [mine, foreign, revoked]
      .map((one) => one.initialAccessToken)
      .concat('tes_it_wrong', await world.admin.token())) {
      const answer = await register(world, leastMetadata, bearer(token));
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      await expectRefused(world, answer, { status: 401, error: 'invalid_token', row: { rule: 'registration.token' } });
    }
  });

  test('too many registrations of one address are 429, with the seconds to wait', async () => {
    const own = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '3' } });
    try {
      await setRegistration(own, 'open');
      for (const _ of [1, 2, 3]) expect((await register(own, leastMetadata)).status).toBe(201);
      const answer = await register(own, leastMetadata);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '900']);
      own.server.clock.advance(900);
      expect((await register(own, leastMetadata)).status).toBe(201);
      // With a token only what fails counts.
      await setRegistration(own, 'token');
      const { initialAccessToken } = await givenInitialAccessToken(own);
      for (const _ of [1, 2, 3, 4])
        expect((await register(own, leastMetadata, bearer(initialAccessToken))).status).toBe(201);
      for (const _ of [1, 2]) expect((await register(own, leastMetadata, bearer('wrong'))).status).toBe(401);
      expect((await register(own, leastMetadata, bearer('wrong'))).status).toBe(429);
    } finally {
      await own.close();
    }
  });

  test('a suite without a project has no place for clients', async () => {
    const suite = await world.admin.givenSuite();
    const empty = { ...world, suite, issuer: world.server.issuer(suite.slug) };
    await setRegistration(empty, 'open');
    const answer = await register(empty, leastMetadata);
    await expectRefused(empty, answer, {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'registration.project' },
    });
  });
});

describe('RFC 7591 §3.2.1: the answer', () => {
  test('protocol.md §3, trap 3: 201 with credentials, defaults and all that was registered', async () => {
    const answer = await register(world, { ...leastMetadata, jwks: { keys: [publicJwk] } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expectNotCached(answer);
    const { client_id } = answer.body;
    expect(answer.body).toEqual({
      client_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      client_id_issued_at: world.server.clock.now(),
      client_secret: expect.stringMatching(/^tes_cs_[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_client_uri: `${world.issuer}/register/${client_id}`,
      registration_access_token: expect.stringMatching(/^tes_ra_[\w-]{43}$/),
      ...leastMetadata,
      application_type: 'web',
      scope: 'openid profile email address phone',
      token_endpoint_auth_method: 'client_secret_basic',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
      // trap 3: a key without kid is taken.
      jwks: { keys: [publicJwk] },
      require_pushed_authorization_requests: false,
      dpop_bound_access_tokens: false,
      require_auth_time: false,
    });
  });

  test('OpenID Connect Registration §2: every member is kept and told', async () => {
    const all = {
      ...leastMetadata,
      redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback?bar=foo'],
      grant_types: ['authorization_code', 'refresh_token'],
      application_type: 'native',
      logo_uri: 'https://client.example.org/logo.png',
      client_uri: 'https://client.example.org/',
      policy_uri: 'https://client.example.org/policy#privacy',
      tos_uri: 'http://client.example.org/terms',
      jwks_uri: 'https://client.example.org/keys.jwks',
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'ES256',
      userinfo_signed_response_alg: 'RS256',
      introspection_signed_response_alg: 'PS256',
      request_object_signing_alg: 'EdDSA',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      default_max_age: 3600,
      require_auth_time: true,
      default_acr_values: ['urn:tessera:acr:password', '1'],
      initiate_login_uri: 'https://client.example.org/login',
      request_uris: ['https://client.example.org/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM'],
      post_logout_redirect_uris: ['https://client.example.org/post_logout_redirect'],
      backchannel_logout_uri: 'https://client.example.org/backchannel_logout',
      backchannel_logout_session_required: true,
      frontchannel_logout_uri: 'https://client.example.org/frontchannel_logout',
      frontchannel_logout_session_required: true,
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
      software_id: '4NRB1-0XZABZI9E6-5SM3R',
      software_version: '2.1',
    };
    const answer = await register(world, all);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject(all);
    expect(answer.body.scope).toBe('openid profile email address phone offline_access');
    expect(answer.body).not.toHaveProperty('client_secret');
  });

  test.each([
    [['authorization_code'], 'client_secret_basic', 'authorization_flow', ['authorization_code'], ['code']],
    [
      ['authorization_code', 'refresh_token'],
      'client_secret_post',
      'authorization_flow',
      ['authorization_code', 'refresh_token'],
      ['code'],
    ],
    [
      ['refresh_token', 'authorization_code'],
      'none',
      'authorization_pkce_flow',
      ['authorization_code', 'refresh_token'],
      ['code'],
    ],
    [['authorization_code', 'implicit'], 'client_secret_basic', 'authorization_flow', ['authorization_code'], ['code']],
    [['client_credentials'], 'client_secret_basic', 'client_credentials', ['client_credentials'], []],
    [
      ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      'none',
      'device_flow',
      ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      [],
    ],
    [
      ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      'none',
      'authorization_pkce_flow',
      ['authorization_code'],
      ['code'],
    ],
  ])(
    'RFC 7591 §2: grant_types %j with %s make %s',
    async (grant_types, token_endpoint_auth_method, type, kept, response_types) => {
      const client = await registered(world, { grant_types, response_types: undefined, token_endpoint_auth_method });
      expect(client).toMatchObject({ grant_types: kept, response_types, token_endpoint_auth_method });
      expect('client_secret' in client).toBe(token_endpoint_auth_method !== 'none');
      expect(await applicationOf(world, client)).toMatchObject({ authenticatorType: type });
    },
  );

  test('RFC 7591 §2: members that are not known or null, and names in other languages, are ignored', async () => {
    const answer = await register(world, {
      ...leastMetadata,
      'client_name#ja-Jpan-JP': '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D',
      logo_uri: null,
      grant_types: null,
      tls_client_certificate_bound_access_tokens: true,
      example_extension_parameter: { a: [1] },
      client_id: 'chosen',
      client_secret: 'chosen',
      id_token_encrypted_response_alg: null,
    });
    expect(answer.status).toBe(201);
    expect(answer.body.client_id).not.toBe('chosen');
    expect(answer.body.client_secret).not.toBe('chosen');
    for (const member of ['client_name#ja-Jpan-JP', 'logo_uri', 'example_extension_parameter'])
      expect(answer.body).not.toHaveProperty([member]);
  });

  test('RFC 7591 §2: a client without a name is called by its id, and names need not differ', async () => {
    const nameless = await registered(world, { client_name: undefined });
    expect(nameless).not.toHaveProperty('client_name');
    expect(await applicationOf(world, nameless)).toMatchObject({ name: nameless.client_id });
    const [one, two] = [await registered(world), await registered(world)];
    expect(one.client_id).not.toBe(two.client_id);
    expect(two.client_name).toBe(leastMetadata.client_name);
  });

  test('domain rule 12: of secret and tokens only hashes are kept, but for a secret that signs', async () => {
    const { db } = world.server.deps;
    const [plain, signing] = [
      await registered(world),
      await registered(world, { token_endpoint_auth_method: 'client_secret_jwt' }),
    ];
    for (const client of [plain, signing]) {
      const row = await db
        .selectFrom('applications')
        .selectAll()
        .where('clientId', '=', client.client_id)
        .executeTakeFirstOrThrow();
      const secrets = await db.selectFrom('clientSecrets').selectAll().where('applicationId', '=', row.id).execute();
      expect(secrets).toHaveLength(1);
      expect(secrets[0]?.secretSealed === null).toBe(client === plain);
      const kept = JSON.stringify([row, secrets]);
      expect(kept).not.toContain(client.client_secret);
      expect(kept).not.toContain(client.registration_access_token);
    }
  });

  test('a registered client is a third party of the suite, which everybody may use and an admin can edit', async () => {
    const client = await registered(world, { client_name: 'Photo printer' });
    const application = await applicationOf(world, client);
    expect(application).toMatchObject({
      projectId: world.project.id,
      name: 'Photo printer',
      selfRegistered: true,
      firstParty: false,
      access: 'everyone',
      status: 'active',
      contacts: leastMetadata.contacts,
    });
    await registered(world, { client_name: 'Photo printer' });
    const changed = await world.admin.api('PATCH', `/applications/${application.id}`, {
      description: 'Checked by Ana',
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { description: 'Checked by Ana', selfRegistered: true, name: 'Photo printer' },
    });
  });

  test('it goes into the project that the suite names for it', async () => {
    const other = await world.admin.givenProject(world.suite.id);
    await world.admin.api('PATCH', `/suites/${world.suite.id}`, { registrationProjectId: other.id });
    expect(await applicationOf(world, await registered(world))).toMatchObject({ projectId: other.id });
    expect((await world.admin.api('DELETE', `/projects/${other.id}`)).status).toBe(409);
    await world.admin.api('PATCH', `/suites/${world.suite.id}`, { registrationProjectId: null });
    expect(await applicationOf(world, await registered(world))).toMatchObject({ projectId: world.project.id });
  });

  test('domain rule 14: the audit log has the client as the one who acted, and the token that let it in', async () => {
    await setRegistration(world, 'token');
    const { initialAccessToken } = await givenInitialAccessToken(world);
    const { body } = await register(world, leastMetadata, bearer(initialAccessToken));
    const { id } = await applicationOf(world, body);
    const events = await world.admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${id}`);
    expect(events.body.items).toMatchObject([
      {
        action: 'application.registered',
        actorType: 'application',
        actorId: id,
        changes: { initialAccessToken: 'CI' },
      },
    ]);
    expect(JSON.stringify(events.body)).not.toMatch(/tes_(cs|ra|it)_[\w-]{43}/);
  });
});

describe('RFC 7591 §3.2.2: what is refused', () => {
  test.each([
    ['with a fragment', 'https://client.example.org/callback#fragment'],
    ['http outside of this machine', 'http://client.example.org/callback'],
    ['a private-use scheme of a web client', 'org.example.client:/callback'],
    ['a wildcard', 'https://*.example.org/callback'],
    ['a script', 'javascript:alert(1)//'],
    ['no URI', 'callback'],
    ['a user name', 'https://a:b@client.example.org/'],
  ])('protocol.md §2.3 redirect-uri-regfrag and its kin: a redirect URI %s', async (_, uri) => {
    const redirect_uris = [...leastMetadata.redirect_uris, uri];
    await expectFault(
      await register(world, { ...leastMetadata, redirect_uris }),
      'invalid_redirect_uri',
      'registration.redirect_uris',
    );
  });

  test('OpenID Connect Registration §2: a client of the code flow has a redirect URI', async () => {
    for (const redirect_uris of [undefined, [], null])
      await expectFault(
        await register(world, { ...leastMetadata, redirect_uris }),
        'invalid_redirect_uri',
        'registration.redirect_uris',
      );
  });

  test('RFC 8252 §7: native clients have loopback addresses, private-use schemes and claimed https', async () => {
    const redirect_uris = [
      'http://127.0.0.1/cb',
      'http://[::1]:8080/cb',
      'http://localhost/cb',
      'org.example.client:/cb',
      'https://client.example.org/cb',
    ];
    const client = await registered(world, {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris,
    });
    expect(client.redirect_uris).toEqual(redirect_uris);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'protocol.md §2.7: initiate_login_uri with http',
      { initiate_login_uri: 'http://client.example.org/login' },
      'initiate_login_uri',
    ],
    ['response_type token alone', { response_types: ['token'] }, 'grant_types'],
    ['the password grant', { grant_types: ['password'] }, 'grant_types'],
    [
      'a grant that is not known',
      { grant_types: ['authorization_code', 'urn:openid:params:grant-type:ciba'] },
      'grant_types',
    ],
    ['implicit alone', { grant_types: ['implicit'] }, 'grant_types'],
    ['refresh_token alone', { grant_types: ['refresh_token'] }, 'grant_types'],
    [
      'client_credentials beside the code flow',
      { grant_types: ['authorization_code', 'client_credentials'] },
      'grant_types',
    ],
    [
      'client_credentials of a public client',
      { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' },
      'grant_types',
    ],
    ['tls_client_auth', { token_endpoint_auth_method: 'tls_client_auth' }, 'token_endpoint_auth_method'],
    ['id_token alg none', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
    ['id_token alg HS256', { id_token_signed_response_alg: 'HS256' }, 'id_token_signed_response_alg'],
    ['userinfo alg none', { userinfo_signed_response_alg: 'none' }, 'userinfo_signed_response_alg'],
    ['request object alg none', { request_object_signing_alg: 'none' }, 'request_object_signing_alg'],
    ['an encrypted ID token', { id_token_encrypted_response_alg: 'RSA-OAEP' }, 'encryption'],
    ['encrypted userinfo', { userinfo_encrypted_response_enc: 'A128GCM' }, 'encryption'],
    ['encrypted request objects', { request_object_encryption_alg: 'RSA-OAEP' }, 'encryption'],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
    ['jwks_uri with http', { jwks_uri: 'http://client.example.org/jwks' }, 'jwks_uri'],
    ['a logo that is a script', { logo_uri: 'javascript:alert(1)' }, 'logo_uri'],
    ['terms that are a script', { tos_uri: 'javascript:alert(1)' }, 'tos_uri'],
    ['a policy that is data', { policy_uri: 'data:text/html,x' }, 'policy_uri'],
    ['request_uris with http', { request_uris: ['http://client.example.org/request'] }, 'request_uris'],
    [
      'a post-logout redirect URI with a fragment',
      { post_logout_redirect_uris: ['https://client.example.org/#x'] },
      'post_logout_redirect_uris',
    ],
    [
      'front-channel logout elsewhere',
      { frontchannel_logout_uri: 'https://other.example.org/logout' },
      'frontchannel_logout_uri',
    ],
    [
      'back-channel logout with a fragment',
      { backchannel_logout_uri: 'https://client.example.org/#x' },
      'backchannel_logout_uri',
    ],
    [
      'back-channel logout over http, public',
      { backchannel_logout_uri: 'http://client.example.org/', token_endpoint_auth_method: 'none' },
      'backchannel_logout_uri',
    ],
    ['default_max_age as text', { default_max_age: '3600' }, 'default_max_age'],
    ['a negative default_max_age', { default_max_age: -1 }, 'default_max_age'],
    ['require_auth_time as text', { require_auth_time: 'true' }, 'require_auth_time'],
    ['contacts as text', { contacts: 'ana@example.com' }, 'contacts'],
    ['redirect_uris as text', { redirect_uris: 'https://client.example.org/callback' }, 'redirect_uris'],
    ['a name with NUL', { client_name: 'a\0b' }, 'client_name'],
    ['a name of half a character', { client_name: '\ud83d' }, 'client_name'],
    ['an application_type of its own', { application_type: 'mobile' }, 'application_type'],
    [
      'pairwise subjects with several hosts and no sector',
      { subject_type: 'pairwise', redirect_uris: ['https://a.example.org/', 'https://b.example.org/'] },
      'sector_identifier_uri',
    ],
  ])('invalid_client_metadata: %s', async (_, metadata, member) => {
    const answer = await register(world, { ...leastMetadata, ...metadata });
    await expectFault(answer, 'invalid_client_metadata', `registration.${member}`);
  });

  test('RFC 7591 §2: keys or their address, never private or shared ones', async () => {
    const jwks_uri = 'https://client.example.org/jwks';
    for (const jwks of [
      { keys: [privateJwk] },
      { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] },
      { keys: [] },
      { keys: ['key'] },
      { keys: [{}] },
      { keys: [{ ...publicJwk, kid: '\0' }] },
      [],
      'keys',
    ]) {
      const answer = await register(world, { ...leastMetadata, jwks });
      await expectFault(answer, 'invalid_client_metadata', 'registration.jwks');
      expect(answer.text).not.toContain(privateJwk.d);
    }
    await expectFault(
      await register(world, { ...leastMetadata, jwks: { keys: [publicJwk] }, jwks_uri }),
      'invalid_client_metadata',
      'registration.jwks',
    );
  });

  test('RFC 7591 §2.3: software statements are those of nobody this server trusts', async () => {
    const [wellFormed, not] = ['eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'statement'];
    await expectFault(
      await register(world, { ...leastMetadata, software_statement: not }),
      'invalid_software_statement',
      'registration.software_statement',
    );
    await expectFault(
      await register(world, { ...leastMetadata, software_statement: 7 }),
      'invalid_software_statement',
      'registration.software_statement',
    );
    await expectFault(
      await register(world, { ...leastMetadata, software_statement: wellFormed }),
      'unapproved_software_statement',
      'registration.software_statement',
    );
  });

  test('the body is a JSON object, of a size that can be read', async () => {
    for (const body of ['', '{', '[]', 'null', '7', '"x"', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`])
      await expectFault(await register(world, body), 'invalid_client_metadata', 'registration.malformed');
    const form = await register(world, 'client_name=x', { 'content-type': 'application/x-www-form-urlencoded' });
    await expectRefused(world, form, { status: 400, error: 'invalid_request', row: { rule: 'param.content_type' } });
    expect((await register(world, { ...leastMetadata, x: 'x'.repeat(70_000) })).status).toBe(413);
  });

  test('RFC 9110 §15.5.6: other methods are 405', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await send(`${world.issuer}/register`, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    }
  });
});

test('OpenID Connect Core §9: a client that names no method sends its secret as it likes; one that does, as it said', async () => {
  const [silent, strict] = [
    await registered(world),
    await registered(world, { token_endpoint_auth_method: 'client_secret_basic' }),
  ];
  expect([silent, strict].map((one) => one.token_endpoint_auth_method)).toEqual([
    'client_secret_basic',
    'client_secret_basic',
  ]);
  const byBody = async (client: typeof silent) => {
    const { client_id, client_secret = '' } = client;
    return (await world.post('/token', { grant_type: 'authorization_code', code: 'x', client_id, client_secret })).body
      .error;
  };
  expect([await byBody(silent), await byBody(strict)]).toEqual(['invalid_grant', 'invalid_client']);
});

test('domain rule 4: a preflight is granted by the rule of the suite, PUT and DELETE included', async () => {
  const origin = 'https://console.example.org';
  await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { allowedOrigins: [origin] });
  const client = await registered(world);
  const preflight = await send(client.registration_client_uri, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT, DELETE');
  const answer = await send(client.registration_client_uri, {
    headers: { origin, ...bearer(client.registration_access_token) },
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
});

test('domain rule 4: a public web client may call from the origins it comes back to', async () => {
  const redirect_uris = ['https://spa.example.org/callback', 'http://localhost:5173/callback'];
  const client = await registered(world, { token_endpoint_auth_method: 'none', redirect_uris });
  expect(await applicationOf(world, client)).toMatchObject({
    allowedOrigins: ['https://spa.example.org', 'http://localhost:5173'],
  });
  expect(
    await applicationOf(world, await registered(world, { redirect_uris: redirect_uris.slice(0, 1) })),
  ).toMatchObject({ allowedOrigins: [] });
});

test('the suite of the admins takes no registrations', async () => {
  const { body } = await world.admin.api<Page<{ id: string; slug: string }>>('GET', '/suites?q=system');
  const system = body.items.find((suite) => suite.slug === 'system');
  const answer = await world.admin.api('PATCH', `/suites/${system?.id}`, { registration: 'open' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'built_in' } });
});
