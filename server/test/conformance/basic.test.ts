import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, type TokenBody } from '../oauth/requests.js';
import type { Browser } from '../support/browser-flow.js';
import { changeClient, everyClaim } from '../support/client-settings.js';
import {
  authenticated,
  type Claims,
  callback,
  checkCallback,
  checkError,
  checkErrorParams,
  checkTokens,
  checkUserinfoAnswer,
  entropyOf,
  type Flow,
  type Plan,
  random,
  startPlan,
} from './plan.js';

let plan: Plan;
let metadata: Record<string, unknown>;
/** Has no cookies yet. */
let browser: Browser;
/** Signed in, with consent given. */
let known: Browser;
let first: Flow;

beforeAll(async () => {
  plan = await startPlan();
  metadata = (await send<Record<string, unknown>>(`${plan.issuer}/.well-known/openid-configuration`, {})).body;
  known = plan.newBrowser();
  first = await plan.flow(known);
});
afterAll(() => plan.close());
beforeEach(() => {
  browser = plan.newBrowser();
});

const scopeClaims = {
  profile: [
    'name given_name family_name middle_name nickname profile picture website gender birthdate zoneinfo locale',
    'updated_at preferred_username',
  ].join(' '),
  email: 'email email_verified',
  address: 'address',
  phone: 'phone_number phone_number_verified',
};

const claimsOfScope = (scope: keyof typeof scopeClaims) => scopeClaims[scope].split(' ');

/** The claims that the tester expects in an ID token whatever was asked for. */
const protocolClaims = 'iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash s_hash nbf jti sid txn'.split(
  ' ',
);

/** The error page: nobody is sent anywhere. */
async function expectErrorPage(changes: Record<string, string | undefined>): Promise<void> {
  const { view } = await plan.visit(browser, changes);
  expect([view.left, view.status]).toEqual([false, 400]);
  expect(parse(view.html).querySelector('h1')?.text).toBeTruthy();
  expect(view.html).not.toMatch(/http-equiv="refresh"|<script/);
}

describe('common to every module', () => {
  test('oidcc common: discovery names issuer, authorization and token endpoint', () => {
    expect(metadata.issuer).toBe(plan.issuer);
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'])
      expect(URL.canParse(String(metadata[name])), name).toBe(true);
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
    );
  });

  test('oidcc common: the JWKS is public, every key has a kid of its own and a known type', async () => {
    const { keys } = (await send<{ keys: JWK[] }>(`${plan.issuer}/jwks`, {})).body;
    for (const key of keys) {
      expect(['RSA', 'EC', 'OKP']).toContain(key.kty);
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(secret);
      expect(key.kid).toMatch(/./);
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  });

  test('oidcc common: a person is asked to sign in and to agree, once each', async () => {
    expect(first.asked).toEqual(['sign-in', 'consent']);
    expect((await plan.flow(known)).asked).toEqual([]);
  });

  test('oidcc common: the query of a registered redirect URI is kept', async () => {
    const { view } = await plan.flow(known, {}, { app: plan.second });
    expect(view.url.search).toMatch(/^\?dummy1=lorem&dummy2=ipsum&code=/);
  });

  test('oidcc common: an error at the redirect URI has state, iss and nothing but what the specification names', async () => {
    const { sent, view } = await plan.visit(browser, { scope: 'openid no-such-scope' });
    expect(checkError(plan, sent, view)).toBe('invalid_scope');
  });
});

describe('what is issued', () => {
  test('oidcc-server: RFC 6749 §10.10: a code and tokens that cannot be guessed, and an ID token without claims of the person', async () => {
    const { code, tokens, idToken } = await plan.flow(browser, { scope: 'openid profile' });
    expect(entropyOf(code)).toBeGreaterThan(96);
    expect(tokens.expires_in).toBe(900);
    expect(idToken).not.toHaveProperty('name');
    expect(Object.keys(idToken).filter((name) => !protocolClaims.includes(name))).toEqual([]);
  });

  test('oidcc-response-type-missing: OpenID Connect Core §3.1.2.2: the error comes back in the query', async () => {
    const { sent, view } = await plan.visit(browser, { response_type: undefined });
    expect(['unsupported_response_type', 'invalid_request']).toContain(checkError(plan, sent, view));
  });

  test('oidcc-idtoken-signature: OpenID Connect Core §3.1.3.7: RS256 and a kid, where nothing else is registered', () => {
    expect(decodeProtectedHeader(first.tokens.id_token ?? '')).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
  });

  test('oidcc-idtoken-unsigned: OpenID Connect Core §3.1.3.7: none is not on offer', () => {
    expect(metadata.id_token_signing_alg_values_supported).toContain('RS256');
    for (const [name, value] of Object.entries(metadata))
      if (name.includes('signing_alg')) expect(value, name).not.toContain('none');
  });
});

describe('userinfo', () => {
  test('oidcc-userinfo-get: RFC 6750 §2.1: with the token in the header, JSON with the sub of the ID token', () => {
    expect(first.userinfo).toEqual({ sub: first.idToken.sub });
  });

  test('oidcc-userinfo-post-header: OpenID Connect Core §5.3.1: by POST with an empty body', async () => {
    const headers = { authorization: `Bearer ${first.tokens.access_token}` };
    const answer = await send<Claims>(`${plan.issuer}/userinfo`, { method: 'POST', headers });
    expect(checkUserinfoAnswer(answer, plan.server.clock.now()).sub).toBe(first.idToken.sub);
  });

  test('oidcc-userinfo-post-body: RFC 6750 §2.2: by POST with the token in the form', async () => {
    const answer = await plan.post<Claims>('/userinfo', { access_token: first.tokens.access_token });
    expect(checkUserinfoAnswer(answer, plan.server.clock.now()).sub).toBe(first.idToken.sub);
  });
});

describe('scopes and claims', () => {
  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: OpenID Connect Core §3.1.2.1: and the ID token has no nonce', async () => {
    expect((await plan.flow(known, { nonce: undefined })).idToken).not.toHaveProperty('nonce');
  });

  test.each(['profile', 'email', 'address', 'phone'] as const)(
    'oidcc-scope-%s: OpenID Connect Core §5.4: userinfo has every claim of the scope, and no other',
    async (scope) => {
      expect(metadata.scopes_supported).toContain(scope);
      const { userinfo } = await plan.flow(browser, { scope: `openid ${scope}` });
      expect(Object.keys(userinfo).sort()).toEqual(['sub', ...claimsOfScope(scope)].sort());
    },
  );

  test('oidcc-scope-all: OpenID Connect Core §5.1: all of them together', async () => {
    const { userinfo, idToken } = await plan.flow(browser, { scope: 'openid profile email address phone' });
    const names = Object.keys(scopeClaims).flatMap((scope) => claimsOfScope(scope as keyof typeof scopeClaims));
    expect(Object.keys(userinfo).sort()).toEqual(['sub', ...names].sort());
    expect(userinfo).toMatchObject({ ...everyClaim, name: 'Ana Berg', email: plan.person.email });
    expect(Object.keys(idToken).filter((name) => !protocolClaims.includes(name))).toEqual([]);
  });

  test('oidcc-alternate-happy-flow: OpenID Connect Core §3.1.2.1: scopes and parameters in another order', async () => {
    const { client } = plan;
    const sent = {
      nonce: random(10),
      response_type: 'code',
      state: random(10),
      redirect_uri: callback,
      scope: 'email openid',
      client_id: client.clientId,
    };
    const view = await browser.open(`${plan.issuer}/authorize?${new URLSearchParams(sent)}`);
    const next = await browser.submit(view, { email: plan.person.email, password: plan.person.password });
    const answer = next.left ? next : await browser.submit(next, {}, { name: 'decision', value: 'allow' });
    const tokens = checkTokens(await plan.redeem(client, checkCallback(plan, sent, answer)));
    expect(await plan.checkUserinfo(tokens.access_token)).toMatchObject({ email: plan.person.email });
  });

  test('oidcc-claims-essential: OpenID Connect Core §5.5.1: an essential name is in userinfo, and not in the ID token', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
    const { userinfo, idToken } = await plan.flow(browser, { claims });
    expect(userinfo).toEqual({ sub: idToken.sub, name: 'Ana Berg' });
    expect(idToken).not.toHaveProperty('name');
    expect(metadata.claims_parameter_supported).toBe(true);
  });
});

describe('prompt, max_age and hints', () => {
  test.each(['page', 'popup'])('oidcc-display-%s: display does no harm', async (display) => {
    await plan.flow(browser, { display });
  });

  test('oidcc-prompt-login: OpenID Connect Core §3.1.2.1: the person signs in again, and auth_time is later', async () => {
    const before = await plan.flow(browser);
    plan.server.clock.advance(1);
    const after = await plan.flow(browser, { prompt: 'login' });
    expect(after.asked).toEqual(['sign-in']);
    expect(after.idToken.auth_time as number).toBeGreaterThan(before.idToken.auth_time as number);
    expect(after.idToken.sub).toBe(before.idToken.sub);
  });

  test('oidcc-prompt-none-not-logged-in: OpenID Connect Core §3.1.2.6: login_required, with a state of 128 characters', async () => {
    const state = `${random(124)}-._~`;
    const { sent, view, asked } = await plan.visit(browser, { prompt: 'none', state });
    expect(asked).toEqual([]);
    expect(checkError(plan, sent, view)).toBe('login_required');
    expect(view.url.searchParams.get('state')).toBe(state);
  });

  test('oidcc-prompt-none-logged-in: OpenID Connect Core §3.1.2.1: silent, same sub and auth_time', async () => {
    const before = await plan.flow(browser);
    plan.server.clock.advance(2);
    const after = await plan.flow(browser, { prompt: 'none' });
    expect(after.asked).toEqual([]);
    expect([after.idToken.sub, after.idToken.auth_time]).toEqual([before.idToken.sub, before.idToken.auth_time]);
  });

  test('oidcc-max-age-1: OpenID Connect Core §3.1.2.1: two seconds later the person signs in again', async () => {
    const before = await plan.flow(browser);
    plan.server.clock.advance(2);
    const after = await plan.flow(browser, { max_age: '1' });
    expect(after.asked).toEqual(['sign-in']);
    expect(after.idToken.auth_time).toBe((before.idToken.auth_time as number) + 2);
  });

  test('oidcc-max-age-10000: OpenID Connect Core §3.1.2.1: no new sign-in, and the same auth_time', async () => {
    const before = await plan.flow(browser, { max_age: '15000' });
    plan.server.clock.advance(2);
    const after = await plan.flow(browser, { max_age: '10000' });
    expect(after.asked).toEqual([]);
    expect([after.idToken.sub, after.idToken.auth_time]).toEqual([before.idToken.sub, before.idToken.auth_time]);
  });

  test('oidcc-ensure-request-with-unknown-parameter-succeeds: RFC 6749 §3.1: it is ignored', async () => {
    await plan.flow(known, { extra: 'foobar' });
  });

  test('oidcc-id-token-hint: OpenID Connect Core §3.1.2.2: silent, same sub and auth_time', async () => {
    const before = await plan.flow(browser);
    plan.server.clock.advance(2);
    const after = await plan.flow(browser, { prompt: 'none', id_token_hint: before.tokens.id_token });
    expect(after.asked).toEqual([]);
    expect([after.idToken.sub, after.idToken.auth_time]).toEqual([before.idToken.sub, before.idToken.auth_time]);
  });

  test('oidcc-login-hint: OpenID Connect Core §3.1.2.1: a person that does not exist does no harm', async () => {
    await plan.flow(browser, { login_hint: 'buffy@localhost' });
  });

  test.each([
    ['oidcc-ui-locales', 'ui_locales'],
    ['oidcc-claims-locales', 'claims_locales'],
  ])('%s: an unknown language does no harm', async (_, name) => {
    await plan.flow(browser, { [name]: 'se' });
  });

  test('oidcc-ensure-request-with-acr-values-succeeds: OpenID Connect Core §3.1.2.1: the acr is one of those asked for', async () => {
    const offered = metadata.acr_values_supported as string[];
    const { idToken } = await plan.flow(browser, { acr_values: offered.join(' ') });
    expect(offered).toContain(idToken.acr);
    await plan.flow(known, { acr_values: '1 2' });
  });
});

describe('codes', () => {
  const expectUsed = (answer: Awaited<ReturnType<Plan['redeem']>>) => {
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).not.toHaveProperty('access_token');
  };

  test('oidcc-codereuse: RFC 6749 §4.1.2: 400 invalid_grant at once', async () => {
    const { code } = await plan.flow(known);
    expectUsed(await plan.redeem(plan.client, code));
  });

  test('oidcc-codereuse-30seconds: RFC 6749 §4.1.2: 400 invalid_grant, and the first access token is revoked', async () => {
    const { code, tokens } = await plan.flow(known);
    plan.server.clock.advance(30);
    expectUsed(await plan.redeem(plan.client, code));
    expect((await plan.userinfo(tokens.access_token)).status).toBe(401);
  });
});

describe('the request itself', () => {
  test('oidcc-ensure-registered-redirect-uri: OpenID Connect Core §3.1.2.1: an error page, and no redirect anywhere', async () => {
    await expectErrorPage({ redirect_uri: `${callback}/${random(10)}` });
  });

  test('oidcc-ensure-post-request-succeeds: OpenID Connect Core §3.1.2.1: by POST as a form', async () => {
    await plan.flow(browser, {}, { method: 'POST' });
  });

  test('oidcc-server-client-secret-post: RFC 6749 §2.3.1: the secret in the body', async () => {
    await plan.flow(browser, {}, { app: plan.second });
  });

  test('oidcc-ensure-request-with-valid-pkce-succeeds: RFC 7636 §4.6: S256', async () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    const { sent, view } = await plan.visit(known, { code_challenge, code_challenge_method: 'S256' });
    const code = checkCallback(plan, sent, view);
    checkTokens(await plan.redeem(plan.client, code, { code_verifier: verifier }));
  });
});

describe('request objects', () => {
  const unsigned = (claims: Claims) =>
    [{ alg: 'none' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
      .concat('.');

  test('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: OpenID Connect Core §6.2: the metadata says that none is not supported', async () => {
    expect(metadata.request_object_signing_alg_values_supported).toEqual(expect.not.arrayContaining(['none']));
    const { sent, view } = await plan.visit(browser, { request_uri: 'https://suite.example/requesturi/1#abc' });
    expect(checkError(plan, sent, view)).toBe('invalid_request_uri');
  });

  test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: OpenID Connect Core §6.1: it is refused, not ignored', async () => {
    const { clientId } = plan.client;
    const inner = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callback,
      scope: 'openid',
      state: 's',
      nonce: 'n',
    };
    const { sent, view } = await plan.visit(browser, { request: unsigned(inner), state: undefined, nonce: undefined });
    expect(checkError(plan, sent, view)).toBe('invalid_request_object');
  });

  test('oidcc-ensure-request-object-with-redirect-uri: OpenID Connect Core §6.1: the inner one counts; the outer one is never sent anything', async () => {
    const keys = await generateKeyPair('RS256');
    await changeClient(plan.server, plan.client.id, { jwks: { keys: [{ ...(await exportJWK(keys.publicKey)) }] } });
    const inner = {
      redirect_uri: callback,
      response_type: 'code',
      client_id: plan.client.clientId,
      scope: 'openid',
      state: 'inner',
    };
    const request = await new SignJWT(inner).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey);
    const outer = { redirect_uri: `${callback}_invalid`, state: 'inner' };
    const { sent, view } = await plan.visit(known, { ...outer, request });
    checkCallback(plan, { ...sent, redirect_uri: callback }, view);
    // One that cannot be read is answered with a page: no address is known that is registered.
    await expectErrorPage({ ...outer, request: unsigned(inner) });
  });
});

describe('oidcc-refresh-token', () => {
  const refresh = (app: Plan['client'], refreshToken: string | undefined, scope?: string) =>
    authenticated<TokenBody>(plan, app, '/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken ?? '',
      ...(scope === undefined ? {} : { scope }),
    });

  const offline = { scope: 'openid offline_access', prompt: 'consent' };

  test.each([
    ['client', 'with scope', 'openid offline_access', random(10)],
    ['second', 'without scope, nonce of 43 characters', undefined, `${random(39)}-._~`],
  ] as const)('oidcc-refresh-token: %s, %s', async (name, _, scope, nonce) => {
    const app = plan[name];
    const before = await plan.flow(browser, { ...offline, nonce }, { app });
    expect(before.asked).toEqual(['sign-in', 'consent']);
    const refreshToken = before.tokens.refresh_token ?? '';
    expect(refreshToken).toMatch(/^[\x20-\x7e]+$/);
    expect(entropyOf(refreshToken)).toBeGreaterThan(128);
    plan.server.clock.advance(1);
    const answer = await refresh(app, refreshToken, scope);
    const tokens = checkTokens(answer);
    expect(tokens.token_type).toBe('Bearer');
    const idToken = await plan.checkIdToken(tokens.id_token, app, undefined);
    for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'azp'])
      expect(idToken[claim], claim).toEqual(before.idToken[claim]);
    expect(idToken.iat).not.toBe(before.idToken.iat);
    expect((await plan.checkUserinfo(tokens.access_token)).sub).toBe(idToken.sub);
  });

  test('oidcc-refresh-token: the token of another client is invalid_grant', async () => {
    const { tokens } = await plan.flow(browser, offline, { app: plan.second });
    const answer = await refresh(plan.client, tokens.refresh_token);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(plan.second, tokens.refresh_token)).status).toBe(200);
  });
});

test('the tester’s own check of errors: a code beside an error is found', () => {
  expect(() => checkErrorParams(new URLSearchParams({ error: 'a', code: 'b' }))).toThrow();
  expect(() => checkErrorParams(new URLSearchParams({ error: 'a', trace: 'b' }))).toThrow();
});
