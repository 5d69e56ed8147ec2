import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm } from '../support/browser-flow.js';
import { hostileRequests } from './hostile-requests.js';
import { countIssued, pkcePair, requestOf, startWorld, type TokenBody, type World } from './requests.js';

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
let known: string[];
let hostile: ReturnType<typeof hostileRequests>;

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
  hostile = hostileRequests({ issuer: world.issuer, known, registered: [testRedirectUri, postLogout] });
});
afterAll(() => world.close());

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
  const params = fc.oneof(hostile.parameters(), ...bases.map(hostile.nearly));
  await fc.assert(
    fc.asyncProperty(hostile.requests(params, ['POST', 'POST', 'POST', 'GET']), async (request) => {
      await hostile.expectJsonRefusal(await hostile.deliver('/token', request), request.method);
    }),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 7662 §2.1: whatever is sent to introspection without a secret tells nothing', async () => {
  const base = { token: tokens.access_token, client_id: web.clientId, client_secret: 'wrong' };
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.nearly(base), ['POST', 'POST', 'GET']), async (request) => {
      const answer = await hostile.deliver('/introspect', request);
      await hostile.expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
});

test('RFC 7009 §2.1: whatever is sent to revocation without a secret revokes nothing', async () => {
  const base = { token: tokens.access_token, client_id: web.clientId };
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.nearly(base), ['POST', 'POST', 'GET']), async (request) => {
      const answer = await hostile.deliver('/revoke', request);
      // A public client needs no secret; another client’s token it cannot revoke.
      if (answer.status === 200) expect(await answer.text()).toBe('');
      else await hostile.expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
  expect((await world.userinfo(tokens.access_token)).status).toBe(200);
});

test('RFC 6750 §3: whatever is sent to userinfo without an access token tells nothing', async () => {
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.parameters(), ['POST', 'GET']), async (request) => {
      const answer = await hostile.deliver('/userinfo', request);
      await hostile.expectJsonRefusal(answer, request.method);
    }),
    runs,
  );
});

test('RFC 9700 §2.1: whatever is asked of the authorization endpoint, nobody is sent to an address that is not registered', async () => {
  const cookie = await browser.cookies.getCookieString(world.issuer);
  const bases = [web, spa].map((app) => ({ response_type: 'code', scope: 'openid', ...requestOf(app) }));
  const params = fc.oneof(hostile.parameters(), ...bases.map(hostile.nearly));
  let sentBack = 0;
  await fc.assert(
    fc.asyncProperty(hostile.requests(params, ['GET', 'POST']), fc.boolean(), async (request, signedIn) => {
      const answer = await hostile.deliver('/authorize', request, signedIn ? cookie : undefined);
      const text = await hostile.expectHarmless(answer);
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
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['POST', 'POST', 'GET']),
      fc.boolean(),
      async (request, bound) => {
        const answer = await hostile.deliver('/sign-in', request, bound ? cookie : undefined);
        await hostile.expectHarmless(answer);
        seen.add(answer.status);
        expect(answer.headers.getSetCookie().join()).not.toContain('tessera_session');
      },
    ),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
  // The form itself, a refused password and a malformed request were all among the answers.
  for (const status of [200, 400, 401]) expect(seen).toContain(status);
});

test('RP-Initiated Logout §4: whatever is asked of the logout endpoint, nobody is sent to an address that is not registered', async () => {
  // The guesses of the tests above may have used up what this address has.
  world.server.clock.advance(901);
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
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['GET', 'POST']),
      fc.boolean(),
      async (request, signedIn) => {
        const answer = await hostile.deliver('/logout', request, signedIn ? cookie : undefined);
        await hostile.expectHarmless(answer);
        if (answer.headers.get('location')?.startsWith(postLogout)) sentBack += 1;
      },
    ),
    runs,
  );
  expect(sentBack).toBeGreaterThan(5);
  // The hint is of another session: without the confirmation of this one it was never ended.
  expect((await world.authorize(own, web, { prompt: 'none' })).has('code')).toBe(true);
});
