import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { claimsOf, type Person, startWorld, type World } from './requests.js';

// The clock of the server stands at the real time here: the client reads the real clock.
let world: World;
let as: oauth.AuthorizationServer;
let user: Person & { accountId: string };
let jwtApp: GivenApplication;
let opaqueApp: GivenApplication;
let browser: Browser;

const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  jwtApp = await admin.givenApplication(project, 'authorization_flow');
  opaqueApp = await admin.givenApplication(project, 'authorization_pkce_flow', {
    access: 'everyone',
    accessTokenFormat: 'opaque',
  });
  user = await admin.givenUser(jwtApp.id);
  browser = await world.signedIn(jwtApp, user);
  const issuer = new URL(world.issuer);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
});
afterAll(() => world.close());

async function codeFlow(app: GivenApplication, authentication: oauth.ClientAuth) {
  const known: oauth.Client = { client_id: app.clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const [nonce, state] = [oauth.generateRandomNonce(), oauth.generateRandomState()];
  const url = new URL(as.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: testRedirectUri,
    scope: 'openid email',
    nonce,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const params = oauth.validateAuthResponse(as, known, (await browser.open(url)).url, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    known,
    authentication,
    params,
    testRedirectUri,
    verifier,
    insecure,
  );
  const result = await oauth.processAuthorizationCodeResponse(as, known, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  // The claims above are trusted because they came over TLS; here the signature is checked as well.
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
  return { known, result };
}

/** What a resource server does with a request that carries the token. */
function atResourceServer(token: string, audience: string) {
  const request = new Request('https://api.example.com/orders', { headers: { authorization: `Bearer ${token}` } });
  return oauth.validateJwtAccessToken(as, request, audience, insecure);
}

describe('the client oauth4webapi', () => {
  test('RFC 8414 §3: reads the authorization server metadata', async () => {
    const issuer = new URL(world.issuer);
    const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
    expect((await oauth.processDiscoveryResponse(issuer, answer)).issuer).toBe(world.issuer);
  });

  test('RFC 9068 §4: a resource server accepts the access token of a code flow', async () => {
    const { result } = await codeFlow(jwtApp, oauth.ClientSecretBasic(jwtApp.clientSecret ?? ''));
    const claims = await atResourceServer(result.access_token, world.project.defaultResource);
    expect(claims).toMatchObject({
      iss: world.issuer,
      sub: user.accountId,
      aud: world.project.defaultResource,
      client_id: jwtApp.clientId,
      scope: 'openid email',
      jti: expect.any(String),
      auth_time: expect.any(Number),
    });
    expect(claims.exp - claims.iat).toBe(900);
  });

  test('RFC 9068 §4: and refuses it for another audience, changed, or when it is an ID token', async () => {
    const { result } = await codeFlow(jwtApp, oauth.ClientSecretPost(jwtApp.clientSecret ?? ''));
    const [header, payload, signature] = result.access_token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claimsOf(result.access_token), sub: 'somebody-else' })).toString(
      'base64url',
    );
    await expect(
      atResourceServer(`${header}.${payload}.${signature}`, world.project.defaultResource),
    ).resolves.toBeTruthy();
    await expect(atResourceServer(result.access_token, 'https://other.example/')).rejects.toThrow();
    await expect(
      atResourceServer(`${header}.${changed}.${signature}`, world.project.defaultResource),
    ).rejects.toThrow();
    await expect(atResourceServer(result.id_token ?? '', jwtApp.clientId)).rejects.toThrow();
  });

  test('RFC 9068 §4: the access token of a client for itself has the client as its subject', async () => {
    const service = await world.admin.givenApplication(world.project, 'client_credentials');
    const known: oauth.Client = { client_id: service.clientId };
    const answer = await oauth.clientCredentialsGrantRequest(
      as,
      known,
      oauth.ClientSecretBasic(service.clientSecret ?? ''),
      { resource: world.project.defaultResource },
      insecure,
    );
    const result = await oauth.processClientCredentialsResponse(as, known, answer);
    const claims = await atResourceServer(result.access_token, world.project.defaultResource);
    expect(claims).toMatchObject({ sub: service.clientId, client_id: service.clientId });
    expect(claims).not.toHaveProperty('auth_time');
  });

  test('RFC 7662: an opaque access token of a public client works at userinfo and is introspected by another client of the project', async () => {
    const { known, result } = await codeFlow(opaqueApp, oauth.None());
    expect(result.access_token).toMatch(/^tes_at_[A-Za-z0-9_-]{43}$/);
    const answer = await oauth.userInfoRequest(as, known, result.access_token, insecure);
    expect(await oauth.processUserInfoResponse(as, known, user.accountId, answer)).toEqual({
      sub: user.accountId,
      email: user.email,
      email_verified: false,
    });
    const resourceServer: oauth.Client = { client_id: jwtApp.clientId };
    const authentication = oauth.ClientSecretBasic(jwtApp.clientSecret ?? '');
    const introspect = async (token: string) =>
      oauth.processIntrospectionResponse(
        as,
        resourceServer,
        await oauth.introspectionRequest(as, resourceServer, authentication, token, insecure),
      );
    expect(await introspect(result.access_token)).toMatchObject({
      active: true,
      token_type: 'Bearer',
      iss: world.issuer,
      sub: user.accountId,
      aud: world.project.defaultResource,
      client_id: opaqueApp.clientId,
      scope: 'openid email',
      exp: expect.any(Number),
      iat: expect.any(Number),
    });
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, known, oauth.None(), result.access_token, insecure),
    );
    expect(await introspect(result.access_token)).toEqual({ active: false });
    const refused = await oauth.userInfoRequest(as, known, result.access_token, insecure);
    await expect(oauth.processUserInfoResponse(as, known, user.accountId, refused)).rejects.toMatchObject({
      status: 401,
    });
  });

  test('RFC 6749 §6: a refresh of a public client', async () => {
    const { known, result } = await codeFlow(opaqueApp, oauth.None());
    const answer = await oauth.refreshTokenGrantRequest(as, known, oauth.None(), result.refresh_token ?? '', insecure);
    const again = await oauth.processRefreshTokenResponse(as, known, answer);
    expect(again.refresh_token).not.toBe(result.refresh_token);
    expect(oauth.getValidatedIdTokenClaims(again)).toMatchObject({ sub: user.accountId, aud: opaqueApp.clientId });
    expect(oauth.getValidatedIdTokenClaims(again)).not.toHaveProperty('nonce');
  });

  test('RFC 6749 §4.3: the password grant', async () => {
    const app = await world.admin.givenApplication(world.project, 'user_credentials', { access: 'everyone' });
    const known: oauth.Client = { client_id: app.clientId };
    const answer = await oauth.genericTokenEndpointRequest(
      as,
      known,
      oauth.ClientSecretBasic(app.clientSecret ?? ''),
      'password',
      { username: user.email, password: user.password, scope: 'openid' },
      insecure,
    );
    const result = await oauth.processGenericTokenEndpointResponse(as, known, answer);
    expect(oauth.getValidatedIdTokenClaims(result)?.sub).toBe(user.accountId);
  });

  test('OpenID Connect Core §5.3.1: userinfo by POST, with the token in the body', async () => {
    const { result } = await codeFlow(jwtApp, oauth.ClientSecretBasic(jwtApp.clientSecret ?? ''));
    const answer = await fetch(as.userinfo_endpoint ?? '', {
      method: 'POST',
      body: new URLSearchParams({ access_token: result.access_token }),
    });
    expect(
      await oauth.processUserInfoResponse(as, { client_id: jwtApp.clientId }, user.accountId, answer),
    ).toMatchObject({
      email: user.email,
    });
  });
});
