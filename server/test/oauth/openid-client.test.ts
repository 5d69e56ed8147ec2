import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { type Browser, readForm } from '../support/browser-flow.js';
import { type Person, startWorld, type World } from './requests.js';

// The clock of the server stands at the real time here: the client reads the real clock.
let world: World;
let user: Person & { accountId: string };
let web: GivenApplication;
let spa: GivenApplication;
let backEnd: GivenApplication;
let service: GivenApplication;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow');
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', { access: 'everyone' });
  backEnd = await admin.givenApplication(project, 'user_credentials', { access: 'everyone' });
  service = await admin.givenApplication(project, 'client_credentials');
  user = await admin.givenUser(web.id, { lastName: 'Lima' });
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

function discover(app: GivenApplication, authentication?: client.ClientAuth, algorithm?: 'oidc' | 'oauth2') {
  return client.discovery(new URL(world.issuer), app.clientId, app.clientSecret, authentication, {
    execute: [client.allowInsecureRequests],
    ...(algorithm ? { algorithm } : {}),
  });
}

async function callback(url: URL): Promise<URL> {
  const view = await browser.open(url);
  expect(view.left).toBe(true);
  return view.url;
}

describe('discovery', () => {
  test('OpenID Connect Discovery §4: finds the endpoints of a suite', async () => {
    const metadata = (await discover(web)).serverMetadata();
    expect(metadata.issuer).toBe(world.issuer);
    expect(metadata.token_endpoint).toBe(`${world.issuer}/token`);
    expect(metadata.supportsPKCE()).toBe(true);
  });

  test('RFC 8414 §3: finds them as an OAuth authorization server, too', async () => {
    const metadata = (await discover(web, undefined, 'oauth2')).serverMetadata();
    expect(metadata.issuer).toBe(world.issuer);
    expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
  });
});

describe('RFC 6749 §4.1: the code flow', () => {
  test.each([
    ['client_secret_basic', () => client.ClientSecretBasic(web.clientSecret)],
    ['client_secret_post', () => client.ClientSecretPost(web.clientSecret)],
  ])('%s: code, ID token, userinfo, refresh, introspection, revocation', async (_, authentication) => {
    const config = await discover(web, authentication());
    const nonce = client.randomNonce();
    const state = client.randomState();
    const asked = { redirect_uri: testRedirectUri, scope: 'openid profile email', nonce, state };
    const at = await callback(client.buildAuthorizationUrl(config, asked));
    const tokens = await client.authorizationCodeGrant(config, at, {
      expectedNonce: nonce,
      expectedState: state,
      idTokenExpected: true,
      maxAge: 3600,
    });
    expect(tokens.token_type).toBe('bearer');
    expect(tokens.scope).toBe('openid profile email');
    expect(tokens.expires_in).toBe(900);
    expect(tokens.claims()).toMatchObject({ iss: world.issuer, aud: web.clientId, sub: user.accountId, nonce });

    expect(await client.fetchUserInfo(config, tokens.access_token, user.accountId)).toEqual({
      sub: user.accountId,
      name: 'Ana Lima',
      given_name: 'Ana',
      family_name: 'Lima',
      updated_at: expect.any(Number),
      email: user.email,
      email_verified: false,
    });

    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', { scope: 'openid email' });
    expect(again.scope).toBe('openid email');
    expect(again.access_token).not.toBe(tokens.access_token);
    expect(again.refresh_token).not.toBe(tokens.refresh_token);
    expect(again.claims()).toMatchObject({ sub: user.accountId, auth_time: tokens.claims()?.auth_time });

    expect(await client.tokenIntrospection(config, again.access_token)).toMatchObject({
      active: true,
      client_id: web.clientId,
      sub: user.accountId,
      scope: 'openid email',
    });
    await client.tokenRevocation(config, again.refresh_token ?? '');
    expect(await client.tokenIntrospection(config, again.refresh_token ?? '')).toEqual({ active: false });
    expect(await client.tokenIntrospection(config, again.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, again.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('RFC 7636: a public client with PKCE', async () => {
    const config = await discover(spa, client.None());
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const at = await callback(
      client.buildAuthorizationUrl(config, {
        redirect_uri: testRedirectUri,
        scope: 'openid',
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    );
    const checks = { expectedState: state, pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(config, at, checks);
    expect(tokens.claims()?.sub).toBe(user.accountId);
    expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toBeTruthy();
    await expect(client.authorizationCodeGrant(config, at, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    });
  });

  test('OAuth 2.0 Form Post Response Mode §2: the answer comes as a form', async () => {
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
    const state = client.randomState();
    const page = await browser.open(
      client.buildAuthorizationUrl(config, {
        redirect_uri: testRedirectUri,
        scope: 'openid',
        state,
        response_mode: 'form_post',
      }),
    );
    const { action, method, fields } = readForm(page);
    expect(method).toBe('POST');
    expect(action.href).toBe(testRedirectUri);
    const posted = new Request(action, { method, body: new URLSearchParams(fields) });
    const tokens = await client.authorizationCodeGrant(config, posted, { expectedState: state, idTokenExpected: true });
    expect(tokens.claims()?.sub).toBe(user.accountId);
  });

  test('OAuth 2.0 Multiple Response Types §2.1: the answer comes in the fragment', async () => {
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
    const state = client.randomState();
    const at = await callback(
      client.buildAuthorizationUrl(config, {
        redirect_uri: testRedirectUri,
        scope: 'openid',
        state,
        response_mode: 'fragment',
      }),
    );
    expect(at.search).toBe('');
    const query = new URL(testRedirectUri);
    query.search = at.hash.slice(1);
    const tokens = await client.authorizationCodeGrant(config, query, { expectedState: state, idTokenExpected: true });
    expect(tokens.claims()?.sub).toBe(user.accountId);
  });

  test('RFC 9207 §2.4: the client sees an answer without iss, or with another, as forged', async () => {
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
    const at = await callback(client.buildAuthorizationUrl(config, { redirect_uri: testRedirectUri, scope: 'openid' }));
    expect(at.searchParams.get('iss')).toBe(world.issuer);
    const [without, other] = [new URL(at), new URL(at)];
    without.searchParams.delete('iss');
    other.searchParams.set('iss', world.server.issuer('default'));
    for (const forged of [without, other])
      await expect(client.authorizationCodeGrant(config, forged)).rejects.toThrow();
    expect((await client.authorizationCodeGrant(config, at, { idTokenExpected: true })).claims()?.sub).toBe(
      user.accountId,
    );
  });

  test('RFC 6749 §4.1.2.1: an error comes to the client with its state', async () => {
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
    const state = client.randomState();
    const at = await callback(
      client.buildAuthorizationUrl(config, { redirect_uri: testRedirectUri, scope: 'openid root', state }),
    );
    await expect(client.authorizationCodeGrant(config, at, { expectedState: state })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
  });
});

describe('other grants', () => {
  test('RFC 6749 §4.4: client_credentials', async () => {
    const config = await discover(service, client.ClientSecretBasic(service.clientSecret));
    const tokens = await client.clientCredentialsGrant(config, { resource: world.project.defaultResource });
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.id_token).toBeUndefined();
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      sub: service.clientId,
      client_id: service.clientId,
      aud: world.project.defaultResource,
    });
  });

  test('RFC 6749 §4.3: password', async () => {
    const config = await discover(backEnd, client.ClientSecretPost(backEnd.clientSecret));
    const asked = { username: user.email.toUpperCase(), password: user.password, scope: 'openid email' };
    const tokens = await client.genericGrantRequest(config, 'password', asked);
    expect(tokens.claims()?.sub).toBe(user.accountId);
    expect((await client.fetchUserInfo(config, tokens.access_token, user.accountId)).email).toBe(user.email);
    await expect(client.genericGrantRequest(config, 'password', { ...asked, password: 'wrong' })).rejects.toMatchObject(
      {
        error: 'invalid_grant',
        status: 400,
      },
    );
  });
});

test('OpenID Connect RP-Initiated Logout §2: the client builds a logout URL that signs out and comes back', async () => {
  const postLogout = 'https://app.example.com/signed-out';
  const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    postLogoutRedirectUris: [postLogout],
  });
  const own = await world.signedIn(app, user);
  const tokens = await world.tokensFor(own, app);
  const url = client.buildEndSessionUrl(await discover(app), {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: postLogout,
    state: 'here again',
  });
  const view = await own.open(url);
  expect([view.left, view.url.href]).toEqual([true, `${postLogout}?state=here+again`]);
  expect((await world.authorize(own, app, { prompt: 'none' })).get('error')).toBe('login_required');
});
