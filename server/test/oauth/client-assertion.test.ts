import { randomUUID } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { type ClientKey, jwksOf, makeClientKey, unsigned } from '../support/client-key.js';
import { createTestOutbound, type TestOutbound } from '../support/outbound.js';
import {
  basic,
  countIssued,
  discover,
  expectRefused,
  redemption,
  setMetadata,
  startWorld,
  type World,
} from './requests.js';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ask = { grant_type: 'client_credentials' };
const jwksUri = 'https://app.example.com/jwks.json';

let world: World;
let outbound: TestOutbound;
let keys: Record<'RS256' | 'PS256' | 'ES256' | 'EdDSA', ClientKey>;
/** Has all keys inline. */
let service: GivenApplication;

beforeAll(async () => {
  outbound = createTestOutbound();
  world = await startWorld({ fetch: outbound });
  keys = {
    RS256: await makeClientKey('RS256'),
    PS256: await makeClientKey('PS256'),
    ES256: await makeClientKey('ES256'),
    EdDSA: await makeClientKey('EdDSA'),
  };
  service = await withKeys({ jwks: jwksOf(...Object.values(keys)) });
});
afterAll(() => world.close());

function withKeys(fields: Parameters<World['admin']['givenApplication']>[2]): Promise<GivenApplication> {
  return world.admin.givenApplication(world.project, 'client_credentials', {
    tokenEndpointAuthMethod: 'private_key_jwt',
    ...fields,
  });
}

function claimsOf(app: GivenApplication, change: Record<string, unknown> = {}): Record<string, unknown> {
  const now = world.server.clock.now();
  return {
    iss: app.clientId,
    sub: app.clientId,
    aud: world.issuer,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    ...change,
  };
}

function present(assertion: string, params: Record<string, string> = ask, path = '/token') {
  return world.post(path, { ...params, client_assertion_type: assertionType, client_assertion: assertion });
}

async function expectAssertionRefused(assertion: string, row: { rule: string } & Record<string, unknown>) {
  const before = await countIssued(world);
  await expectRefused(world, await present(assertion), { status: 401, error: 'invalid_client', row });
  expect(await countIssued(world)).toEqual(before);
}

describe('RFC 7523 §2.2: private_key_jwt', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('a key for %s', async (alg) => {
    const answer = await present(await keys[alg].sign(claimsOf(service)));
    expect([answer.status, answer.body.token_type]).toEqual([200, 'Bearer']);
  });

  test('RFC 9864 §2.2: EdDSA by its newer name, also where EdDSA is registered', async () => {
    const key = await makeClientKey('Ed25519');
    const app = await withKeys({ jwks: jwksOf(key) });
    expect((await present(await key.sign(claimsOf(app)))).status).toBe(200);
    await setMetadata(world, app, { authSigningAlg: 'EdDSA' });
    expect((await present(await key.sign(claimsOf(app)))).status).toBe(200);
  });

  test.each([
    ['the issuer', () => world.issuer],
    ['the token endpoint', () => `${world.issuer}/token`],
    ['a list with the issuer in it', () => ['https://other.example', world.issuer]],
  ])('OpenID Connect Core §9: aud is %s', async (_, aud) => {
    expect((await present(await keys.ES256.sign(claimsOf(service, { aud: aud() })))).status).toBe(200);
  });

  test('RFC 9126 §2: aud is the endpoint that is called', async () => {
    const assertion = await keys.ES256.sign(claimsOf(service, { aud: `${world.issuer}/introspect` }));
    const answer = await present(assertion, { token: 'tes_at_x' }, '/introspect');
    expect([answer.status, answer.text]).toEqual([200, '{"active":false}']);
    const elsewhere = await keys.ES256.sign(claimsOf(service, { aud: `${world.issuer}/introspect` }));
    await expectAssertionRefused(elsewhere, { rule: 'assertion.aud' });
  });

  test('at revocation and introspection, too', async () => {
    const token = (await present(await keys.ES256.sign(claimsOf(service)))).body.access_token;
    const introspect = async () =>
      (await present(await keys.ES256.sign(claimsOf(service)), { token }, '/introspect')).body as unknown;
    expect(await introspect()).toMatchObject({ active: true, client_id: service.clientId });
    const revoked = await present(await keys.RS256.sign(claimsOf(service)), { token }, '/revoke');
    expect(revoked.status).toBe(200);
    expect(await introspect()).toEqual({ active: false });
  });

  test('RFC 8628 §3.1: at the device authorization endpoint, for a device that registered a key', async () => {
    const app = await world.admin.givenApplication(world.project, 'device_flow');
    await setMetadata(world, app, { authMethod: 'private_key_jwt', jwks: jwksOf(keys.ES256) });
    const aud = `${world.issuer}/device_authorization`;
    const answer = await present(await keys.ES256.sign(claimsOf(app, { aud })), {}, '/device_authorization');
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('user_code')]);
    const named = await world.post('/device_authorization', { client_id: app.clientId });
    await expectRefused(world, named, { status: 401, error: 'invalid_client', row: { rule: 'client.auth_missing' } });
  });

  test('RFC 7521 §4.2: client_id may stand beside it when it is the same', async () => {
    const assertion = await keys.ES256.sign(claimsOf(service));
    expect((await present(assertion, { ...ask, client_id: service.clientId })).status).toBe(200);
    const again = await keys.ES256.sign(claimsOf(service));
    await expectRefused(world, await present(again, { ...ask, client_id: 'somebody-else' }), {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'client.auth_twice' },
    });
  });

  test('a clock that runs 10 s ahead is no fault', async () => {
    const now = world.server.clock.now();
    const assertion = await keys.ES256.sign(claimsOf(service, { iat: now + 10, nbf: now + 10 }));
    expect((await present(assertion)).status).toBe(200);
  });

  test.each(['client-authentication+jwt', 'JWT'])('typ %s', async (typ) => {
    expect((await present(await keys.ES256.sign(claimsOf(service), { typ }))).status).toBe(200);
  });

  test('a key without kid is found by what it is; of several, the right one', async () => {
    const nameless = [await makeClientKey('ES256', ''), await makeClientKey('ES256', '')] as const;
    const app = await withKeys({ jwks: jwksOf(await makeClientKey('RS256', ''), ...nameless) });
    for (const key of nameless) expect((await present(await key.sign(claimsOf(app)))).status).toBe(200);
    const stranger = await makeClientKey('ES256', '');
    await expectAssertionRefused(await stranger.sign(claimsOf(app)), {
      rule: 'assertion.signature',
      applicationId: app.id,
    });
  });
});

describe('RFC 7523 §3: an assertion that is not right is refused', () => {
  const now = () => world.server.clock.now();
  test.each<[string, () => Record<string, unknown>, string]>([
    ['another iss', () => ({ iss: 'other' }), 'assertion.iss'],
    ['no iss', () => ({ iss: undefined }), 'assertion.iss'],
    ['another aud', () => ({ aud: 'https://other.example' }), 'assertion.aud'],
    ['the aud of another suite', () => ({ aud: world.server.issuer('system') }), 'assertion.aud'],
    ['no aud', () => ({ aud: undefined }), 'assertion.aud'],
    ['no exp', () => ({ exp: undefined }), 'assertion.exp'],
    ['exp passed', () => ({ exp: now() }), 'assertion.exp'],
    ['exp passed 5 minutes ago', () => ({ exp: now() - 300 }), 'assertion.exp'],
    ['exp more than an hour ahead', () => ({ exp: now() + 3_601 }), 'assertion.exp'],
    ['iat a minute ahead', () => ({ iat: now() + 61 }), 'assertion.iat'],
    ['nbf a minute ahead', () => ({ nbf: now() + 61 }), 'assertion.nbf'],
    ['no jti', () => ({ jti: undefined }), 'assertion.jti'],
  ])('%s', async (_, change, rule) => {
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(service, change())), {
      rule,
      applicationId: service.id,
    });
  });

  test('no sub: nobody says who it is', async () => {
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(service, { sub: undefined })), {
      rule: 'assertion.malformed',
      applicationId: null,
    });
  });

  test('the sub of an unknown client', async () => {
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(service, { iss: 'nobody', sub: 'nobody' })), {
      rule: 'client.unknown',
    });
  });

  test('alg none', async () => {
    await expectAssertionRefused(unsigned(claimsOf(service)), { rule: 'assertion.alg', received: 'none' });
  });

  test('RFC 8725 §3.1: HS256 with a public key as the secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(keys.ES256.publicJwk));
    const forged = await new SignJWT(claimsOf(service)).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    await expectAssertionRefused(forged, { rule: 'assertion.alg', received: 'HS256' });
  });

  test('an algorithm that nobody offers', async () => {
    const key = await makeClientKey('ES384');
    const app = await withKeys({ jwks: jwksOf(keys.ES256, key) });
    await expectAssertionRefused(await key.sign(claimsOf(app)), { rule: 'assertion.alg', received: 'ES384' });
  });

  test('another algorithm than the registered one', async () => {
    const app = await withKeys({ jwks: jwksOf(keys.ES256, keys.RS256) });
    await setMetadata(world, app, { authSigningAlg: 'ES256' });
    expect((await present(await keys.ES256.sign(claimsOf(app)))).status).toBe(200);
    await expectAssertionRefused(await keys.RS256.sign(claimsOf(app)), { rule: 'assertion.alg', expected: 'ES256' });
  });

  test('a key that is not registered, with a kid of its own or a known one', async () => {
    const stranger = await makeClientKey();
    await expectAssertionRefused(await stranger.sign(claimsOf(service)), { rule: 'assertion.key' });
    const named = await stranger.sign(claimsOf(service), { kid: keys.ES256.kid });
    await expectAssertionRefused(named, { rule: 'assertion.signature' });
  });

  test('the key of another client', async () => {
    const other = await withKeys({ jwks: jwksOf(keys.ES256) });
    const app = await withKeys({ jwks: jwksOf(keys.RS256) });
    expect((await present(await keys.ES256.sign(claimsOf(other)))).status).toBe(200);
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(app)), {
      rule: 'assertion.key',
      applicationId: app.id,
    });
  });

  test('changed after it was signed', async () => {
    const [header, , signature] = (await keys.ES256.sign(claimsOf(service))).split('.');
    const payload = Buffer.from(JSON.stringify(claimsOf(service))).toString('base64url');
    await expectAssertionRefused(`${header}.${payload}.${signature}`, { rule: 'assertion.signature' });
  });

  test.each([
    ['a text', 'hello'],
    ['a JWT in pieces', 'a.b.c'],
    ['five parts, encrypted', 'e30.e30.e30.e30.e30'],
  ])('%s', async (_, assertion) => {
    await expectAssertionRefused(assertion, { rule: 'assertion.malformed' });
  });

  test.each(['oauth-authz-req+jwt', 'dpop+jwt', 'at+jwt', 'logout+jwt'])('RFC 8725 §3.11: typ %s', async (typ) => {
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(service), { typ }), { rule: 'assertion.typ' });
  });
});

describe('RFC 7523 §3: an assertion counts once', () => {
  test('again at once, and again until it expires', async () => {
    const assertion = await keys.ES256.sign(claimsOf(service));
    expect((await present(assertion)).status).toBe(200);
    await expectAssertionRefused(assertion, { rule: 'assertion.used', applicationId: service.id });
    await expectRefused(world, await present(assertion, { token: 'tes_at_x' }, '/introspect'), {
      status: 401,
      error: 'invalid_client',
      row: { rule: 'assertion.used', endpoint: 'introspect' },
    });
  });

  test('used twice at once, it counts for one', async () => {
    const assertion = await keys.ES256.sign(claimsOf(service));
    const answers = await Promise.all(Array.from({ length: 8 }, () => present(assertion)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array<number>(7).fill(401)]);
  });

  test('a refused one is not used up, and the same jti of two clients is two', async () => {
    const jti = randomUUID();
    const stranger = await makeClientKey();
    await expectAssertionRefused(await stranger.sign(claimsOf(service, { jti }), { kid: keys.ES256.kid }), {
      rule: 'assertion.signature',
    });
    const other = await withKeys({ jwks: jwksOf(keys.ES256) });
    expect((await present(await keys.ES256.sign(claimsOf(other, { jti })))).status).toBe(200);
    expect((await present(await keys.ES256.sign(claimsOf(service, { jti })))).status).toBe(200);
  });
});

describe('OpenID Connect Core §9: the registered method and no other', () => {
  test('a client that signs sends no secret', async () => {
    const refused = (rule: string) => ({
      status: 401,
      error: 'invalid_client',
      row: { rule, expected: 'private_key_jwt', applicationId: service.id },
    });
    const { clientId: client_id } = service;
    await expectRefused(world, await world.post('/token', ask, basic(client_id, 'x')), refused('client.auth_method'));
    const inBody = await world.post('/token', { ...ask, client_id, client_secret: 'x' });
    await expectRefused(world, inBody, refused('client.auth_method'));
    await expectRefused(world, await world.post('/token', { ...ask, client_id }), refused('client.auth_missing'));
  });

  test.each(['client_secret_basic', 'client_secret_post', null] as const)('registered for %s', async (method) => {
    const app = await world.admin.givenApplication(world.project, 'client_credentials', {
      tokenEndpointAuthMethod: method,
      jwks: jwksOf(keys.ES256),
    });
    const [client_id, client_secret = ''] = [app.clientId, app.clientSecret];
    const inHeader = await world.post('/token', ask, basic(client_id, client_secret));
    const inBody = await world.post('/token', { ...ask, client_id, client_secret });
    expect(inHeader.status).toBe(method === 'client_secret_post' ? 401 : 200);
    expect(inBody.status).toBe(method === 'client_secret_basic' ? 401 : 200);
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(app)), { rule: 'client.auth_method' });
  });

  test('a public client does not sign', async () => {
    const spa = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', {
      jwks: jwksOf(keys.ES256),
    });
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(spa)), { rule: 'client.auth_unexpected' });
  });

  test('RFC 6749 §2.3: one method a request', async () => {
    const assertion = await keys.ES256.sign(claimsOf(service));
    const both = { ...ask, client_assertion_type: assertionType, client_assertion: assertion };
    const twice = { status: 400, error: 'invalid_request', row: { rule: 'client.auth_twice' } };
    await expectRefused(world, await world.post('/token', both, basic(service.clientId, 'x')), twice);
    await expectRefused(world, await world.post('/token', { ...both, client_secret: 'x' }), twice);
    expect((await world.post('/token', both)).status).toBe(200);
  });

  test('RFC 7521 §4.2: the assertion and its type go together', async () => {
    const client_assertion = await keys.ES256.sign(claimsOf(service));
    const missing = { status: 400, error: 'invalid_request', row: { rule: 'param.missing' } };
    await expectRefused(world, await world.post('/token', { ...ask, client_assertion }), missing);
    await expectRefused(world, await world.post('/token', { ...ask, client_assertion_type: assertionType }), missing);
    const saml = {
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    };
    await expectRefused(world, await world.post('/token', { ...ask, ...saml }), {
      status: 401,
      error: 'invalid_client',
      row: { rule: 'assertion.type' },
    });
  });

  test('RFC 6749 §4.1.3: a code survives an assertion that is refused', async () => {
    const web = await world.admin.givenApplication(world.project, 'authorization_flow', {
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: jwksOf(keys.ES256),
    });
    const browser = await world.signedIn(web, await world.admin.givenUser(web.id));
    const code = await world.codeFor(browser, web);
    const stranger = await makeClientKey();
    expect((await present(await stranger.sign(claimsOf(web)), redemption(code))).status).toBe(401);
    expect((await present(await keys.ES256.sign(claimsOf(web)), redemption(code))).status).toBe(200);
  });
});

describe('keys that a client publishes', () => {
  test('OpenID Connect Core §10.1.1: a new key is taken as soon as something is signed with it', async () => {
    const [first, second] = [await makeClientKey(), await makeClientKey()];
    outbound.documents.set(jwksUri, JSON.stringify(jwksOf(first)));
    const app = await withKeys({ jwksUri });
    const asked = () => outbound.asked.filter((url) => url === jwksUri).length;
    expect((await present(await first.sign(claimsOf(app)))).status).toBe(200);
    expect((await present(await first.sign(claimsOf(app)))).status).toBe(200);
    expect(asked()).toBe(1);

    outbound.documents.set(jwksUri, JSON.stringify(jwksOf(second)));
    await expectAssertionRefused(await second.sign(claimsOf(app)), { rule: 'assertion.key' });
    expect(asked()).toBe(1);
    world.server.clock.advance(10);
    expect((await present(await second.sign(claimsOf(app)))).status).toBe(200);
    expect(asked()).toBe(2);
    await expectAssertionRefused(await first.sign(claimsOf(app)), { rule: 'assertion.key' });
    expect(asked()).toBe(2);
  });

  test.each([
    ['is not there', undefined],
    ['is no JWKS', '<html>'],
    ['has a private key', 'private'],
    ['has a shared key', '{"keys":[{"kty":"oct","k":"AAAA"}]}'],
  ])('a document that %s lets nobody in', async (what, document) => {
    const uri = `https://app.example.com/${encodeURIComponent(what)}`;
    const key = await makeClientKey();
    const shown = document === 'private' ? JSON.stringify({ keys: [await exportJWK(key.privateKey)] }) : document;
    if (shown !== undefined) outbound.documents.set(uri, shown);
    const app = await withKeys({ jwksUri: uri });
    await expectAssertionRefused(await key.sign(claimsOf(app)), {
      rule: 'assertion.keys_unavailable',
      applicationId: app.id,
    });
  });
});

describe('OpenID Connect Core §9: client_secret_jwt', () => {
  let app: GivenApplication;
  const signWith = (secret: string, claims: Record<string, unknown>, alg = 'HS256') =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

  beforeAll(async () => {
    app = await world.admin.givenApplication(world.project, 'client_credentials', {
      tokenEndpointAuthMethod: 'client_secret_jwt',
    });
  });

  test('the secret signs, and its use is noted', async () => {
    expect(app.clientSecret).toMatch(/^tes_cs_/);
    expect((await present(await signWith(app.clientSecret ?? '', claimsOf(app)))).status).toBe(200);
    const secrets = await world.admin.api<{ items: { lastUsedAt: number }[] }>(
      'GET',
      `/applications/${app.id}/secrets`,
    );
    expect(secrets.body.items[0]?.lastUsedAt).toBe(world.server.clock.now());
  });

  test('once', async () => {
    const assertion = await signWith(app.clientSecret ?? '', claimsOf(app));
    expect((await present(assertion)).status).toBe(200);
    await expectAssertionRefused(assertion, { rule: 'assertion.used' });
  });

  test('another secret, HS384 and a key do not', async () => {
    await expectAssertionRefused(await signWith('tes_cs_wrong', claimsOf(app)), { rule: 'assertion.signature' });
    await expectAssertionRefused(await signWith(app.clientSecret ?? '', claimsOf(app), 'HS384'), {
      rule: 'assertion.alg',
    });
    await expectAssertionRefused(await keys.ES256.sign(claimsOf(app)), { rule: 'assertion.alg', expected: 'HS256' });
    await expectAssertionRefused(unsigned(claimsOf(app)), { rule: 'assertion.alg' });
  });

  test('the secret itself is not sent', async () => {
    const answer = await world.post('/token', ask, basic(app.clientId, app.clientSecret ?? ''));
    const row = { rule: 'client.auth_method', expected: 'client_secret_jwt', received: 'client_secret_basic' };
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row });
  });

  test('domain rule 12: several live at once, each until it is revoked', async () => {
    const added = await world.admin.api<{ id: string; clientSecret: string }>(
      'POST',
      `/applications/${app.id}/secrets`,
      {
        name: 'second',
      },
    );
    for (const secret of [app.clientSecret ?? '', added.body.clientSecret])
      expect((await present(await signWith(secret, claimsOf(app)))).status).toBe(200);
    await world.admin.api('DELETE', `/applications/${app.id}/secrets/${added.body.id}`);
    await expectAssertionRefused(await signWith(added.body.clientSecret, claimsOf(app)), {
      rule: 'assertion.signature',
    });
    expect((await present(await signWith(app.clientSecret ?? '', claimsOf(app)))).status).toBe(200);
  });

  test('domain rule 12: at rest the secret is sealed', async () => {
    const rows = await world.server.deps.db
      .selectFrom('clientSecrets')
      .select(['secretHash', 'secretSealed'])
      .where('applicationId', '=', app.id)
      .execute();
    for (const row of rows) {
      expect(row.secretSealed).toMatch(/^[A-Za-z0-9_-]{60,}$/);
      expect(JSON.stringify(row)).not.toContain(app.clientSecret ?? '');
    }
  });
});

test('a disabled application is refused with its right assertion', async () => {
  const app = await withKeys({ jwks: jwksOf(keys.ES256) });
  await world.admin.api('PATCH', `/applications/${app.id}`, { status: 'disabled' });
  await expectRefused(world, await present(await keys.ES256.sign(claimsOf(app))), {
    status: 400,
    error: 'unauthorized_client',
    row: { rule: 'client.disabled' },
  });
});

test('OpenID Connect Discovery §3: the metadata says what is offered', async () => {
  const body = await discover(world);
  const methods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];
  const algs = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519', 'HS256'];
  for (const endpoint of ['token', 'introspection', 'revocation']) {
    expect(body[`${endpoint}_endpoint_auth_methods_supported`]).toEqual(expect.arrayContaining(methods));
    expect(body[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(algs);
  }
});
