import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basic, countIssued, send, type TokenBody } from '../oauth/requests.js';
import { type Browser, readForm } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import {
  authenticated,
  callback,
  checkCallback,
  checkError,
  checkTokens,
  type Plan,
  postLogoutRedirect,
  random,
  startPlan,
} from './plan.js';

// Section 4 of protocol.md, by its numbers; what modules of the plans show already is not shown again.
let plan: Plan;
let known: Browser;

beforeAll(async () => {
  plan = await startPlan();
  known = plan.newBrowser();
  await plan.flow(known);
});
afterAll(() => plan.close());

const errorOf = async (changes: Record<string, string | undefined>, browser = known) => {
  const { sent, view } = await plan.visit(browser, changes);
  return checkError(plan, sent, view);
};

describe('trap 1: the redirect URI is compared as a string, and before anything that would be redirected', () => {
  test.each([
    ['a longer path', `${callback}/x`],
    ['a trailing slash', `${callback}/`],
    ['an added query', `${callback}?foo=bar`],
    ['a fragment', `${callback}#x`],
    ['another case of the host', callback.replace('suite', 'SUITE')],
    ['a default port', callback.replace('suite.example', 'suite.example:443')],
    ['http', callback.replace('https', 'http')],
    ['a dot segment', callback.replace('/callback', '/x/../callback')],
    ['user information', callback.replace('suite.example', 'suite.example@evil.example')],
    ['percent encoding', callback.replace('callback', 'c%61llback')],
    ['a list', `${callback} ${callback}`],
  ])('RFC 9700 §4.1.3: %s is another one: an error page', async (_, redirect_uri) => {
    const { view } = await plan.visit(known, { redirect_uri });
    expect([view.left, view.status]).toEqual([false, 400]);
  });

  test('an error of the request is not sent to one that is not registered', async () => {
    const wrong = { redirect_uri: `${callback}/x` };
    for (const changes of [
      { scope: 'nonsense' },
      { response_type: 'token' },
      { request: 'x' },
      { request_uri: 'https://x.example' },
    ]) {
      const { view } = await plan.visit(known, { ...wrong, ...changes });
      expect([view.left, view.status]).toEqual([false, 400]);
    }
  });
});

describe('trap 2: client authentication', () => {
  test('RFC 6749 §2.3.1: id and secret in the header are form-encoded', async () => {
    const { view } = await plan.visit(known);
    const encode = (text = '') => text.replace(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`);
    const pair = `${encode(plan.client.clientId)}:${encode(plan.client.clientSecret)}`;
    const encoded = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    const params = {
      grant_type: 'authorization_code',
      code: view.url.searchParams.get('code') ?? '',
      redirect_uri: callback,
    };
    checkTokens(await plan.post('/token', params, encoded));
  });
});

describe('trap 6: auth_time and max_age', () => {
  test('max_age is exceeded only after its last second', async () => {
    const browser = plan.newBrowser();
    await plan.flow(browser);
    plan.server.clock.advance(10);
    expect((await plan.flow(browser, { max_age: '10' })).asked).toEqual([]);
    plan.server.clock.advance(1);
    expect((await plan.flow(browser, { max_age: '10' })).asked).toEqual(['sign-in']);
  });

  test('max_age=0 is a sign-in like prompt=login, once', async () => {
    expect((await plan.flow(known, { max_age: '0' })).asked).toEqual(['sign-in']);
  });
});

describe('trap 7: prompt', () => {
  test('prompt=login does not ask in circles, nor for consent again', async () => {
    expect((await plan.flow(known, { prompt: 'login' })).asked).toEqual(['sign-in']);
  });

  test('prompt=none never shows a page', async () => {
    const fresh = plan.newBrowser();
    for (const changes of [{}, { max_age: '0' }, { scope: 'openid phone' }, { login_hint: 'x' }]) {
      for (const browser of [fresh, known]) {
        const { view } = await plan.visit(browser, { ...changes, prompt: 'none' });
        expect([view.left, view.html]).toEqual([true, '']);
      }
    }
  });

  test('prompt=none beside another value is refused', async () => {
    expect(await errorOf({ prompt: 'none login' })).toBe('invalid_request');
  });
});

describe('trap 8: state and nonce come back as they were sent', () => {
  test.each([
    ['characters beside letters and digits', '-._~!*\'();:@&=+$,/?#[]%20 "<>ä😀'],
    ['128 characters', `${random(124)}-._~`],
    ['384 characters', random(384)],
  ])('%s', async (_, value) => {
    const { idToken, view } = await plan.flow(known, { state: value, nonce: value });
    expect(idToken.nonce).toBe(value);
    expect(view.url.searchParams.get('state')).toBe(value);
  });

  test('without a state none comes back', async () => {
    const { view } = await plan.flow(known, { state: undefined });
    expect(view.url.searchParams.has('state')).toBe(false);
  });
});

describe('trap 9: what is not known of a person is left out', () => {
  test('OpenID Connect Core §5.3.2: no claim is null or empty, and none is missing its type', async () => {
    const own = await plan.admin.givenAccount(plan.suite.id, { firstName: 'Bo' });
    const browser = plan.newBrowser();
    const { userinfo, idToken } = await plan.flow(
      browser,
      { scope: 'openid profile email address phone', claims: '{"id_token":{"family_name":{"essential":true}}}' },
      { person: own },
    );
    const known = ['sub', 'name', 'given_name', 'updated_at', 'email', 'email_verified'];
    expect(Object.keys(userinfo).sort()).toEqual(known.sort());
    expect(idToken).not.toHaveProperty('family_name');
  });
});

describe('trap 10: userinfo by POST', () => {
  test.each([
    ['no content type', undefined, undefined],
    ['a form without anything in it', 'application/x-www-form-urlencoded', ''],
    ['the content type of an empty text, as some HTTP clients send it', 'text/plain;charset=ISO-8859-1', ''],
    ['the content type of an empty JSON body', 'application/json', ''],
  ])('OpenID Connect Core §5.3.1: the token in the header, %s', async (_, type, body) => {
    const { tokens } = await plan.flow(known);
    const answer = await send<Record<string, unknown>>(`${plan.issuer}/userinfo`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokens.access_token}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    expect([answer.status, answer.body.sub]).toEqual([200, plan.person.accountId]);
  });

  test('RFC 6750 §2.2: a body of another type is not searched for a token', async () => {
    const { tokens } = await plan.flow(known);
    const answer = await send<TokenBody>(`${plan.issuer}/userinfo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: tokens.access_token }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, expect.stringMatching(/json/)]);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

describe('trap 11: codes', () => {
  test('the client is authenticated before the code is looked at: a stranger learns nothing and ends nothing', async () => {
    const { view } = await plan.visit(known);
    const code = view.url.searchParams.get('code') ?? '';
    const params = { grant_type: 'authorization_code', code, redirect_uri: callback };
    const answer = await plan.post('/token', params, basic(plan.client.clientId, 'wrong'));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    const other = await authenticated(plan, plan.second, '/token', params);
    expect([other.status, other.body.error]).toEqual([400, 'invalid_grant']);
    checkTokens(await plan.redeem(plan.client, code));
  });

  test('RFC 9700 §4.2.4: a replay revokes the refresh token, too', async () => {
    const { code, tokens } = await plan.flow(known);
    await plan.redeem(plan.client, code);
    const refreshed = await authenticated<TokenBody>(plan, plan.client, '/token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(refreshed.body.error).toBe('invalid_grant');
  });

  test('a code lives at most 60 seconds: one of 62 seconds is invalid_grant', async () => {
    const { view } = await plan.visit(known);
    plan.server.clock.advance(62);
    const answer = await plan.redeem(plan.client, view.url.searchParams.get('code') ?? '');
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });
});

describe('trap 12: nothing that has a token in it is kept by a cache', () => {
  test('RFC 6749 §5.1: neither tokens, nor what is told about them, nor an error', async () => {
    const { tokens } = await plan.flow(known, { scope: 'openid offline_access' });
    const { refresh_token = '', access_token } = tokens;
    const asked = (path: string, params: Record<string, string>) => authenticated(plan, plan.client, path, params);
    const request = { response_type: 'code', redirect_uri: callback, scope: 'openid' };
    const answers = [
      await asked('/token', { grant_type: 'refresh_token', refresh_token }),
      await asked('/token', { grant_type: 'refresh_token', refresh_token: 'x' }),
      await asked('/introspect', { token: access_token }),
      await asked('/par', request),
      await asked('/device_authorization', {}),
      await asked('/revoke', { token: 'x' }),
      await plan.userinfo(access_token),
      await plan.userinfo('x'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 201, 400, 200, 200, 401]);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('trap 14: what is not known does no harm', () => {
  test('OpenID Connect Core §3.1.2.1, RFC 6749 §4.1.1: all of it at once', async () => {
    await plan.flow(known, {
      extra: 'foobar',
      display: 'popup',
      ui_locales: 'se',
      claims_locales: 'se xx',
      acr_values: '1 2',
      login_hint: 'buffy@localhost',
      registration: '{}',
      id_token_hints: 'x',
      _: '1',
    });
  });

  test('display, ui_locales and login_hint with nonsense', async () => {
    await plan.flow(known, { display: 'hologram', ui_locales: '<>', login_hint: '"><script>' });
    const page = await plan
      .newBrowser()
      .open(
        `${plan.issuer}/authorize?${new URLSearchParams({ client_id: plan.client.clientId, redirect_uri: callback, response_type: 'code', scope: 'openid', login_hint: '"><script>' })}`,
      );
    expect(page.html).not.toContain('<script>');
  });
});

describe('trap 15: the claims parameter', () => {
  test('OpenID Connect Core §5.5.1: an essential claim that is not known, or that the person lacks, is no failure', async () => {
    const wanted = { 'urn:example:shoe_size': { essential: true }, name: { essential: true, value: 'Somebody' } };
    const claims = JSON.stringify({ userinfo: wanted, id_token: wanted, else: null });
    expect((await plan.flow(known, { claims })).userinfo).toEqual({ sub: plan.person.accountId, name: 'Ana Berg' });
  });

  test.each(['{', '[]', '"name"', '7', 'null', '{"userinfo":'])(
    'OpenID Connect Core §5.5: %s is invalid_request at the redirect URI',
    async (claims) => {
      expect(await errorOf({ claims })).toBe('invalid_request');
    },
  );
});

describe('trap 16: the authorization endpoint by POST', () => {
  test('RFC 9700 §4.12: what answers a posted form is a 303, which no browser repeats as a POST', async () => {
    const browser = plan.newBrowser();
    const query = new URLSearchParams({
      client_id: plan.client.clientId,
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
    });
    const page = await browser.open(`${plan.issuer}/authorize?${query}`);
    const fields = { ...readForm(page).fields, email: plan.person.email, password: plan.person.password };
    const answer = await send(`${plan.issuer}/sign-in`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: await browser.cookies.getCookieString(page.url.href),
      },
      body: new URLSearchParams(fields).toString(),
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(`^${callback}\\?code=`),
    ]);
  });

  test('RFC 6749 §3.1: query and form are the same request', async () => {
    const browser = plan.newBrowser();
    expect((await plan.flow(browser, {}, { method: 'POST' })).asked).toContain('sign-in');
  });
});

describe('trap 18: error descriptions', () => {
  test.each([
    { scope: 'openid "quoted\\' },
    { prompt: 'ä\r\n"' },
    { max_age: '"' },
    { claims: '"\\' },
    { code_challenge: '"', code_challenge_method: '\\' },
    { resource: '"\\\r\n' },
  ])('have no quotes, no backslash and nothing that was sent: %j', async (changes) => {
    const { sent, view } = await plan.visit(known, changes);
    const error = checkError(plan, sent, view);
    expect(['invalid_scope', 'invalid_request', 'invalid_target']).toContain(error);
  });
});

describe('trap 19: the issuer is the same string everywhere', () => {
  test('discovery, iss of the answer, ID token, access token, introspection', async () => {
    const { view, idToken, tokens } = await plan.flow(known);
    const { body: metadata } = await send<{ issuer: string }>(`${plan.issuer}/.well-known/openid-configuration`, {});
    const { body } = await authenticated<{ iss: string }>(plan, plan.client, '/introspect', {
      token: tokens.access_token,
    });
    const all = [metadata.issuer, view.url.searchParams.get('iss'), idToken.iss, body.iss];
    expect(new Set(all)).toEqual(new Set([plan.issuer]));
    expect(plan.issuer).not.toMatch(/\/$/);
  });
});

describe('trap 20: a tester signs in hundreds of times from one address', () => {
  test('three modules in parallel, one person, more sign-ins than failures are allowed: nobody is locked out', async () => {
    const own = await startPlan({
      env: { TESSERA_MAX_FAILURES_PER_ACCOUNT: '3', TESSERA_MAX_FAILURES_PER_ADDRESS: '5' },
    });
    try {
      for (let round = 0; round < 4; round += 1)
        await Promise.all([1, 2, 3].map(async () => own.flow(own.newBrowser())));
    } finally {
      await own.close();
    }
  });
});

describe('trap 20: pages are plain forms', () => {
  test('RFC 9700 §4.16: sign-in and consent have no script, no checkbox and no frame around them', async () => {
    const browser = plan.newBrowser();
    const params = { client_id: plan.client.clientId, redirect_uri: callback, response_type: 'code', scope: 'openid' };
    const query = new URLSearchParams({ ...params, prompt: 'login consent' });
    const signIn = await browser.open(`${plan.issuer}/authorize?${query}`);
    const { email, password } = plan.person;
    const consent = await browser.submit(signIn, { email, password });
    for (const view of [signIn, consent]) {
      expect([view.left, view.status]).toEqual([false, 200]);
      expect(view.html).toMatch(/<form method="post"/);
      expect(view.html).not.toMatch(/<script|type="checkbox"|<iframe/);
      expect(view.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(view.headers.get('x-frame-options')).toBe('DENY');
      expect(view.headers.get('content-security-policy')).not.toContain('form-action');
    }
  });
});

describe('trap 21: errors keep to the response mode', () => {
  test('fragment: nothing in the query', async () => {
    const { view } = await plan.visit(plan.newBrowser(), { prompt: 'none', response_mode: 'fragment' });
    expect(view.url.search).toBe('');
    const answer = new URLSearchParams(view.url.hash.slice(1));
    expect([answer.get('error'), answer.get('iss')]).toEqual(['login_required', plan.issuer]);
  });

  test.each(['token', 'id_token', 'code id_token', 'code token', 'code id_token token', 'none'])(
    'response_type %s is refused in the query: only the code flow is on offer (RFC 9700 §2.1.2)',
    async (response_type) => {
      const before = await countIssued(plan);
      expect(await errorOf({ response_type })).toBe('unsupported_response_type');
      expect(await countIssued(plan)).toEqual(before);
    },
  );
});

describe('trap 22: logout', () => {
  test('a logout by one client ends the session for all, and says so under prompt=none', async () => {
    const browser = plan.newBrowser();
    const { tokens } = await plan.flow(browser);
    await plan.flow(browser, {}, { app: plan.second });
    const params = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: postLogoutRedirect };
    expect((await browser.open(`${plan.issuer}/logout?${new URLSearchParams(params)}`)).left).toBe(true);
    for (const app of [plan.client, plan.second]) {
      const { sent, view } = await plan.visit(browser, { prompt: 'none' }, { app });
      expect(checkError(plan, sent, view)).toBe('login_required');
    }
  });
});

describe('trap 26: what FAPI 2.0 wants of every answer', () => {
  test('RFC 9110 §6.6.1: Date is there and right', async () => {
    const { tokens } = await plan.flow(known);
    const { headers } = await plan.userinfo(tokens.access_token);
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeLessThan(5_000);
  });

  test('RFC 6750 §2.3: a token in the query of the URL is refused', async () => {
    const { tokens } = await plan.flow(known);
    const answer = await send(`${plan.issuer}/userinfo?access_token=${tokens.access_token}`, {});
    expect(answer.status).toBe(401);
  });

  test('RFC 9207 §2: iss is in every error at the redirect URI', async () => {
    for (const changes of [{ scope: 'x' }, { prompt: 'none', max_age: '0' }, { response_type: 'x' }, { request: 'x' }])
      expect(await errorOf(changes)).toBeTruthy();
  });
});

describe('traps 4 and 5: keys and algorithms of a client', () => {
  test.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)(
    'RFC 7518 §3.1: an ID token in %s, the algorithm that the client registered',
    async (idTokenAlg) => {
      await changeClient(plan.server, plan.second.id, { idTokenAlg });
      const { idToken } = await plan.flow(known, {}, { app: plan.second });
      await changeClient(plan.server, plan.second.id, { idTokenAlg: 'RS256' });
      expect(idToken.aud).toBe(plan.second.clientId);
    },
  );

  test('RFC 7518 §3.3, §3.4: RSA keys have 2048 bits at least, EC keys the curve of their algorithm', async () => {
    const { keys } = (
      await send<{ keys: { kty: string; n?: string; crv?: string; alg: string }[] }>(`${plan.issuer}/jwks`, {})
    ).body;
    for (const { kty, n = '', crv, alg } of keys) {
      if (kty === 'RSA') expect(Buffer.from(n, 'base64url').length * 8).toBeGreaterThanOrEqual(2048);
      else expect(crv).toBe(alg === 'ES256' ? 'P-256' : 'Ed25519');
    }
  });

  test('trap 3: the keys of a client need no kid', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const { SignJWT } = await import('jose');
    await changeClient(plan.server, plan.client.id, { jwks: { keys: [{ ...(await exportJWK(publicKey)) }] } });
    const claims = {
      response_type: 'code',
      client_id: plan.client.clientId,
      redirect_uri: callback,
      scope: 'openid',
      state: 's',
    };
    const request = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    const { sent, view } = await plan.visit(known, { request, state: 's' });
    checkCallback(plan, sent, view);
  });
});
