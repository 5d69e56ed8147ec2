import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser } from '../support/browser-flow.js';
import {
  type Answer,
  anotherSuite,
  basic,
  countIssued,
  expectRefused,
  type Person,
  redemption,
  requestOf,
  send,
  startWorld,
  type World,
} from './requests.js';

const shop = 'https://shop.example.com';
const admin = 'https://admin.example.com:8443';
const evil = 'https://evil.example';

let world: World;
/** A suite in which one application allows every origin. */
let open: World;
let shopApp: GivenApplication;
let noOrigins: GivenApplication;
let anyOrigin: GivenApplication;
let user: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  open = await anotherSuite(world);
  const give = (origins: string[], of = world) =>
    of.admin.givenApplication(of.project, 'authorization_flow', { allowedOrigins: origins, access: 'everyone' });
  shopApp = await give([shop, 'http://localhost:3000']);
  await give([admin]);
  noOrigins = await give([]);
  anyOrigin = await give(['*'], open);
  await give([shop], open);
  user = await world.admin.givenUser(shopApp.id);
  browser = await world.signedIn(shopApp, user);
});
afterAll(() => world.close());

const preflight = (of: World, path: string, origin: string | undefined) =>
  send(`${of.issuer}${path}`, {
    method: 'OPTIONS',
    headers: {
      ...(origin === undefined ? {} : { origin }),
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

const cors = (answer: Answer<unknown>) => answer.headers.get('access-control-allow-origin');

function expectEcho(answer: Answer<unknown>, origin: string): void {
  expect(cors(answer)).toBe(origin);
  expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
}

async function expectOriginRefused(answer: Answer<unknown>, app: GivenApplication, origin: string, endpoint = 'token') {
  expect(cors(answer)).toBeNull();
  expect(JSON.stringify([...answer.headers])).not.toContain(origin === 'null' ? '"null"' : origin);
  await expectRefused(world, answer, {
    status: 403,
    error: 'invalid_request',
    row: {
      rule: 'origin.not_allowed',
      endpoint,
      origin,
      received: origin,
      applicationId: app.id,
      expected: app.allowedOrigins.join(' ') || '(no origin is allowed)',
    },
  });
}

describe('domain rule 4: a preflight is answered by the suite', () => {
  test.each(['/token', '/userinfo', '/introspect', '/revoke'])(
    '%s: granted to an origin that any application lists',
    async (path) => {
      for (const origin of [shop, admin]) {
        const answer = await preflight(world, path, origin);
        expect([answer.status, answer.text]).toEqual([204, '']);
        expectEcho(answer, origin);
        expect(answer.headers.get('access-control-allow-methods')).toMatch(/\bPOST\b/);
        expect(answer.headers.get('access-control-allow-headers')).toMatch(/\bauthorization\b.*\bcontent-type\b/);
        expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0);
      }
    },
  );

  test.each([
    ['an unlisted origin', evil],
    ['null', 'null'],
    ['another scheme', 'http://shop.example.com'],
    ['another port', `${shop}:8443`],
    ['a longer host', `${shop}.evil.example`],
    ['a subdomain', 'https://a.shop.example.com'],
    ['capitals', 'https://SHOP.example.com'],
    ['a trailing slash', `${shop}/`],
    ['two origins', `${shop} ${admin}`],
    ['a star', '*'],
  ])('%s gets nothing, and an admin can see it', async (_, origin) => {
    const answer = await preflight(world, '/token', origin);
    expect(cors(answer)).toBeNull();
    expect(answer.headers.get('access-control-allow-methods')).toBeNull();
    expect(answer.headers.get('access-control-allow-headers')).toBeNull();
    expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
    const [row] = await world.refusals(`requestId=${answer.headers.get('x-request-id')}`);
    expect(row).toMatchObject({ rule: 'origin.preflight', origin, received: origin, suiteId: world.suite.id });
  });

  test('where an application allows *, every origin gets *, without credentials', async () => {
    for (const origin of [evil, shop, 'null']) {
      const answer = await preflight(open, '/token', origin);
      expect([answer.status, cors(answer)]).toEqual([204, '*']);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('an origin of another suite does not count', async () => {
    const origin = 'https://only-there.example.com';
    await open.admin.givenApplication(open.project, 'authorization_flow', { allowedOrigins: [origin] });
    expect(cors(await preflight(world, '/token', origin))).toBeNull();
  });

  test('follows a change at the very next request, a disabled application included', async () => {
    const origin = 'https://new.example.com';
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { allowedOrigins: [] });
    const change = (patch: object) => world.admin.api('PATCH', `/applications/${app.id}`, patch);
    expect(cors(await preflight(world, '/token', origin))).toBeNull();
    await change({ allowedOrigins: [origin] });
    expect(cors(await preflight(world, '/token', origin))).toBe(origin);
    await change({ status: 'disabled' });
    expect(cors(await preflight(world, '/token', origin))).toBeNull();
    await change({ status: 'active' });
    expect(cors(await preflight(world, '/token', origin))).toBe(origin);
    await world.admin.api('DELETE', `/applications/${app.id}`);
    expect(cors(await preflight(world, '/token', origin))).toBeNull();
  });
});

describe('domain rule 4: the real request is decided by the application’s own list', () => {
  test('a listed origin is echoed, on success and on every error', async () => {
    const headers = { origin: shop };
    const success = await world.as(shopApp, '/token', redemption(await world.codeFor(browser, shopApp)), headers);
    expect(success.status).toBe(200);
    expectEcho(success, shop);
    expect(success.headers.get('access-control-expose-headers')).toMatch(/www-authenticate/);
    const errors = [
      await world.as(shopApp, '/token', redemption('tes_ac_x'), headers),
      await world.as(shopApp, '/token', {}, headers),
      await world.as(shopApp, '/introspect', {}, headers),
      await world.as(shopApp, '/revoke', {}, headers),
      await world.post('/token', {}, { ...headers, ...basic(shopApp.clientId, 'wrong') }),
      await world.userinfo('x', headers),
      await send(`${world.issuer}/userinfo`, { headers }),
    ];
    expect(errors.map(({ status }) => status)).toEqual([400, 400, 400, 400, 401, 401, 401]);
    for (const error of errors) expectEcho(error, shop);
  });

  test('an error from before the application is known carries the headers of the suite', async () => {
    const attempts = (origin: string) => [
      world.post('/token', {}, { origin }),
      world.post('/token', { client_id: 'nobody' }, { origin }),
      world.post('/token', 'a=1&a=2', { origin }),
      world.post('/token', '{}', { origin, 'content-type': 'application/json' }),
    ];
    for (const answer of await Promise.all(attempts(admin))) expectEcho(answer, admin);
    for (const answer of await Promise.all(attempts(evil)))
      expect([answer.status >= 400, cors(answer)]).toEqual([true, null]);
  });

  test('an origin that only another application lists is refused, and the code lives on', async () => {
    const code = await world.codeFor(browser, shopApp);
    const before = await countIssued(world);
    for (const origin of [admin, evil, 'null', `${shop}/`, 'http://shop.example.com', 'http://localhost:3001'])
      await expectOriginRefused(await world.as(shopApp, '/token', redemption(code), { origin }), shopApp, origin);
    expect(await countIssued(world)).toEqual(before);
    expect((await world.as(shopApp, '/token', redemption(code), { origin: shop })).status).toBe(200);
  });

  test('a refused origin uses up no refresh token and revokes nothing', async () => {
    const { refresh_token = '', access_token } = await world.tokensFor(browser, shopApp);
    const headers = { origin: evil };
    const refresh = { grant_type: 'refresh_token', refresh_token };
    await expectOriginRefused(await world.as(shopApp, '/token', refresh, headers), shopApp, evil);
    for (const token of [refresh_token, access_token])
      await expectOriginRefused(await world.as(shopApp, '/revoke', { token }, headers), shopApp, evil, 'revoke');
    await expectOriginRefused(
      await world.as(shopApp, '/introspect', { token: access_token }, headers),
      shopApp,
      evil,
      'introspect',
    );
    expect((await world.userinfo(access_token)).status).toBe(200);
    expect((await world.as(shopApp, '/token', refresh, { origin: shop })).status).toBe(200);
  });

  test('userinfo tells nothing to a refused origin', async () => {
    const { access_token } = await world.tokensFor(browser, shopApp, { scope: 'openid email' });
    const refused = await world.userinfo(access_token, { origin: admin });
    await expectOriginRefused(refused, shopApp, admin, 'userinfo');
    expect(refused.text).not.toContain(user.email);
    expectEcho(await world.userinfo(access_token, { origin: shop }), shop);
  });

  test('is checked before the secret: a refused page learns nothing about it', async () => {
    const wrong = { origin: evil, ...basic(shopApp.clientId, 'wrong') };
    await expectOriginRefused(await world.post('/token', redemption('x'), wrong), shopApp, evil);
  });

  test('no list means no browser; without an Origin header it works', async () => {
    const code = await world.codeFor(browser, noOrigins);
    await expectOriginRefused(await world.as(noOrigins, '/token', redemption(code), { origin: shop }), noOrigins, shop);
    const answer = await world.as(noOrigins, '/token', redemption(code));
    expect([answer.status, cors(answer)]).toEqual([200, null]);
  });

  test('a page of the server itself needs no list and gets no CORS header', async () => {
    const code = await world.codeFor(browser, noOrigins);
    const answer = await world.as(noOrigins, '/token', redemption(code), { origin: world.server.url });
    expect([answer.status, cors(answer)]).toEqual([200, null]);
  });

  test('* answers * to every origin, null included, without credentials', async () => {
    const person = await open.admin.givenUser(anyOrigin.id);
    const own = await open.signedIn(anyOrigin, person);
    for (const origin of [evil, shop, 'null', 'http://localhost:5173']) {
      const answer = await open.as(anyOrigin, '/token', redemption(await open.codeFor(own, anyOrigin)), { origin });
      expect([answer.status, cors(answer)]).toEqual([200, '*']);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      const error = await open.as(anyOrigin, '/token', {}, { origin });
      expect([error.status, cors(error)]).toEqual([400, '*']);
    }
  });

  test('follows a change at the very next request', async () => {
    const origin = 'https://moved.example.com';
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { allowedOrigins: [origin] });
    expectEcho(await world.as(app, '/token', {}, { origin }), origin);
    await world.admin.api('PATCH', `/applications/${app.id}`, { allowedOrigins: [] });
    await expectOriginRefused(await world.as(app, '/token', {}, { origin }), { ...app, allowedOrigins: [] }, origin);
  });
});

describe('domain rule 4: what is open, and what is closed', () => {
  test.each([
    ['OpenID Connect Discovery', () => `${world.issuer}/.well-known/openid-configuration`],
    ['RFC 8414', () => `${world.server.url}/.well-known/oauth-authorization-server/suites/${world.suite.slug}`],
    ['JWKS', () => `${world.issuer}/jwks`],
  ])('%s is open to all', async (_, url) => {
    for (const origin of [evil, 'null', shop]) {
      const answer = await send(url(), { headers: { origin } });
      expect([answer.status, cors(answer)]).toEqual([200, '*']);
    }
  });

  test('the authorization endpoint and the pages are not for scripts', async () => {
    const signIn = await browser.open(authorizeUrl(world.issuer, requestOf(shopApp, { prompt: 'login' })));
    const urls = [authorizeUrl(world.issuer, requestOf(shopApp)), signIn.url, `${world.issuer}/logout`];
    for (const url of urls) expect(cors(await send(String(url), { headers: { origin: shop } }))).toBeNull();
  });
});
