import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { type Browser, createBrowser } from '../support/browser-flow.js';
import { makeClientKey } from '../support/client-key.js';
import { changeClient } from '../support/client-settings.js';
import { leastMetadata, setRegistration, signInAndAgree } from './registrations.js';
import { type Person, startWorld, type World } from './requests.js';

// The clock of the server follows the real one here, which the client reads.
let world: World;
let as: oauth.AuthorizationServer;
let user: Person & { accountId: string };
let app: GivenApplication;
let known: oauth.Client;
let authentication: oauth.ClientAuth;
let browser: Browser;
const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  known = { client_id: app.clientId };
  authentication = oauth.ClientSecretBasic(app.clientSecret ?? '');
  user = await world.admin.givenUser(app.id);
  browser = await world.signedIn(app, user);
  const issuer = new URL(world.issuer);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
});
afterAll(() => world.close());
beforeEach(() => {
  const { clock } = world.server;
  clock.advance(Math.max(0, Math.floor(Date.now() / 1000) - clock.now()));
});

/** Does what it is given again, when the server asks for its nonce (RFC 9449 §8). */
async function withNonce<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return request();
  }
}

test('RFC 9126 §2, RFC 9449 §10: a pushed request with a proof binds the code; the tokens are used with the same key', async () => {
  await changeClient(world.server, app.id, { dpopBound: true, requirePar: true });
  const DPoP = oauth.DPoP(known, await oauth.generateKeyPair('ES256'));
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ];
  const params = {
    response_type: 'code',
    redirect_uri: testRedirectUri,
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  const pushed = await withNonce(async () =>
    oauth.processPushedAuthorizationResponse(
      as,
      known,
      await oauth.pushedAuthorizationRequest(as, known, authentication, params, { DPoP, ...insecure }),
    ),
  );
  const url = new URL(as.authorization_endpoint ?? '');
  url.search = new URLSearchParams({ client_id: app.clientId, request_uri: pushed.request_uri }).toString();
  const answer = oauth.validateAuthResponse(as, known, (await browser.open(url)).url, state);
  const tokens = await withNonce(async () =>
    oauth.processAuthorizationCodeResponse(
      as,
      known,
      await oauth.authorizationCodeGrantRequest(as, known, authentication, answer, testRedirectUri, verifier, {
        DPoP,
        ...insecure,
      }),
      { expectedNonce: nonce, requireIdToken: true },
    ),
  );
  expect(tokens.token_type).toBe('dpop');
  const info = await withNonce(async () =>
    oauth.processUserInfoResponse(
      as,
      known,
      user.accountId,
      await oauth.userInfoRequest(as, known, tokens.access_token, { DPoP, ...insecure }),
    ),
  );
  expect(info.email).toBe(user.email);
  const again = await withNonce(async () =>
    oauth.processRefreshTokenResponse(
      as,
      known,
      await oauth.refreshTokenGrantRequest(as, known, authentication, tokens.refresh_token ?? '', {
        DPoP,
        ...insecure,
      }),
    ),
  );
  expect(again.token_type).toBe('dpop');
  // RFC 9068 §4 with RFC 9449 §4.3: a resource server accepts the token with a proof, and not without.
  const resource = 'https://api.example.com/orders';
  const proved = new Headers();
  await new Promise<void>((done, fail) => {
    oauth
      .protectedResourceRequest(again.access_token, 'GET', new URL(resource), undefined, undefined, {
        DPoP,
        [oauth.customFetch]: async (_url, options) => {
          for (const [name, value] of Object.entries(options.headers as Record<string, string>))
            proved.set(name, value);
          done();
          return new Response(null, { status: 200 });
        },
      })
      .catch(fail);
  });
  const validate = (headers: Headers) =>
    oauth.validateJwtAccessToken(as, new Request(resource, { headers }), world.project.defaultResource, {
      requireDPoP: true,
      ...insecure,
    });
  expect(await validate(proved)).toMatchObject({ sub: user.accountId, cnf: { jkt: await DPoP.calculateThumbprint() } });
  proved.delete('dpop');
  await expect(validate(proved)).rejects.toThrow();
  await changeClient(world.server, app.id, { dpopBound: false, requirePar: false });
});

describe('RFC 8628 §3.4: the device flow', () => {
  test('pending, allowed, tokens', async () => {
    const tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
    const device: oauth.Client = { client_id: tv.clientId };
    const started = await oauth.processDeviceAuthorizationResponse(
      as,
      device,
      await oauth.deviceAuthorizationRequest(as, device, oauth.None(), { scope: 'openid' }, insecure),
    );
    const poll = async () =>
      oauth.processDeviceCodeResponse(
        as,
        device,
        await oauth.deviceCodeGrantRequest(as, device, oauth.None(), started.device_code, insecure),
      );
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending', status: 400 });
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' });
    const page = await browser.submit(await browser.open(started.verification_uri_complete ?? ''));
    await browser.submit(page, {}, { name: 'decision', value: 'allow' });
    expect(oauth.getValidatedIdTokenClaims(await poll())?.sub).toBe(user.accountId);
    await expect(poll()).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('denied', async () => {
    const tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
    const device: oauth.Client = { client_id: tv.clientId };
    const started = await oauth.processDeviceAuthorizationResponse(
      as,
      device,
      await oauth.deviceAuthorizationRequest(as, device, oauth.None(), { scope: 'openid' }, insecure),
    );
    const page = await browser.submit(await browser.open(started.verification_uri_complete ?? ''));
    await browser.submit(page, {}, { name: 'decision', value: 'deny' });
    const answer = await oauth.deviceCodeGrantRequest(as, device, oauth.None(), started.device_code, insecure);
    await expect(oauth.processDeviceCodeResponse(as, device, answer)).rejects.toMatchObject({ error: 'access_denied' });
  });
});

test('RFC 9701 §5: introspection as a JWT, its signature checked', async () => {
  const { access_token } = await world.tokensFor(browser, app);
  const answer = await oauth.introspectionRequest(as, known, authentication, access_token, {
    requestJwtResponse: true,
    ...insecure,
  });
  const own = { ...known, introspection_signed_response_alg: 'RS256' };
  expect(await oauth.processIntrospectionResponse(as, own, answer)).toMatchObject({
    active: true,
    sub: user.accountId,
  });
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
});

describe('a client that registered itself, and does all it can', () => {
  const callback = leastMetadata.redirect_uris[0] ?? '';
  const postLogout = 'https://client.example.org/signed-out';

  async function register(metadata: Record<string, unknown>): Promise<oauth.Client> {
    await setRegistration(world, 'open');
    const issuer = new URL(world.issuer);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const document = {
      ...leastMetadata,
      grant_types: ['authorization_code', 'refresh_token'],
      post_logout_redirect_uris: [postLogout],
      ...metadata,
    };
    return oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, document as Partial<oauth.Client>, insecure),
    );
  }

  test('RFC 7591, RFC 7523, RFC 9101, RFC 9126, RFC 9449 §8, RFC 8707: registered, signed, pushed, bound, for a resource; introspected, revoked and signed out', async () => {
    const { privateKey, publicJwk, kid = '' } = await makeClientKey('ES256');
    const own = await register({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...publicJwk }] },
      request_object_signing_alg: 'ES256',
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
      userinfo_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'EdDSA',
    });
    const key = { key: privateKey, kid };
    const signed = oauth.PrivateKeyJwt(key);
    const DPoP = oauth.DPoP(own, await oauth.generateKeyPair('ES256'));
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const resource = world.project.defaultResource;
    const params = {
      response_type: 'code',
      redirect_uri: callback,
      scope: 'openid email offline_access',
      prompt: 'consent',
      resource,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    const request = await oauth.issueRequestObject(as, own, params, key);
    let challenged = 0;
    const counted = async <T>(work: () => Promise<T>) =>
      withNonce(() =>
        work().catch((error: unknown) => {
          if (oauth.isDPoPNonceError(error)) challenged += 1;
          throw error;
        }),
      );
    const pushed = await counted(async () =>
      oauth.processPushedAuthorizationResponse(
        as,
        own,
        await oauth.pushedAuthorizationRequest(as, own, signed, { request }, { DPoP, ...insecure }),
      ),
    );
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id: own.client_id, request_uri: pushed.request_uri }).toString();
    const there = createBrowser(world.server.url);
    const answer = oauth.validateAuthResponse(as, own, await signInAndAgree(there, url, user), state);
    const grant = await counted(async () => {
      const options = { DPoP, additionalParameters: { resource }, ...insecure };
      const swapped = await oauth.authorizationCodeGrantRequest(as, own, signed, answer, callback, verifier, options);
      return oauth.processAuthorizationCodeResponse(as, own, swapped, { expectedNonce: nonce, requireIdToken: true });
    });
    // The server asked for its nonce once; the library remembered it.
    expect([challenged, grant.token_type]).toEqual([1, 'dpop']);
    const info = await oauth.userInfoRequest(as, own, grant.access_token, { DPoP, ...insecure });
    const named = await oauth.processUserInfoResponse(as, own, user.accountId, info);
    expect(named).toMatchObject({ email: user.email });
    await oauth.validateApplicationLevelSignature(as, info, insecure);

    const introspect = async () => {
      const told = await oauth.introspectionRequest(as, own, signed, grant.access_token, insecure);
      const content = await oauth.processIntrospectionResponse(as, own, told);
      await oauth.validateApplicationLevelSignature(as, told, insecure);
      return content;
    };
    expect(await introspect()).toMatchObject({ active: true, aud: resource, token_type: 'DPoP' });
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      own,
      await oauth.refreshTokenGrantRequest(as, own, signed, grant.refresh_token ?? '', { DPoP, ...insecure }),
    );
    expect(refreshed.token_type).toBe('dpop');
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, own, signed, refreshed.refresh_token ?? '', insecure),
    );
    expect(await introspect()).toEqual({ active: false });

    const end = new URL(as.end_session_endpoint ?? '');
    end.search = new URLSearchParams({
      id_token_hint: refreshed.id_token ?? '',
      post_logout_redirect_uri: postLogout,
    }).toString();
    const view = await there.open(end);
    expect([view.left, view.url.href]).toEqual([true, postLogout]);
  });

  test('RFC 7523 §2.2: client_secret_jwt with the secret of the registration', async () => {
    const own = await register({ token_endpoint_auth_method: 'client_secret_jwt' });
    const signed = oauth.ClientSecretJwt(String(own.client_secret));
    const state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint ?? '');
    const params = { client_id: own.client_id, redirect_uri: callback, response_type: 'code', scope: 'openid', state };
    url.search = new URLSearchParams(params).toString();
    const answer = oauth.validateAuthResponse(as, own, await signInAndAgree(browser, url, user), state);
    const grant = await oauth.authorizationCodeGrantRequest(as, own, signed, answer, callback, oauth.nopkce, insecure);
    const result = await oauth.processAuthorizationCodeResponse(as, own, grant, { requireIdToken: true });
    expect(oauth.getValidatedIdTokenClaims(result)?.sub).toBe(user.accountId);
  });

  test('RFC 8707 §2.2: client_credentials for a resource, and for one that nobody knows', async () => {
    const service = await world.admin.givenApplication(world.project, 'client_credentials');
    const own: oauth.Client = { client_id: service.clientId };
    const secret = oauth.ClientSecretBasic(service.clientSecret ?? '');
    const ask = async (resource: string) =>
      oauth.processClientCredentialsResponse(
        as,
        own,
        await oauth.clientCredentialsGrantRequest(as, own, secret, { resource }, insecure),
      );
    const { access_token } = await ask(world.project.defaultResource);
    const call = new Request('https://api.example.com/', { headers: { authorization: `Bearer ${access_token}` } });
    expect(await oauth.validateJwtAccessToken(as, call, world.project.defaultResource, insecure)).toMatchObject({
      client_id: service.clientId,
    });
    await expect(ask('urn:example:nothing')).rejects.toMatchObject({ error: 'invalid_target', status: 400 });
  });
});
