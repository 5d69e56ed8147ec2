import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm } from '../support/browser-flow.js';
import { basic, countIssued, pkcePair, requestOf, startWorld, type TokenBody, type World } from './requests.js';

// Hundreds of requests in one test or hook: slow only where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const postLogout = 'https://app.example.com/signed-out';
const runs = { numRuns: 200 };

let world: World;
let web: GivenApplication;
let spa: GivenApplication;
let service: GivenApplication;
let browser: Browser;
let tokens: TokenBody;
/** Values that mean something to the server, and together are still not enough to get a token. */
let known: string[];

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '40' } });
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow', {
    postLogoutRedirectUris: [postLogout],
    allowedOrigins: ['https://app.example.com'],
  });
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', { access: 'everyone' });
  service = await admin.givenApplication(project, 'client_credentials');
  const user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
  tokens = await world.tokensFor(browser, web);
  known = [
    ...[web, spa, service].map(({ clientId }) => clientId),
    // Codes and tokens without the secret or the verifier that belongs to them.
    await world.codeFor(browser, web),
    await world.codeFor(browser, spa),
    tokens.refresh_token ?? '',
    tokens.id_token ?? '',
    user.email,
    testRedirectUri,
    project.defaultResource,
    pkcePair().verifier,
  ];
});
afterAll(() => world.close());

const names = [
  'grant_type client_id client_secret code redirect_uri code_verifier refresh_token username password scope resource',
  'response_type response_mode state nonce prompt max_age login_hint code_challenge code_challenge_method request request_uri',
  'token token_type_hint access_token id_token_hint post_logout_redirect_uri confirmation interaction email continue',
  'claims ui_locales acr_values display __proto__ constructor toString',
]
  .join(' ')
  .split(' ');

const meaningful = [
  'authorization_code refresh_token password client_credentials code token none login consent select_account',
  'query fragment form_post S256 plain openid profile offline_access 0 1 -1 yes',
]
  .join(' ')
  .split(' ');

const nasty = [
  '',
  '\0',
  'a\r\nLocation: https://evil.example/',
  '%',
  '%zz%',
  '"\\',
  "' or 1=1 --",
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'https://evil.example/callback',
  '//evil.example',
  'javascript:alert(1)',
  `${testRedirectUri}/..`,
  `${testRedirectUri}@evil.example`,
  'http://127.0.0.1:1/callback',
  '\ud800',
  '😀\u202e',
  'eyJhbGciOiJub25lIn0.e30.',
  'a'.repeat(8193),
  '{"a":1}',
];

/** Any UTF-16 unit, lone surrogates and control characters included. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const value = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 4, arbitrary: fc.constantFrom(...meaningful) },
    { weight: 2, arbitrary: fc.constantFrom(...nasty) },
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 60 }) },
  );
const parameters = () =>
  fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...names) },
        { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 20 }) },
      ),
      value(),
    ),
    { maxLength: 10 },
  );

/** Parameters in which most are as they should be, so that a run gets past the first check. */
const nearly = (base: Record<string, string>) =>
  fc
    .tuple(parameters(), fc.subarray(Object.entries(base), { minLength: Object.keys(base).length - 2 }))
    .map(
      ([drawn, kept]) =>
        [...kept, ...drawn.filter(([name]) => !kept.some(([taken]) => taken === name))] as [string, string][],
    );

const encodings: ((params: [string, string][]) => string | Buffer)[] = [
  (params) => new URLSearchParams(params).toString(),
  (params) => params.map((pair) => pair.join('=')).join('&'),
  (params) => Buffer.from(params.map((pair) => pair.join('=')).join('&'), 'latin1'),
  (params) => new URLSearchParams(params).toString().replaceAll('%', '%%'),
  (params) => `&&${new URLSearchParams(params)}&=&=x&x`,
  (params) => JSON.stringify(Object.fromEntries(params)),
];

/** What fits into a header: Node answers longer ones, and control characters, before the product sees them. */
const headerText = (text: string) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 500);
const short = () => value().map((text) => text.slice(0, 500));
const headers = () =>
  fc.record(
    {
      authorization: fc.oneof(
        value().map((text) => `Bearer ${headerText(text)}`),
        value().map((text) => `Basic ${headerText(text)}`),
        fc.tuple(short(), short()).map(([id, secret]) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
        fc.tuple(short(), short()).map(([id, secret]) => basic(id, secret).authorization),
        value().map(headerText),
      ),
      origin: fc.oneof(
        fc.constantFrom('null', 'https://app.example.com', 'https://evil.example'),
        value().map(headerText),
      ),
      cookie: value().map((text) => `tessera_session=${headerText(text)}; tessera_browser=${headerText(text)}`),
      accept: value().map(headerText),
      dpop: value().map(headerText),
      'content-type': fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/x-www-form-urlencoded') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('application/json', 'multipart/form-data', 'text/plain', '', ';', 'a/b; c'),
        },
        { weight: 1, arbitrary: value().map(headerText) },
      ),
    },
    { requiredKeys: ['content-type'] },
  );

interface Sent {
  params: [string, string][];
  encoding: (params: [string, string][]) => string | Buffer;
  headers: Record<string, string>;
  method: string;
}

const requests = (params: fc.Arbitrary<[string, string][]>, methods: string[]): fc.Arbitrary<Sent> =>
  fc.record({
    params,
    encoding: fc.oneof(
      { weight: 4, arbitrary: fc.constant(encodings[0] as Sent['encoding']) },
      fc.constantFrom(...encodings),
    ),
    headers: headers() as fc.Arbitrary<Record<string, string>>,
    method: fc.constantFrom(...methods),
  });

async function deliver(path: string, { params, encoding, headers, method }: Sent, cookie?: string): Promise<Response> {
  const all = { ...headers, ...(cookie ? { cookie } : {}) };
  const text = encoding(params);
  const url = `${world.issuer}${path}`;
  if (method === 'POST') return fetch(url, { method, headers: all, body: text as BodyInit, redirect: 'manual' });
  // A query is ASCII: what is not comes percent-encoded or not at all.
  const query = encodeURI(text.toString('latin1' as never).replace(/[\ud800-\udfff#]/g, '')).replaceAll('%25', '%');
  return fetch(`${url}?${query.slice(0, 12_000)}`, { method, headers: all, redirect: 'manual' });
}

/** Where a browser may be sent: to what is registered, or to pages of the issuer. */
function isAllowedTarget(target: string): boolean {
  const { origin, pathname } = new URL(target);
  return [testRedirectUri, postLogout, `${world.issuer}/sign-in`].includes(`${origin}${pathname}`);
}

/** Holds for every answer to every request: no fault, no way out, no token. */
async function expectHarmless(answer: Response): Promise<string> {
  const text = await answer.text();
  expect(answer.status, text).toBeLessThan(500);
  expect(answer.headers.get('x-request-id')).toBeTruthy();
  const location = answer.headers.get('location');
  if (location !== null) expect(location).toSatisfy(isAllowedTarget);
  // Pages and redirects repeat some of what was sent; what counts is what was not.
  const issued = known.reduce((rest, sent) => rest.replaceAll(sent, ''), `${text} ${location}`);
  expect(issued).not.toMatch(/tes_(at|rt|cs)_[A-Za-z0-9_-]{43}/);
  expect(issued).not.toMatch(/"(access|refresh|id)_token"/);
  if (answer.headers.get('content-type')?.startsWith('text/html')) {
    const html = parse(text);
    for (const form of html.querySelectorAll('form')) {
      const action = new URL(form.getAttribute('action') ?? '', world.issuer);
      expect(action.href).toSatisfy(
        (href: string) => isAllowedTarget(href) || [`${world.issuer}/logout`, `${world.issuer}/sign-in`].includes(href),
      );
    }
    expect(html.querySelectorAll('script:not([src="/assets/form-post.js"])')).toHaveLength(0);
  }
  return text;
}

/** Holds for what answers JSON. */
async function expectJsonRefusal(answer: Response, method: string): Promise<void> {
  const text = await expectHarmless(answer);
  if (method !== 'POST' && answer.status === 404) return;
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  if (text === '') return;
  const body = JSON.parse(text) as Record<string, string>;
  expect(Object.keys(body).sort()).toEqual(['error', 'error_description']);
  expect(body.error).toMatch(/^[a-z_]+$/);
  expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
}

test('RFC 6749 §3.2: whatever is sent to the token endpoint without a valid credential is refused, and nothing is issued', async () => {
  const before = await countIssued(world);
  const bases = [
    { grant_type: 'authorization_code', code: known[3] ?? '', redirect_uri: testRedirectUri, client_id: web.clientId },
    {
      grant_type: 'authorization_code',
      code: known[4] ?? '',
      redirect_uri: testRedirectUri,
      client_id: spa.clientId,
      code_verifier: pkcePair().verifier,
    },
    { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', client_id: spa.clientId },
    { grant_type: 'client_credentials', client_id: service.clientId, client_secret: 'wrong' },
  ];
  const params = fc.oneof(parameters(), ...bases.map(nearly));
  await fc.assert(
    fc.asyncProperty(requests(params, ['POST', 'POST', 'POST', 'GET']), async (request) => {
      await expectJsonRefusal(await deliver('/token', request), request.method);
    }),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 7662 §2.1: whatever is sent to introspection without a secret tells nothing', async () => {
  const base = { token: tokens.access_token, client_id: web.clientId, client_secret: 'wrong' };
  await fc.assert(
    fc.asyncProperty(requests(nearly(base), ['POST', 'POST', 'GET']), async (request) => {
      const answer = await deliver('/introspect', request);
      await expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
});

test('RFC 7009 §2.1: whatever is sent to revocation without a secret revokes nothing', async () => {
  const base = { token: tokens.access_token, client_id: web.clientId };
  await fc.assert(
    fc.asyncProperty(requests(nearly(base), ['POST', 'POST', 'GET']), async (request) => {
      const answer = await deliver('/revoke', request);
      // A public client needs no secret; another client’s token it cannot revoke.
      if (answer.status === 200) expect(await answer.text()).toBe('');
      else await expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
  expect((await world.userinfo(tokens.access_token)).status).toBe(200);
});

test('RFC 6750 §3: whatever is sent to userinfo without an access token tells nothing', async () => {
  await fc.assert(
    fc.asyncProperty(requests(parameters(), ['POST', 'GET']), async (request) => {
      const answer = await deliver('/userinfo', request);
      await expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
});

test('RFC 9700 §2.1: whatever is asked of the authorization endpoint, nobody is sent to an address that is not registered', async () => {
  const cookie = await browser.cookies.getCookieString(world.issuer);
  const bases = [web, spa].map((app) => ({ response_type: 'code', scope: 'openid', ...requestOf(app) }));
  const params = fc.oneof(parameters(), ...bases.map(nearly));
  let sentBack = 0;
  await fc.assert(
    fc.asyncProperty(requests(params, ['GET', 'POST']), fc.boolean(), async (request, signedIn) => {
      const answer = await deliver('/authorize', request, signedIn ? cookie : undefined);
      const text = await expectHarmless(answer);
      const location = answer.headers.get('location') ?? '';
      if (location.startsWith(testRedirectUri)) sentBack += 1;
      if (signedIn) return;
      expect(location).not.toMatch(/[?#&]code=/);
      expect(text).not.toContain('name="code"');
    }),
    runs,
  );
  // The generator does reach the redirects, or this would prove nothing.
  expect(sentBack).toBeGreaterThan(5);
});

test('whatever is sent to the sign-in page signs nobody in', async () => {
  const own = createBrowser(world.server.url);
  const page = await own.open(authorizeUrl(world.issuer, requestOf(web)));
  const cookie = await own.cookies.getCookieString(world.issuer);
  const base = { ...readForm(page).fields, email: 'ana@example.com', password: 'a wrong password' };
  const before = await countIssued(world);
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(requests(nearly(base), ['POST', 'POST', 'GET']), fc.boolean(), async (request, bound) => {
      const answer = await deliver('/sign-in', request, bound ? cookie : undefined);
      await expectHarmless(answer);
      seen.add(answer.status);
      expect(answer.headers.getSetCookie().join()).not.toContain('tessera_session');
    }),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
  // The form itself, a refused password and a malformed request were all among the answers.
  for (const status of [200, 400, 401]) expect(seen).toContain(status);
});

test('RP-Initiated Logout §4: whatever is asked of the logout endpoint, nobody is sent to an address that is not registered', async () => {
  const own = await world.signedIn(web, await world.admin.givenUser(web.id));
  const cookie = await own.cookies.getCookieString(world.issuer);
  const base = {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: postLogout,
    state: 's',
    client_id: web.clientId,
  };
  let sentBack = 0;
  await fc.assert(
    fc.asyncProperty(requests(nearly(base), ['GET', 'POST']), fc.boolean(), async (request, signedIn) => {
      const answer = await deliver('/logout', request, signedIn ? cookie : undefined);
      await expectHarmless(answer);
      if (answer.headers.get('location')?.startsWith(postLogout)) sentBack += 1;
    }),
    runs,
  );
  expect(sentBack).toBeGreaterThan(5);
  // The hint is of another session: without the confirmation of this one it was never ended.
  expect((await world.authorize(own, web, { prompt: 'none' })).has('code')).toBe(true);
});
