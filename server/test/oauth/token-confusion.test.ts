import { randomUUID } from 'node:crypto';
import { FlattenedSign } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLogoutToken } from '../../src/oauth/tokens/logout-token.js';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser } from '../support/browser-flow.js';
import { type ClientKey, jwksOf, makeClientKey } from '../support/client-key.js';
import { changeClient } from '../support/client-settings.js';
import { makeProofKey } from './proofs.js';
import { anotherSuite, claimsOf, requestOf, send, startWorld, type TokenBody, type World } from './requests.js';

// Many JWTs with one set of keys: none may stand for another (RFC 8725, section 2.8).
let world: World;
let app: GivenApplication;
let key: ClientKey;
let browser: Browser;
let tokens: TokenBody;
/** Every JWT that comes from this server or its client, by what it is. */
let jwts: Record<string, string>;

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  const user = await world.admin.givenUser(app.id);
  browser = await world.signedIn(app, user);
  tokens = await world.tokensFor(browser, app);
  key = await makeClientKey('ES256', 'one');
  await changeClient(world.server, app.id, { userinfoAlg: 'RS256', jwks: jwksOf(key) });
  const { deps } = world.server;
  const client = await deps.registry.findClient(world.suite.id, app.clientId);
  const suite = await deps.registry.findSuite(world.suite.slug);
  if (!client || !suite) throw new Error('Nothing is there');
  const { sid = '' } = claimsOf(tokens.id_token) as { sid?: string };
  const accept = { accept: 'application/token-introspection+jwt' };
  const userinfoUrl = `${world.issuer}/userinfo`;
  jwts = {
    'ID token': tokens.id_token ?? '',
    'access token': tokens.access_token,
    'userinfo answer': (await world.userinfo(tokens.access_token)).text,
    'introspection answer': (await world.as(app, '/introspect', { token: tokens.access_token }, accept)).text,
    'logout token': await makeLogoutToken(deps, suite, client, { accountId: user.accountId, sessionId: sid }),
    'client assertion': await assertion(),
    'request object': await key.sign({ ...requestOf(app, { response_type: 'code', scope: 'openid' }) }),
    'DPoP proof': await (await makeProofKey(world)).proof({
      method: 'GET',
      url: userinfoUrl,
      token: tokens.access_token,
    }),
  };
  await changeClient(world.server, app.id, { userinfoAlg: null });
});
afterAll(() => world.close());

function assertion(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = world.server.clock.now();
  const own = { iss: app.clientId, sub: app.clientId, aud: world.issuer, jti: randomUUID(), iat: now, exp: now + 60 };
  return key.sign({ ...own, ...claims }, header);
}

const others = (right: string) => Object.entries(jwts).filter(([kind]) => kind !== right);

describe('RFC 8725 §3.12: one kind of JWT is not taken for another', () => {
  test('only an access token is an access token', async () => {
    expect((await world.userinfo(tokens.access_token)).status).toBe(200);
    for (const [kind, jwt] of others('access token')) {
      expect((await world.userinfo(jwt)).status, kind).toBe(401);
      expect((await world.as(app, '/introspect', { token: jwt })).body, kind).toEqual({ active: false });
      const api = await send(`${world.server.url}/api/v1/suites`, { headers: { authorization: `Bearer ${jwt}` } });
      expect(api.status, kind).toBe(401);
    }
  });

  test('only an ID token is an id_token_hint', async () => {
    const hinted = (id_token_hint: string) =>
      world.authorize(browser, app, { scope: 'openid', prompt: 'none', id_token_hint });
    expect((await hinted(tokens.id_token ?? '')).has('code')).toBe(true);
    for (const [kind, jwt] of others('ID token'))
      expect((await hinted(jwt)).get('error'), kind).toBe('invalid_request');
  });

  test('only an ID token ends a session without asking', async () => {
    for (const [kind, jwt] of others('ID token')) {
      const view = await browser.open(`${world.issuer}/logout?id_token_hint=${jwt}`);
      expect([view.left, view.status], kind).toEqual([false, 400]);
    }
  });

  test('RFC 9101 §10.8: only a request object is one, and a client assertion is none', async () => {
    const asked = (request: string) =>
      browser.open(authorizeUrl(world.issuer, requestOf(app, { request, scope: 'openid', nonce: randomUUID() })));
    expect((await asked(jwts['request object'] ?? '')).url.searchParams.has('code')).toBe(true);
    for (const [kind, jwt] of others('request object')) {
      const view = await asked(jwt);
      expect([view.left, view.url.searchParams.get('error')], kind).toEqual([true, 'invalid_request_object']);
    }
  });

  test('only a client assertion authenticates', async () => {
    await changeClient(world.server, app.id, { authMethod: 'private_key_jwt' });
    for (const [kind, jwt] of others('client assertion')) {
      const params = {
        grant_type: 'authorization_code',
        code: 'x',
        client_assertion: jwt,
        client_assertion_type: assertionType,
      };
      const answer = await world.post('/token', params);
      expect([answer.status, answer.body.error], kind).toEqual([401, 'invalid_client']);
    }
    await changeClient(world.server, app.id, { authMethod: null });
  });

  test('only a proof is a proof', async () => {
    for (const [kind, jwt] of others('DPoP proof')) {
      const headers = { authorization: `DPoP ${tokens.access_token}`, dpop: jwt };
      expect((await send(`${world.issuer}/userinfo`, { headers })).status, kind).toBe(401);
    }
  });

  test('none is a code, a refresh token or a device code', async () => {
    for (const [kind, jwt] of Object.entries(jwts)) {
      const grants = [
        { grant_type: 'authorization_code', code: jwt, redirect_uri: testRedirectUri },
        { grant_type: 'refresh_token', refresh_token: jwt },
      ];
      for (const grant of grants) expect((await world.as(app, '/token', grant)).body.error, kind).toBe('invalid_grant');
    }
  });
});

describe('suites do not know each other’s tokens', () => {
  test('access token, ID token, refresh token, code and session of one are worth nothing at another', async () => {
    const other = await anotherSuite(world);
    const client = await other.admin.givenApplication(other.project, 'authorization_flow', { access: 'everyone' });
    expect((await other.userinfo(tokens.access_token)).status).toBe(401);
    expect((await other.as(client, '/introspect', { token: tokens.access_token })).body).toEqual({ active: false });
    expect((await other.as(client, '/introspect', { token: tokens.refresh_token ?? '' })).body).toEqual({
      active: false,
    });
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    expect((await other.as(client, '/token', refresh)).body.error).toBe('invalid_grant');
    const code = await world.codeFor(browser, app);
    const redeemed = await other.as(client, '/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: testRedirectUri,
    });
    expect(redeemed.body.error).toBe('invalid_grant');
    expect((await other.authorize(browser, client, { prompt: 'none' })).get('error')).toBe('login_required');
    const hint = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' });
    expect((await browser.open(`${other.issuer}/logout?${hint}`)).status).toBe(400);
    // A client of one suite is unknown at another, with its right secret.
    expect((await other.as(app, '/token', { grant_type: 'client_credentials' })).body.error).toBe('invalid_client');
  });
});

describe('times and forms of what a client signs', () => {
  const authenticate = async (jwt: string) => {
    await changeClient(world.server, app.id, { authMethod: 'private_key_jwt' });
    const answer = await world.post('/introspect', {
      token: 'x',
      client_assertion: jwt,
      client_assertion_type: assertionType,
    });
    await changeClient(world.server, app.id, { authMethod: null });
    return answer.status;
  };

  test('RFC 7519 §4.1.4, §4.1.5: exp and nbf are obeyed', async () => {
    const now = world.server.clock.now();
    expect(await authenticate(await assertion())).toBe(200);
    for (const claims of [{ exp: now }, { exp: now - 1 }, { exp: 'soon' }, { nbf: now + 60 }, { nbf: 'now' }])
      expect(await authenticate(await assertion(claims)), JSON.stringify(claims)).toBe(401);
    expect(await authenticate(await assertion({ nbf: now }))).toBe(200);
  });

  test('RFC 7797 §7: a payload that is not encoded is refused', async () => {
    const payload = new TextEncoder().encode(
      Buffer.from(claimsOf(await assertion()) && JSON.stringify(claimsOf(await assertion()))).toString(),
    );
    const signed = await new FlattenedSign(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'one', b64: false, crit: ['b64'] })
      .sign(key.privateKey);
    const encoded = Buffer.from(payload).toString('base64url');
    for (const middle of ['', encoded, Buffer.from(payload).toString()])
      expect(await authenticate(`${signed.protected}.${middle}.${signed.signature}`)).toBeGreaterThanOrEqual(400);
  });
});

test('RFC 9068 §2.1: an access token is signed in the algorithm of the application, never without', async () => {
  for (const accessTokenAlg of ['RS256', 'ES256', 'PS256', 'EdDSA'] as const) {
    await changeClient(world.server, app.id, { accessTokenAlg });
    const { access_token } = await world.tokensFor(browser, app);
    const header = JSON.parse(Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toEqual({ alg: accessTokenAlg, typ: 'at+jwt', kid: expect.any(String) });
    expect((await world.userinfo(access_token)).status).toBe(200);
  }
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${tokens.access_token.split('.')[1]}.`;
  expect((await world.userinfo(unsigned)).status).toBe(401);
});
