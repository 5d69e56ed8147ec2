import type { Refusal } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm, signIn, type View } from '../support/browser-flow.js';
import {
  type Answer,
  anotherSuite,
  claimsOf,
  countIssued,
  expectNotCached,
  form,
  type Params,
  type Person,
  pkcePair,
  redemption,
  refusalOf,
  requestOf,
  send,
  startWorld,
  type World,
} from './requests.js';

let world: World;
let web: GivenApplication;
let spa: GivenApplication;
let user: Person & { accountId: string };
let browser: Browser;

const withQuery = 'https://app.example.com/callback?dummy1=lorem&dummy2=ipsum';
const native = 'http://127.0.0.1/callback';

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow', {
    redirectUris: [testRedirectUri, withQuery, native],
  });
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', {
    access: 'everyone',
    redirectUris: [testRedirectUri, native],
  });
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

/** Sends an authorization request as the signed-in browser does, and follows nothing. */
async function request(params: Params, method: 'GET' | 'POST' = 'GET', who = browser): Promise<Answer> {
  const cookie = await who.cookies.getCookieString(`${world.issuer}/authorize`);
  const text = form(params);
  return method === 'GET'
    ? send(`${world.issuer}/authorize?${text}`, { headers: { cookie } })
    : send(`${world.issuer}/authorize`, {
        method,
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        body: text,
      });
}

const ask = (app: GivenApplication, params: Record<string, string> = {}) =>
  requestOf(app, { response_type: 'code', ...params });

type Row = Partial<Refusal> & { rule: string };

/** Checks a refusal that stays here: a page, and no way to anywhere. */
async function expectPage(answer: Answer, row: Row): Promise<void> {
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('refresh')).toBeNull();
  expect(answer.text).not.toMatch(/<form|<script|<a |http-equiv|tes_ac_/i);
  expect(await refusalOf(world, answer)).toMatchObject({ endpoint: 'authorize', suiteId: world.suite.id, ...row });
}

/** Checks a refusal that goes to the application: where, with what, and nothing else. */
async function expectSentBack(answer: Answer, error: string, row: Row, to = testRedirectUri): Promise<void> {
  expect(answer.status).toBe(303);
  expectNotCached(answer);
  const location = new URL(answer.headers.get('location') ?? '');
  expect(`${location.origin}${location.pathname}`).toBe(to);
  expect(Object.fromEntries(location.searchParams)).toEqual({
    error,
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
    state: 'af0ifjsldkj',
    iss: world.issuer,
  });
  expect(location.hash).toBe('');
  expect(await refusalOf(world, answer)).toMatchObject({
    endpoint: 'authorize',
    suiteId: world.suite.id,
    error,
    ...row,
  });
}

describe('RFC 6749 §4.1.2.1: errors about client and redirect URI are pages, never redirects', () => {
  test.each([
    ['a longer path', `${testRedirectUri}/more`],
    ['a prefix', 'https://app.example.com/call'],
    ['an added query', `${testRedirectUri}?next=https://evil.example`],
    ['a changed query', 'https://app.example.com/callback?dummy1=lorem&dummy2=other'],
    ['a query in another order', 'https://app.example.com/callback?dummy2=ipsum&dummy1=lorem'],
    ['a trailing slash', `${testRedirectUri}/`],
    ['a fragment', `${testRedirectUri}#`],
    ['a path in capitals', 'https://app.example.com/Callback'],
    ['a host in capitals', 'https://App.example.com/callback'],
    ['http', 'http://app.example.com/callback'],
    ['a written-out port', 'https://app.example.com:443/callback'],
    ['another host', 'https://evil.example/callback'],
    ['a host that ends alike', 'https://evil-app.example.com/callback'],
    ['user information', 'https://app.example.com@evil.example/callback'],
    ['javascript:', 'javascript:alert(1)//https://app.example.com/callback'],
    ['no URL', 'callback'],
    ['another application’s URL', 'https://other.example.com/callback'],
  ])('RFC 9700 §2.1: the redirect URI with %s', async (_, redirect_uri) => {
    const before = await countIssued(world);
    const row = { rule: 'redirect.mismatch', error: 'invalid_request', applicationId: web.id, received: redirect_uri };
    await expectPage(await request(ask(web, { redirect_uri })), { ...row, expected: expect.any(String) });
    await expectPage(await request(ask(web, { redirect_uri, prompt: 'none', response_mode: 'form_post' })), row);
    expect(await countIssued(world)).toEqual(before);
  });

  test('the row names the nearest registered URL and the difference', async () => {
    const answer = await request(ask(web, { redirect_uri: `${testRedirectUri}/` }));
    const row = {
      rule: 'redirect.mismatch',
      expected: testRedirectUri,
      reason: expect.stringContaining('trailing slash'),
    };
    await expectPage(answer, row as Row);
  });

  test('RFC 8252 §7.3: the port of a loopback IP address may vary for a native client only', async () => {
    const redirect_uri = 'http://127.0.0.1:51004/callback';
    await expectPage(await request(ask(web, { redirect_uri })), { rule: 'redirect.mismatch', received: redirect_uri });
    const { verifier, challenge } = pkcePair();
    const params = ask(spa, { redirect_uri, code_challenge: challenge, code_challenge_method: 'S256' });
    const location = new URL((await request(params)).headers.get('location') ?? '');
    expect(`${location.origin}${location.pathname}`).toBe(redirect_uri);
    const code = location.searchParams.get('code') ?? '';
    const swap = { code_verifier: verifier };
    expect((await world.as(spa, '/token', redemption(code, { redirect_uri: native, ...swap }))).body.error).toBe(
      'invalid_grant',
    );
    expect((await world.as(spa, '/token', redemption(code, { redirect_uri, ...swap }))).status).toBe(200);
  });

  test('RFC 8252 §7.3: and of no host name', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', {
      redirectUris: ['http://localhost:3000/callback'],
    });
    const redirect_uri = 'http://localhost:3001/callback';
    await expectPage(await request(ask(app, { redirect_uri })), {
      rule: 'redirect.mismatch',
      expected: 'http://localhost:3000/callback',
      reason: expect.stringContaining('port') as string,
    });
  });

  test('no client_id', async () => {
    const { client_id: _, ...params } = ask(web);
    await expectPage(await request(params), { rule: 'param.missing', expected: 'client_id', applicationId: null });
  });

  test('an unknown client', async () => {
    const answer = await request(ask(web, { client_id: 'nobody' }));
    await expectPage(answer, {
      rule: 'client.unknown',
      error: 'invalid_client',
      received: 'nobody',
      applicationId: null,
    });
  });

  test('a client of another suite', async () => {
    const other = await anotherSuite(world);
    const foreign = await world.admin.givenApplication(other.project, 'authorization_flow');
    await expectPage(await request(ask(foreign)), { rule: 'client.unknown', received: foreign.clientId });
  });

  test('a disabled application, even with its own redirect URI', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      status: 'disabled',
      access: 'everyone',
    });
    await expectPage(await request(ask(app)), { rule: 'client.disabled', error: 'unauthorized_client' });
  });

  test('OpenID Connect Core §3.1.2.1: a missing redirect_uri, where several are registered or the scope is openid', async () => {
    const { redirect_uri: _, ...params } = ask(web);
    await expectPage(await request(params), { rule: 'param.missing', applicationId: web.id });
    const single = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const { redirect_uri: __, ...openid } = ask(single, { scope: 'openid' });
    await expectPage(await request(openid), { rule: 'param.missing', expected: testRedirectUri });
  });

  test('RFC 6749 §3.1.2.3: the only registered URI is taken where none is sent, and need not be sent again', async () => {
    const single = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const { redirect_uri: _, ...params } = ask(single);
    const location = new URL((await request(params)).headers.get('location') ?? '');
    expect(location.href).toMatch(/^https:\/\/app\.example\.com\/callback\?code=tes_ac_/);
    const { redirect_uri: __, ...swap } = redemption(location.searchParams.get('code') ?? '');
    expect((await world.as(single, '/token', swap)).status).toBe(200);
  });

  test.each(['client_id', 'redirect_uri', 'state', 'scope', 'code_challenge', 'x'])(
    'RFC 6749 §3.1: a repeated %s',
    async (name) => {
      const answer = await request(`${form(ask(web))}&${name}=a&${name}=a`);
      await expectPage(answer, { rule: 'param.duplicate', received: name, applicationId: null });
    },
  );

  test('a NUL or an endless value', async () => {
    await expectPage(await request(ask(web, { state: 'a\0b' })), { rule: 'param.invalid', received: 'state' });
    await expectPage(await request(ask(web, { nonce: 'a'.repeat(8193) }), 'POST'), {
      rule: 'param.invalid',
      received: 'nonce',
    });
  });

  test('a POST that is no form, or too large', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ask(web)) };
    await expectPage(await send(`${world.issuer}/authorize`, json), {
      rule: 'param.content_type',
      received: 'application/json',
    });
    const large = await request(`${form(ask(web))}&x=${'x'.repeat(1024 * 1024)}`, 'POST');
    expect([large.status, large.headers.get('location')]).toEqual([413, null]);
  });

  test('a request to a suite that does not exist', async () => {
    const answer = await send(`${world.server.url}/suites/no-such-suite/authorize?${form(ask(web))}`, {});
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null]);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('another method: %s', async (method) => {
    const answer = await send(`${world.issuer}/authorize?${form(ask(web))}`, { method });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('location')).toBeNull();
  });
});

describe('RFC 6749 §4.1.2.1, RFC 9207 §2: all other errors go to the application, with state and iss', () => {
  const { challenge } = pkcePair();

  test.each<[string, Record<string, string>, string, Row]>([
    [
      'no response_type',
      { response_type: '' },
      'invalid_request',
      { rule: 'param.missing', expected: 'response_type' },
    ],
    [
      'token',
      { response_type: 'token' },
      'unsupported_response_type',
      { rule: 'response_type.unknown', received: 'token' },
    ],
    [
      'a hybrid flow',
      { response_type: 'code id_token' },
      'unsupported_response_type',
      { rule: 'response_type.unknown', expected: 'code', received: 'code id_token' },
    ],
    ['an unknown scope', { scope: 'openid root' }, 'invalid_scope', { rule: 'scope.unknown', received: 'root' }],
    ['a malformed scope', { scope: 'open"id' }, 'invalid_scope', { rule: 'scope.malformed' }],
    [
      'an unknown resource',
      { resource: 'https://unknown.example/' },
      'invalid_target',
      { rule: 'resource.unknown', received: 'https://unknown.example/' },
    ],
    [
      'an unknown response_mode',
      { response_mode: 'web_message' },
      'invalid_request',
      { rule: 'response_mode.unknown', received: 'web_message' },
    ],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request', { rule: 'prompt.unknown', received: 'create' }],
    ['prompt=none beside login', { prompt: 'none login' }, 'invalid_request', { rule: 'prompt.mixed' }],
    [
      'max_age that is no number',
      { max_age: 'soon' },
      'invalid_request',
      { rule: 'max_age.invalid', received: 'soon' },
    ],
    ['a negative max_age', { max_age: '-1' }, 'invalid_request', { rule: 'max_age.invalid' }],
    [
      'request',
      { request: 'eyJhbGciOiJub25lIn0.e30.' },
      'invalid_request_object',
      { rule: 'request_object.keys_missing' },
    ],
    [
      'request_uri',
      { request_uri: 'https://app.example.com/request' },
      'invalid_request_uri',
      { rule: 'request_uri.not_registered' },
    ],
    [
      'the PKCE method plain',
      { code_challenge: challenge, code_challenge_method: 'plain' },
      'invalid_request',
      { rule: 'pkce.method', expected: 'S256', received: 'plain' },
    ],
    ['no PKCE method, which means plain', { code_challenge: challenge }, 'invalid_request', { rule: 'pkce.method' }],
    [
      'a malformed challenge',
      { code_challenge: 'short', code_challenge_method: 'S256' },
      'invalid_request',
      { rule: 'pkce.challenge', received: '5 characters' },
    ],
    [
      'a PKCE method without a challenge',
      { code_challenge_method: 'S256' },
      'invalid_request',
      { rule: 'pkce.missing' },
    ],
  ])('%s', async (_, params, error, row) => {
    const before = await countIssued(world);
    await expectSentBack(await request(ask(web, params)), error, { applicationId: web.id, ...row });
    await expectSentBack(await request(ask(web, params), 'POST'), error, row);
    expect(await countIssued(world)).toEqual(before);
  });

  test('RFC 7636 §4.4.1: a public client without a challenge', async () => {
    const { code_challenge: _, code_challenge_method: __, ...params } = ask(spa);
    await expectSentBack(await request(params), 'invalid_request', {
      rule: 'pkce.missing',
      expected: 'code_challenge',
    });
  });

  test('RFC 8707 §2: several resources, one of them unknown', async () => {
    const { defaultResource } = world.project;
    const params = `${form(ask(web))}&${form([
      ['resource', defaultResource],
      ['resource', 'urn:x'],
    ])}`;
    await expectSentBack(await request(params), 'invalid_target', { rule: 'resource.unknown', received: 'urn:x' });
  });

  test.each(['user_credentials', 'client_credentials'] as const)(
    'domain rule 2: an application of type %s',
    async (type) => {
      const app = await world.admin.givenApplication(world.project, type, {
        redirectUris: [testRedirectUri],
        access: 'everyone',
      });
      const row = { rule: 'grant.not_allowed', received: 'authorization_code', applicationId: app.id };
      await expectSentBack(await request(ask(app)), 'unauthorized_client', row);
    },
  );

  test('an error in the fragment', async () => {
    const answer = await request(ask(web, { response_mode: 'fragment', scope: 'root' }));
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.search).toBe('');
    expect(Object.fromEntries(new URLSearchParams(location.hash.slice(1)))).toMatchObject({
      error: 'invalid_scope',
      state: 'af0ifjsldkj',
      iss: world.issuer,
    });
  });

  test.each([{ scope: 'root' }, { response_type: '' }, { prompt: 'none', max_age: '0' }])(
    'an error by form_post: %j',
    async (params) => {
      const answer = await request(ask(web, { response_mode: 'form_post', ...params }));
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      const { action, method, fields } = readForm({ html: answer.text, url: new URL(world.issuer) } as View);
      expect([method, action.href]).toEqual(['POST', testRedirectUri]);
      expect(Object.keys(fields).sort()).toEqual(['error', 'error_description', 'iss', 'state']);
      expect(fields).toMatchObject({ state: 'af0ifjsldkj', iss: world.issuer });
    },
  );
});

describe('RFC 6749 §4.1.2: the answer with a code', () => {
  test('is a redirect that no cache keeps, with code, state and iss and nothing else', async () => {
    const answer = await request(ask(web, { scope: 'openid' }));
    expect(answer.status).toBe(303);
    expectNotCached(answer);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toEqual({
      code: expect.stringMatching(/^tes_ac_[A-Za-z0-9_-]{43}$/),
      state: 'af0ifjsldkj',
      iss: world.issuer,
    });
  });

  test('§3.1.2: keeps the query of the registered URI', async () => {
    const answer = await request(ask(web, { redirect_uri: withQuery }));
    expect(answer.headers.get('location')).toMatch(
      /^https:\/\/app\.example\.com\/callback\?dummy1=lorem&dummy2=ipsum&code=tes_ac_[\w-]{43}&state=af0ifjsldkj&iss=http/,
    );
  });

  test.each([
    ['unreserved characters', 'abc-._~XYZ'],
    ['128 characters', '-._~'.repeat(32)],
    ['384 characters', 'aB3~'.repeat(96)],
    ['characters that a query needs to escape', 'a&code=x#?b=c d+e%20%zz"<>\\'],
    ['letters beyond ASCII', 'añö€😀'],
    ['line breaks', 'a\r\nSet-Cookie: x=y\r\n\r\n<html>'],
  ])('§4.1.2: state comes back exactly as sent: %s', async (_, state) => {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await request(ask(web, { state }), method);
      expect(new URL(answer.headers.get('location') ?? '').searchParams.get('state')).toBe(state);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    const page = await request(ask(web, { state, response_mode: 'form_post' }));
    // Reading a form turns each kind of line break into CR LF; state has no other ones here.
    expect(readForm({ html: page.text, url: new URL(world.issuer) } as View).fields.state).toBe(state);
  });

  test('no state was sent, none comes back', async () => {
    const { state: _, ...params } = ask(web);
    const location = new URL((await request(params)).headers.get('location') ?? '');
    expect([...location.searchParams.keys()]).toEqual(['code', 'iss']);
  });

  test('form_post: a page that posts itself, and can be posted by hand', async () => {
    const answer = await request(ask(web, { response_mode: 'form_post', state: '"><script>alert(1)</script>' }));
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(answer.headers.get('content-security-policy')).not.toMatch(/form-action/);
    expect(answer.text).toContain('<noscript><button type="submit">');
    expect(answer.text.match(/<script[^>]*>/g)).toEqual(['<script src="/assets/form-post.js" defer>']);
    const script = await send(`${world.server.url}/assets/form-post.js`, {});
    expect([script.status, script.text]).toEqual([200, expect.stringContaining('submit()')]);
    const { fields } = readForm({ html: answer.text, url: new URL(world.issuer) } as View);
    expect(Object.keys(fields)).toEqual(['code', 'state', 'iss']);
  });

  test.each([
    ['unknown parameters', { extra: 'foobar', foo: 'bar' }],
    ['display', { display: 'popup' }],
    ['ui_locales', { ui_locales: 'se' }],
    ['claims_locales', { claims_locales: 'se' }],
    ['acr_values', { acr_values: '1 2' }],
    ['login_hint of nobody', { login_hint: 'buffy@example.com' }],
    ['claims', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
    ['prompt=consent', { prompt: 'consent', scope: 'openid offline_access' }],
    ['registration', { registration: '{}' }],
    ['scopes in another order, parameters out of order', { scope: 'email profile openid' }],
  ])('OpenID Connect Core §3.1.2.1: %s do no harm', async (_, params) => {
    const answer = await request(ask(web, params));
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('code')).toMatch(/^tes_ac_/);
  });

  test('OpenID Connect Core §3.1.3.6: the nonce comes back in the ID token as sent, and none where none was', async () => {
    for (const nonce of ['n-0S6_WzA2Mj', '-._~'.repeat(11), 'x'.repeat(384)])
      expect(claimsOf((await world.tokensFor(browser, web, { nonce })).id_token).nonce).toBe(nonce);
    expect(claimsOf((await world.tokensFor(browser, web)).id_token)).not.toHaveProperty('nonce');
  });

  test('RFC 8707 §2: the resource asked for is the audience', async () => {
    const { access_token } = await world.tokensFor(browser, web, { resource: world.project.defaultResource });
    expect(claimsOf(access_token).aud).toBe(world.project.defaultResource);
  });
});

describe('OpenID Connect Core §3.1.2.3: who signs in, and when', () => {
  const login = async (params: Record<string, string>, own: Browser) =>
    own.open(authorizeUrl(world.issuer, ask(web, params)));
  const tokensAt = async (url: URL) => {
    const answer = await world.as(web, '/token', redemption(url.searchParams.get('code') ?? ''));
    expect(answer.status).toBe(200);
    return claimsOf(answer.body.id_token) as { sub: string; auth_time: number };
  };

  test('§3.1.2.6: prompt=none without a session is refused with login_required', async () => {
    const state = `${'a'.repeat(124)}-._~`;
    const answer = await request(
      ask(web, { prompt: 'none', scope: 'openid', state }),
      'GET',
      createBrowser(world.server.url),
    );
    const location = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: 'login_required',
      state,
      iss: world.issuer,
    });
    expect(await refusalOf(world, answer)).toMatchObject({ rule: 'prompt.none', applicationId: web.id });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('prompt=none with a session issues silently: same sub, same auth_time', async () => {
    const { id_token = '' } = await world.tokensFor(browser, web);
    const first = claimsOf(id_token);
    world.server.clock.advance(5);
    const silent = { prompt: 'none', id_token_hint: id_token };
    const second = claimsOf((await world.tokensFor(browser, web, silent)).id_token);
    expect(second).toMatchObject({ sub: user.accountId, auth_time: first.auth_time, sid: first.sid });
    expect(second.iat).toBe(Number(first.iat) + 5);
  });

  test('prompt=none for a person who may not use the application is refused with access_denied', async () => {
    const closed = await world.admin.givenApplication(world.project, 'authorization_flow');
    const answer = await request(ask(closed, { prompt: 'none' }));
    await expectSentBack(answer, 'access_denied', { rule: 'user.not_assigned', applicationId: closed.id });
  });

  test('max_age: a session exactly as old is enough, one second more is not', async () => {
    const own = await world.signedIn(web, user);
    world.server.clock.advance(100);
    expect((await login({ max_age: '100', prompt: 'none' }, own)).url.searchParams.has('code')).toBe(true);
    world.server.clock.advance(1);
    const silent = await login({ max_age: '100', prompt: 'none' }, own);
    expect(silent.url.searchParams.get('error')).toBe('login_required');
    const page = await login({ max_age: '100' }, own);
    expect([page.left, page.status]).toEqual([false, 200]);
    expect(page.html).not.toContain('Continue as');
  });

  test('max_age: within it the session goes on, with auth_time and nothing to do', async () => {
    const own = createBrowser(world.server.url);
    const first = await tokensAt(
      await signIn(own, authorizeUrl(world.issuer, ask(web, { scope: 'openid', max_age: '15000' })), user),
    );
    world.server.clock.advance(2);
    const again = await login({ scope: 'openid', max_age: '10000' }, own);
    expect(again.left).toBe(true);
    expect(await tokensAt(again.url)).toMatchObject({ sub: first.sub, auth_time: first.auth_time });
  });

  test('max_age=1 after two seconds: the sign-in page, and then a later auth_time', async () => {
    const own = createBrowser(world.server.url);
    const url = (params: Record<string, string>) =>
      authorizeUrl(world.issuer, ask(web, { scope: 'openid', ...params }));
    const first = await tokensAt(await signIn(own, url({}), user));
    world.server.clock.advance(2);
    const second = await tokensAt(await signIn(own, url({ max_age: '1' }), user));
    expect(second.auth_time).toBe(first.auth_time + 2);
    expect(second.sub).toBe(first.sub);
  });

  test('max_age=0 asks again even in the second of the sign-in', async () => {
    const own = await world.signedIn(web, user);
    expect((await login({ max_age: '0' }, own)).left).toBe(false);
  });

  test('prompt=login: the old session is not enough, the new sign-in has a strictly later auth_time, and asks once', async () => {
    const own = createBrowser(world.server.url);
    const url = (params: Record<string, string>) =>
      authorizeUrl(world.issuer, ask(web, { scope: 'openid', ...params }));
    const first = await tokensAt(await signIn(own, url({}), user));
    world.server.clock.advance(1);
    const page = await own.open(url({ prompt: 'login' }));
    expect([page.left, page.html.includes('Continue as')]).toEqual([false, false]);
    const wrong = await own.submit(page, { email: user.email, password: 'wrong' });
    expect([wrong.left, wrong.status]).toEqual([false, 401]);
    const posted = await own.submit(page, { continue: 'yes' });
    expect([posted.left, posted.status]).toEqual([false, 401]);
    const after = await own.submit(page, user as unknown as Record<string, string>);
    expect(after.left).toBe(true);
    expect((await tokensAt(after.url)).auth_time).toBeGreaterThan(first.auth_time);
  });

  test('a session ends after twelve hours, whatever happens in it', async () => {
    const own = await world.signedIn(web, user);
    world.server.clock.advance(12 * 3600 - 1);
    expect((await login({ prompt: 'none' }, own)).url.searchParams.has('code')).toBe(true);
    world.server.clock.advance(1);
    expect((await login({ prompt: 'none' }, own)).url.searchParams.get('error')).toBe('login_required');
  });
});
