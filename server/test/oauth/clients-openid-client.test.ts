import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { type Browser, createBrowser } from '../support/browser-flow.js';
import { makeClientKey } from '../support/client-key.js';
import { changeClient, everyClaim, setClaims } from '../support/client-settings.js';
import { leastMetadata, setRegistration, signInAndAgree } from './registrations.js';
import { type Person, startWorld, type World } from './requests.js';

// The clock of the server follows the real one here, which the client reads.
let world: World;
let user: Person & { accountId: string };
let web: GivenApplication;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  user = await world.admin.givenUser(web.id);
  await setClaims(world.server, user.accountId);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());
beforeEach(() => {
  const { clock } = world.server;
  clock.advance(Math.max(0, Math.floor(Date.now() / 1000) - clock.now()));
});

function discover(
  app: GivenApplication,
  authentication?: client.ClientAuth,
  metadata: Partial<client.ClientMetadata> = {},
) {
  const own = { ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }), ...metadata };
  return client.discovery(new URL(world.issuer), app.clientId, own, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

/** A code flow as the library does it, the signature of the ID token checked. */
async function flow(
  config: client.Configuration,
  build: (params: Record<string, string>) => URL | Promise<URL> = (params) =>
    client.buildAuthorizationUrl(config, params),
  { params = {}, options = {} }: { params?: Record<string, string>; options?: { DPoP?: client.DPoPHandle } } = {},
) {
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  const url = await build({
    redirect_uri: testRedirectUri,
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...params,
  });
  const view = await browser.open(url);
  expect(view.left).toBe(true);
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
  return client.authorizationCodeGrant(config, view.url, checks, undefined, options);
}

describe('RFC 9449 §5: DPoP', () => {
  test.each(['ES256', 'PS256', 'EdDSA', 'Ed25519'])(
    '%s: a bound token, used at userinfo, refreshed with the same key',
    async (alg) => {
      const app = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { access: 'everyone' });
      await changeClient(world.server, app.id, { dpopBound: true });
      const config = await discover(app, client.None());
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair(alg));
      const tokens = await flow(
        config,
        async (params) =>
          client.buildAuthorizationUrl(config, { ...params, dpop_jkt: await DPoP.calculateThumbprint() }),
        { options: { DPoP } },
      );
      expect(tokens.token_type).toBe('dpop');
      const { sub } = await client.fetchUserInfo(config, tokens.access_token, user.accountId, { DPoP });
      expect(sub).toBe(user.accountId);
      const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP });
      expect(again.token_type).toBe('dpop');
      await expect(client.refreshTokenGrant(config, again.refresh_token ?? '')).rejects.toMatchObject({ status: 400 });
      await expect(client.fetchUserInfo(config, again.access_token, user.accountId)).rejects.toMatchObject({
        status: 401,
      });
    },
  );

  test('with a pushed request', async () => {
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const tokens = await flow(config, (params) => client.buildAuthorizationUrlWithPAR(config, params, { DPoP }), {
      options: { DPoP },
    });
    expect(tokens.token_type).toBe('dpop');
  });
});

test('RFC 8628 §3.1: the device flow', async () => {
  const tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
  const config = await discover(tv, client.None());
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid email' });
  const page = await browser.submit(await browser.open(device.verification_uri_complete ?? ''));
  const done = await browser.submit(page, {}, { name: 'decision', value: 'allow' });
  expect(done.html).toContain('Your device is connected');
  // Nothing is left to wait for.
  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.01 });
  expect(tokens.claims()?.sub).toBe(user.accountId);
  expect((await client.fetchUserInfo(config, tokens.access_token, user.accountId)).email).toBe(user.email);
});

describe('signed answers', () => {
  test.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)(
    'OpenID Connect Core §5.3.2: userinfo in %s, and ID tokens, too',
    async (alg) => {
      const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
      await changeClient(world.server, app.id, { userinfoAlg: alg, idTokenAlg: alg });
      const own = { userinfo_signed_response_alg: alg, id_token_signed_response_alg: alg };
      const config = await discover(app, client.ClientSecretBasic(app.clientSecret), own);
      const tokens = await flow(config);
      expect(await client.fetchUserInfo(config, tokens.access_token, user.accountId)).toMatchObject({
        email: user.email,
      });
    },
  );

  test('RFC 9701 §4: introspection as a JWT', async () => {
    const own = { introspection_signed_response_alg: 'RS256' };
    const config = await discover(web, client.ClientSecretBasic(web.clientSecret), own);
    const { access_token } = await flow(config);
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject({ active: true, sub: user.accountId });
  });
});

test('OpenID Connect Core §5.5: the claims parameter', async () => {
  const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
  const claims = JSON.stringify({ id_token: { nickname: null }, userinfo: { zoneinfo: null } });
  const tokens = await flow(config, undefined, { params: { claims, scope: 'openid' } });
  expect(tokens.claims()).toMatchObject({ nickname: everyClaim.nickname });
  expect(await client.fetchUserInfo(config, tokens.access_token, user.accountId)).toEqual({
    sub: user.accountId,
    zoneinfo: everyClaim.zoneinfo,
  });
});

test('OpenID Connect Core §3.1.2.1: max_age is checked by the library against auth_time', async () => {
  const config = await discover(web, client.ClientSecretBasic(web.clientSecret));
  const view = await browser.open(
    client.buildAuthorizationUrl(config, { redirect_uri: testRedirectUri, scope: 'openid', max_age: '900' }),
  );
  const tokens = await client.authorizationCodeGrant(config, view.url, { maxAge: 900, idTokenExpected: true });
  expect(tokens.claims()?.auth_time).toBeTypeOf('number');
});

describe('a client that registered itself, and does all it can', () => {
  const postLogout = 'https://client.example.org/signed-out';
  const callback = leastMetadata.redirect_uris[0] ?? '';

  /** Registers a client that signs with one key and refreshes; sees to what the server answers, too. */
  async function registered(
    metadata: Record<string, unknown>,
    authentication: (key: client.PrivateKey) => client.ClientAuth,
  ) {
    await setRegistration(world, 'open');
    const { privateKey, publicJwk, kid = '' } = await makeClientKey('ES256');
    const key = { key: privateKey, kid };
    const config = await client.dynamicClientRegistration(
      new URL(world.issuer),
      {
        ...leastMetadata,
        grant_types: ['authorization_code', 'refresh_token'],
        post_logout_redirect_uris: [postLogout],
        jwks: { keys: [{ ...publicJwk }] },
        ...metadata,
      } as Partial<client.ClientMetadata>,
      authentication(key),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
    );
    const errors: string[] = [];
    config[client.customFetch] = async (url, options) => {
      const answer = await fetch(url, options as RequestInit);
      if (!answer.ok) errors.push(((await answer.clone().json()) as { error: string }).error);
      return answer;
    };
    return { config, key, errors };
  }

  test('RFC 9126, RFC 9101, RFC 9449 §8, RFC 7523, RFC 8707, RFC 9701: pushed, signed, bound, for a resource; then introspected, refreshed, revoked and signed out', async () => {
    const { config, key, errors } = await registered(
      {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        request_object_signing_alg: 'ES256',
        require_pushed_authorization_requests: true,
        dpop_bound_access_tokens: true,
        userinfo_signed_response_alg: 'PS256',
        id_token_signed_response_alg: 'EdDSA',
        introspection_signed_response_alg: 'ES256',
      },
      (own) => client.PrivateKeyJwt(own),
    );
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const resource = world.project.defaultResource;
    const params = {
      redirect_uri: callback,
      scope: 'openid email offline_access',
      prompt: 'consent',
      resource,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const { searchParams } = await client.buildAuthorizationUrlWithJAR(config, params, key);
    const url = await client.buildAuthorizationUrlWithPAR(config, searchParams, { DPoP });
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const own = createBrowser(world.server.url);
    const at = await signInAndAgree(own, url, user);
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(config, at, checks, { resource }, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    // The server asked for its nonce, and the library sent it.
    expect(errors).toEqual(['use_dpop_nonce']);
    expect(await client.fetchUserInfo(config, tokens.access_token, user.accountId, { DPoP })).toMatchObject({
      email: user.email,
    });
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      token_type: 'DPoP',
      aud: resource,
      cnf: { jkt: await DPoP.calculateThumbprint() },
    });
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource }, { DPoP });
    expect([again.token_type, again.claims()?.sub]).toEqual(['dpop', user.accountId]);
    const elsewhere = { resource: 'urn:example:nothing' };
    await expect(
      client.refreshTokenGrant(config, again.refresh_token ?? '', elsewhere, { DPoP }),
    ).rejects.toMatchObject({ error: 'invalid_target' });
    await client.tokenRevocation(config, again.refresh_token ?? '');
    expect(await client.tokenIntrospection(config, again.access_token)).toEqual({ active: false });
    const end = { id_token_hint: again.id_token ?? '', post_logout_redirect_uri: postLogout, state: 's' };
    const view = await own.open(client.buildEndSessionUrl(config, end));
    expect([view.left, view.url.href]).toEqual([true, `${postLogout}?state=s`]);
  });

  test('RFC 7523 §2.2: client_secret_jwt, with introspection and revocation', async () => {
    const { config } = await registered({ token_endpoint_auth_method: 'client_secret_jwt' }, () =>
      client.ClientSecretJwt(),
    );
    const state = client.randomState();
    const params = { redirect_uri: callback, scope: 'openid', state };
    const at = await signInAndAgree(browser, client.buildAuthorizationUrl(config, params), user);
    const tokens = await client.authorizationCodeGrant(config, at, { expectedState: state, idTokenExpected: true });
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true });
    await client.tokenRevocation(config, tokens.access_token);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  });

  test('OpenID Connect Core §6.1: a signed request in the authorization request itself', async () => {
    const { config, key } = await registered({ request_object_signing_alg: 'ES256' }, () => client.ClientSecretPost());
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const params = { redirect_uri: callback, scope: 'openid', state, nonce };
    const url = await client.buildAuthorizationUrlWithJAR(config, params, key);
    const at = await signInAndAgree(browser, url, user);
    const checks = { expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    expect((await client.authorizationCodeGrant(config, at, checks)).claims()?.sub).toBe(user.accountId);
  });

  test('RFC 9449 §5, RFC 8628 §3.4: a device and a client for itself get bound tokens', async () => {
    const tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
    await changeClient(world.server, tv.id, { dpopBound: true });
    const config = await discover(tv, client.None());
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' });
    const page = await browser.submit(await browser.open(device.verification_uri_complete ?? ''));
    await browser.submit(page, {}, { name: 'decision', value: 'allow' });
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.01 }, undefined, {
      DPoP,
    });
    expect(tokens.token_type).toBe('dpop');
    expect((await client.fetchUserInfo(config, tokens.access_token, user.accountId, { DPoP })).sub).toBe(
      user.accountId,
    );

    const service = await world.admin.givenApplication(world.project, 'client_credentials');
    await changeClient(world.server, service.id, { dpopBound: true });
    const own = await discover(service, client.ClientSecretBasic(service.clientSecret));
    const handle = client.getDPoPHandle(own, await client.randomDPoPKeyPair());
    expect((await client.clientCredentialsGrant(own, {}, { DPoP: handle })).token_type).toBe('dpop');
    await expect(client.clientCredentialsGrant(own)).rejects.toMatchObject({ status: 400 });
  });
});
