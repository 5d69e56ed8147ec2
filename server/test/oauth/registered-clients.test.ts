import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowser } from '../support/browser-flow.js';
import { type Listener, type LocalTrust, listen, makeLocalTrust } from '../support/listener.js';
import {
  applicationOf,
  givenInitialAccessToken,
  leastMetadata,
  manage,
  register,
  registered,
  setRegistration,
  signInAndAgree,
} from './registrations.js';
import { expectRefused, type Person, startWorld, type World } from './requests.js';

// The clock of the server stands at the real time here: the clients read the real clock.
let trust: LocalTrust;
let world: World;
let person: Person & { id: string };
/** A web server of the client, over TLS with a certificate that the product was told to trust. */
let site: Listener;

beforeAll(async () => {
  trust = makeLocalTrust();
  site = await listen(trust.certificate);
  world = await startWorld({ env: { ...trust.env, TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '10000' } });
  person = await world.admin.givenAccount(world.suite.id, { lastName: 'Lima' });
});
afterAll(async () => {
  await world.close();
  site.close();
  trust.remove();
});
beforeEach(async () => {
  world.server.clock.advance(Math.max(0, Math.floor(Date.now() / 1000) - world.server.clock.now()));
  await setRegistration(world, 'open');
});

const redirectUri = leastMetadata.redirect_uris[0] ?? '';

async function keyPair(alg = 'RS256', kid?: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    privateKey: privateKey as CryptoKey,
    publicJwk: { ...(await exportJWK(publicKey)), ...(kid ? { kid } : {}) },
  };
}

/** The code flow of openid-client, with the consent that third parties ask for. */
async function flow(config: client.Configuration, params: Record<string, string> = {}) {
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...params,
  });
  const at = await signInAndAgree(createBrowser(world.server.url), url, person);
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
  return client.authorizationCodeGrant(config, at, checks);
}

describe('the client openid-client', () => {
  const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
  const issuer = () => new URL(world.issuer);

  test('RFC 7591 §3: dynamicClientRegistration with the defaults, then the code flow', async () => {
    const config = await client.dynamicClientRegistration(issuer(), leastMetadata, undefined, options);
    const tokens = await flow(config);
    // protocol.md §1.1 module 3: RS256 unless another was registered.
    expect(JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      alg: 'RS256',
      kid: expect.any(String),
    });
    expect(tokens.refresh_token).toBeUndefined();
    expect(await client.fetchUserInfo(config, tokens.access_token, person.id)).toMatchObject({ email: person.email });
  });

  test('RFC 7591 §3: with an initial access token, and refresh tokens', async () => {
    await setRegistration(world, 'token');
    const { initialAccessToken } = await givenInitialAccessToken(world);
    const metadata = {
      ...leastMetadata,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    };
    await expect(client.dynamicClientRegistration(issuer(), metadata, undefined, options)).rejects.toThrow();
    const withToken = { ...options, initialAccessToken };
    const config = await client.dynamicClientRegistration(issuer(), metadata, undefined, withToken);
    const tokens = await flow(config, { scope: 'openid offline_access', prompt: 'consent' });
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(again.claims()?.sub).toBe(person.id);
  });

  test("protocol.md §2.3 registration-jwks-uri: private_key_jwt with keys at the client's address", async () => {
    const { privateKey, publicJwk } = await keyPair('RS256', 'first');
    site.answer({ body: JSON.stringify({ keys: [publicJwk] }) });
    const metadata = {
      ...leastMetadata,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${site.url}/client1_jwks`,
    };
    const authentication = client.PrivateKeyJwt({ key: privateKey, kid: 'first' });
    const config = await client.dynamicClientRegistration(issuer(), metadata, authentication, options);
    expect((await flow(config)).claims()?.sub).toBe(person.id);
    expect(site.received.some(({ path }) => path === '/client1_jwks')).toBe(true);
  });

  test('RFC 7523 §2.2: client_secret_jwt with the secret of the registration', async () => {
    const metadata = { ...leastMetadata, token_endpoint_auth_method: 'client_secret_jwt' };
    const config = await client.dynamicClientRegistration(issuer(), metadata, client.ClientSecretJwt(), options);
    expect((await flow(config)).claims()?.sub).toBe(person.id);
  });

  test('a public client in the browser, and client_credentials', async () => {
    const spa = { ...leastMetadata, token_endpoint_auth_method: 'none' };
    const config = await client.dynamicClientRegistration(issuer(), spa, client.None(), options);
    expect((await flow(config)).claims()?.sub).toBe(person.id);
    const service = { client_name: 'Service', grant_types: ['client_credentials'], response_types: [] };
    const own = await client.dynamicClientRegistration(issuer(), service, undefined, options);
    expect((await client.clientCredentialsGrant(own)).token_type).toBe('bearer');
  });

  test('OpenID Connect Core §6.1: a request object signed with a registered key', async () => {
    const { privateKey, publicJwk } = await keyPair('ES256', 'sig');
    const metadata = { ...leastMetadata, request_object_signing_alg: 'ES256', jwks: { keys: [publicJwk] } };
    const config = await client.dynamicClientRegistration(issuer(), metadata, undefined, options);
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const params = { redirect_uri: redirectUri, scope: 'openid', state, nonce };
    const url = await client.buildAuthorizationUrlWithJAR(config, params, { key: privateKey, kid: 'sig' });
    const at = await signInAndAgree(createBrowser(world.server.url), url, person);
    const tokens = await client.authorizationCodeGrant(config, at, {
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    expect(tokens.claims()?.sub).toBe(person.id);
  });
});

describe('the client oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  async function discover(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(world.issuer);
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  }

  test('RFC 7591 §3: registers, and gets signed userinfo as registered (protocol.md §2.3 userinfo-rs256)', async () => {
    const as = await discover();
    const metadata = { ...leastMetadata, userinfo_signed_response_alg: 'RS256', id_token_signed_response_alg: 'ES256' };
    const answer = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure);
    const known = await oauth.processDynamicClientRegistrationResponse(answer);
    expect(known).toMatchObject({ ...metadata, client_secret: expect.any(String), client_secret_expires_at: 0 });

    const [state, nonce, verifier] = [
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
      oauth.generateRandomCodeVerifier(),
    ];
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: known.client_id,
      redirect_uri: redirectUri,
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const at = await signInAndAgree(createBrowser(world.server.url), url, person);
    const params = oauth.validateAuthResponse(as, known, at, state);
    const authentication = oauth.ClientSecretBasic(String(known.client_secret));
    const grant = await oauth.authorizationCodeGrantRequest(
      as,
      known,
      authentication,
      params,
      redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, known, grant, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, grant, insecure);

    const info = await oauth.userInfoRequest(as, known, tokens.access_token, insecure);
    expect(info.headers.get('content-type')).toMatch(/^application\/jwt/);
    const { payload, protectedHeader } = await jwtVerify(
      await info.clone().text(),
      createRemoteJWKSet(new URL(as.jwks_uri ?? '')),
      {
        issuer: world.issuer,
        audience: known.client_id,
      },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).not.toHaveProperty('nonce');
    expect(await oauth.processUserInfoResponse(as, known, person.id, info)).toMatchObject({ email: person.email });
  });

  test('RFC 7591 §3.2.2, RFC 6750 §3: a refusal is understood as one', async () => {
    const as = await discover();
    const fragment = await oauth.dynamicClientRegistrationRequest(
      as,
      { redirect_uris: [`${redirectUri}#x`] },
      insecure,
    );
    await expect(oauth.processDynamicClientRegistrationResponse(fragment)).rejects.toMatchObject({
      error: 'invalid_redirect_uri',
      status: 400,
    });
    await setRegistration(world, 'token');
    const closed = await oauth.dynamicClientRegistrationRequest(as, leastMetadata, insecure);
    await expect(oauth.processDynamicClientRegistrationResponse(closed)).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
    });
  });
});

describe('protocol.md §2.3: redirect URIs of registered clients', () => {
  const open = (params: Record<string, string>) => {
    const url = new URL(`${world.issuer}/authorize`);
    url.search = new URLSearchParams({ response_type: 'code', scope: 'openid', state: 's', ...params }).toString();
    return createBrowser(world.server.url).open(url);
  };

  test('ensure-redirect-uri-in-authorization-request: of two the request names one, or it ends on a page', async () => {
    const made = await registered(world, { redirect_uris: [redirectUri, 'https://example.org/redirect'] });
    const view = await open({ client_id: made.client_id });
    expect([view.left, view.status]).toEqual([false, 400]);
  });

  test('redirect-uri-query-OK: a query that was registered is kept', async () => {
    const withQuery = `${redirectUri}?bar=foo`;
    const made = await registered(world, { redirect_uris: [withQuery] });
    const url = new URL(`${world.issuer}/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      scope: 'openid',
      client_id: made.client_id,
      redirect_uri: withQuery,
    }).toString();
    const at = await signInAndAgree(createBrowser(world.server.url), url, person);
    expect([at.searchParams.get('bar'), at.searchParams.has('code')]).toEqual(['foo', true]);
  });

  test('redirect-uri-query-mismatch, -query-added: any other query ends on a page', async () => {
    const made = await registered(world, { redirect_uris: [`${redirectUri}?bar=foo`] });
    for (const redirect_uri of [`${redirectUri}?foo=bar`, `${redirectUri}?bar=foo&foo=bar`, redirectUri]) {
      const view = await open({ client_id: made.client_id, redirect_uri });
      expect([view.left, view.status]).toEqual([false, 400]);
    }
  });

  test('registration-logo-uri, -policy-uri, -tos-uri: sign-in and consent show them', async () => {
    const shown = {
      client_name: 'Photo printer',
      logo_uri: 'https://client.example.org/logo.png',
      policy_uri: 'https://client.example.org/policy',
      tos_uri: 'https://client.example.org/terms',
    };
    const made = await registered(world, shown);
    const browser = createBrowser(world.server.url);
    const url = new URL(`${world.issuer}/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      scope: 'openid email',
      client_id: made.client_id,
      redirect_uri: redirectUri,
    }).toString();
    const signIn = await browser.open(url);
    const consent = await browser.submit(signIn, { email: person.email, password: person.password });
    expect(consent.url.pathname).toMatch(/\/consent$/);
    for (const page of [signIn, consent]) {
      for (const text of [
        'Photo printer',
        `src="${shown.logo_uri}"`,
        `href="${shown.policy_uri}"`,
        `href="${shown.tos_uri}"`,
      ])
        expect(page.html).toContain(text);
      expect(page.headers.get('content-security-policy')).toContain("img-src 'self' https://client.example.org");
    }
    expect(consent.html).toContain('client.example.org');
  });

  test('OpenID Connect Core §3.1.2.4: a third party is asked about once, and refused under prompt=none before', async () => {
    const made = await registered(world);
    const app = await applicationOf(world, made);
    const browser = await world.signedIn(
      await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' }),
      person,
    );
    expect((await world.authorize(browser, app, { scope: 'openid', prompt: 'none' })).get('error')).toBe(
      'consent_required',
    );
    const page = await browser.open(
      `${world.issuer}/authorize?${new URLSearchParams({ response_type: 'code', scope: 'openid', client_id: made.client_id, redirect_uri: redirectUri })}`,
    );
    expect((await browser.submit(page, {}, { name: 'decision', value: 'allow' })).url.searchParams.has('code')).toBe(
      true,
    );
    expect((await world.authorize(browser, app, { scope: 'openid', prompt: 'none' })).has('code')).toBe(true);
  });
});

describe('RFC 8252 §7: native clients', () => {
  test('a loopback address may vary its port, also where the client has a secret', async () => {
    const made = await registered(world, { application_type: 'native', redirect_uris: ['http://127.0.0.1/callback'] });
    const url = new URL(`${world.issuer}/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      scope: 'openid',
      client_id: made.client_id,
      redirect_uri: 'http://127.0.0.1:51234/callback',
    }).toString();
    const at = await signInAndAgree(createBrowser(world.server.url), url, person);
    expect(at.href).toMatch(/^http:\/\/127\.0\.0\.1:51234\/callback\?/);
    const web = await registered(world, { redirect_uris: ['http://127.0.0.1/callback'] });
    url.searchParams.set('client_id', web.client_id);
    expect((await createBrowser(world.server.url).open(url)).status).toBe(400);
  });

  test('the consent page names the scheme that it leads to', async () => {
    const redirect_uri = 'org.example.printer:/callback';
    const made = await registered(world, {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [redirect_uri],
    });
    const browser = createBrowser(world.server.url);
    const asked = { response_type: 'code', scope: 'openid', client_id: made.client_id, redirect_uri };
    const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const page = await browser.open(`${world.issuer}/authorize?${new URLSearchParams({ ...asked, ...pkce })}`);
    const consent = await browser.submit(page, { email: person.email, password: person.password });
    expect(consent.html).toContain('You will go back to org.example.printer.');
  });
});

describe('OpenID Connect Registration §5: sector identifiers', () => {
  const two = {
    redirect_uris: ['https://a.example.org/callback', 'https://b.example.org/callback'],
    subject_type: 'pairwise',
  };

  test('protocol.md §2.3 registration-sector-uri: a document that has all redirect URIs', async () => {
    site.answer({ body: JSON.stringify([...two.redirect_uris, 'https://c.example.org/callback']) });
    const answer = await register(world, {
      ...leastMetadata,
      ...two,
      sector_identifier_uri: `${site.url}/redirect_uris.json`,
    });
    expect([answer.status, answer.body.sector_identifier_uri]).toEqual([201, `${site.url}/redirect_uris.json`]);
    site.answer({ body: JSON.stringify(two.redirect_uris.slice(0, 1)) });
    const put = await manage(answer.body, 'PUT', { ...answer.body });
    expect([put.status, put.body.error]).toEqual([400, 'invalid_client_metadata']);
  });

  test.each<[string, Parameters<Listener['answer']>[0]]>([
    ['one URI missing', { body: JSON.stringify(two.redirect_uris.slice(0, 1)) }],
    ['no array', { body: '{}' }],
    ['not only texts', { body: JSON.stringify([...two.redirect_uris, 7]) }],
    ['no JSON', { body: '<html>' }],
    ['404', { status: 404, body: JSON.stringify(two.redirect_uris) }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
    ['more than 64 KB', { body: JSON.stringify([...two.redirect_uris, 'x'.repeat(70_000)]) }],
  ])('protocol.md §2.3 registration-sector-bad: %s', async (_, reply) => {
    site.answer(reply);
    const answer = await register(world, {
      ...leastMetadata,
      ...two,
      sector_identifier_uri: `${site.url}/redirect_uris.json`,
    });
    const row = { rule: 'registration.sector_identifier_uri', endpoint: 'register' };
    await expectRefused(world, answer, { status: 400, error: 'invalid_client_metadata', row });
  });

  test('the same holds for what an admin sets', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      redirectUris: two.redirect_uris,
    });
    const set = (body: object) => world.admin.api('PATCH', `/applications/${app.id}`, body);
    expect(await set({ subjectType: 'pairwise' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'sectorIdentifierUri', code: 'sector_required' }] },
    });
    const sectorIdentifierUri = `${site.url}/redirect_uris.json`;
    site.answer({ body: '[]' });
    expect(await set({ subjectType: 'pairwise', sectorIdentifierUri })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'sectorIdentifierUri', code: 'sector_mismatch' }] },
    });
    site.answer({ body: JSON.stringify(two.redirect_uris) });
    expect(await set({ subjectType: 'pairwise', sectorIdentifierUri })).toMatchObject({
      status: 200,
      body: { subjectType: 'pairwise', sectorIdentifierUri },
    });
    expect(await set({ redirectUris: [...two.redirect_uris, 'https://c.example.org/'] })).toMatchObject({
      status: 422,
    });
  });
});

describe('RFC 9700 §4.11: addresses that a client names are not a way into the network', () => {
  let closed: World;
  let secretService: Listener;
  beforeAll(async () => {
    closed = await startWorld({ env: { TESSERA_OUTBOUND_CA: trust.env.TESSERA_OUTBOUND_CA ?? '' } });
    await setRegistration(closed, 'open');
    secretService = await listen(trust.certificate);
  });
  afterAll(async () => {
    await closed.close();
    secretService.close();
  });

  test('sector_identifier_uri: refused, and nothing is called or told', async () => {
    for (const sector_identifier_uri of [
      `${secretService.url}/secret`,
      secretService.url.replace('localhost', '127.0.0.1'),
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/',
      'https://10.0.0.1/',
    ]) {
      const answer = await register(closed, { ...leastMetadata, sector_identifier_uri });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
      expect(answer.body.error_description).toBe('The document at the sector_identifier_uri cannot be read');
    }
    expect(secretService.received).toEqual([]);
  });

  test('jwks_uri and request_uris: registered, but never called', async () => {
    const { privateKey } = await keyPair('RS256', 'x');
    const made = await registered(closed, {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${secretService.url}/keys`,
      request_uris: [`${secretService.url}/request`],
    });
    const config = new client.Configuration(
      { issuer: closed.issuer, token_endpoint: `${closed.issuer}/token` },
      made.client_id,
      {},
      client.PrivateKeyJwt({ key: privateKey, kid: 'x' }),
    );
    client.allowInsecureRequests(config);
    await expect(client.clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client' });
    await createBrowser(closed.server.url).open(
      `${closed.issuer}/authorize?${new URLSearchParams({ client_id: made.client_id, request_uri: `${secretService.url}/request` })}`,
    );
    expect(secretService.received).toEqual([]);
  });
});
