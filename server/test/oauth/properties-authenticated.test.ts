import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { hostileRequests, type Sent } from './hostile-requests.js';
import { credentials, redemption, requestOf, startWorld, type TokenBody, type World } from './requests.js';

// Who has credentials gets further than who has none: here every request is authenticated, and the rest of it drawn.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const runs = { numRuns: 150 };
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

let world: World;
let web: GivenApplication;
let service: GivenApplication;
let backEnd: GivenApplication;
let tv: GivenApplication;
let browser: Browser;
let email: string;
let hostile: ReturnType<typeof hostileRequests>;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '1000000' } });
  const { admin, project } = world;
  const everyone = { access: 'everyone' as const };
  web = await admin.givenApplication(project, 'authorization_flow', everyone);
  service = await admin.givenApplication(project, 'client_credentials');
  backEnd = await admin.givenApplication(project, 'user_credentials', everyone);
  tv = await admin.givenApplication(project, 'device_flow', everyone);
  const user = await admin.givenUser(web.id);
  email = user.email;
  browser = await world.signedIn(web, user);
  const known = [web, service, backEnd, tv].map(({ clientId }) => clientId);
  known.push(user.email, user.password, testRedirectUri, project.defaultResource);
  hostile = hostileRequests({ issuer: world.issuer, known, registered: [testRedirectUri] });
});
afterAll(() => world.close());

/** The request as the client sends it: its own credentials, no origin, and nothing that says it is somebody else. */
function as(app: GivenApplication, { params, headers, ...request }: Sent): Sent {
  const { origin: _, authorization: __, dpop: ___, ...kept } = headers;
  const own = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);
  const rest = params.filter(([name]) => !own.has(name));
  if (app === tv) return { ...request, headers: kept, params: [...rest, ['client_id', tv.clientId]] };
  return { ...request, headers: { ...kept, ...credentials(app) }, params: rest };
}

/** 200 or a refusal of the protocol, in JSON that no cache keeps. */
async function expectAnswer(answer: Response): Promise<TokenBody | null> {
  if (answer.status !== 200) {
    await hostile.expectJsonRefusal(answer, 'POST');
    return null;
  }
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const text = await answer.text();
  return text === '' ? null : (JSON.parse(text) as TokenBody);
}

test('RFC 6749 §5: whatever an authenticated client asks of the token endpoint, it gets tokens of its own or a refusal', async () => {
  let tokens = await world.tokensFor(browser, web);
  const code = await world.codeFor(browser, web, { scope: 'openid' });
  const { body: device } = await world.post<Record<string, string>>('/device_authorization', {
    client_id: tv.clientId,
  });
  const requests: [GivenApplication, () => Record<string, string>][] = [
    [web, () => redemption(code)],
    [web, () => ({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })],
    [service, () => ({ grant_type: 'client_credentials', resource: world.project.defaultResource })],
    [backEnd, () => ({ grant_type: 'password', username: email, password: 'not the password' })],
    [tv, () => ({ grant_type: deviceGrant, device_code: device.device_code ?? '' })],
  ];
  let issued = 0;
  const drawn = fc.nat(requests.length - 1).chain((which) => {
    const [app = web, params = () => ({})] = requests[which] ?? [];
    return hostile.requests(hostile.nearly(params()), ['POST']).map((request) => ({ app, request }));
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ app, request }) => {
      const body = await expectAnswer(await hostile.deliver('/token', as(app, request)));
      if (body === null) return;
      issued += 1;
      const told = await world.as<{ client_id: string; active: boolean }>(web, '/introspect', {
        token: body.access_token,
      });
      if (told.body.active) expect(told.body.client_id).toBe(app.clientId);
      if (body.refresh_token) tokens = body;
    }),
    runs,
  );
  expect(issued).toBeGreaterThan(1);
});

test('RFC 7662 §2.2, RFC 7009 §2.2: whatever an authenticated client asks about, it is told what it may know', async () => {
  const { access_token, refresh_token = '' } = await world.tokensFor(browser, web);
  const drawn = fc
    .constantFrom(access_token, refresh_token)
    .chain((token) => hostile.requests(hostile.nearly({ token, nothing: '1', neither: '2' }), ['POST']));
  let active = 0;
  await fc.assert(
    fc.asyncProperty(drawn, fc.constantFrom(web, service, backEnd), async (request, app) => {
      const body = (await expectAnswer(await hostile.deliver('/introspect', as(app, request)))) as {
        active: boolean;
      } | null;
      if (body?.active) active += 1;
      // Only the client that a token was issued to revokes it.
      if (app !== web) await expectAnswer(await hostile.deliver('/revoke', as(app, request)));
    }),
    runs,
  );
  expect(active).toBeGreaterThan(5);
  expect((await world.userinfo(access_token)).status).toBe(200);
});

test('OpenID Connect Core §5.3: whatever comes to userinfo beside a token, the person of the token is told about, or nobody', async () => {
  const { access_token } = await world.tokensFor(browser, web);
  const drawn = hostile.requests(hostile.parameters(), ['POST', 'GET']);
  let told = 0;
  await fc.assert(
    fc.asyncProperty(drawn, async (request) => {
      const { origin: _, dpop: __, ...headers } = request.headers;
      const own = { ...request, headers: { ...headers, authorization: `Bearer ${access_token}` } };
      const answer = await hostile.deliver('/userinfo', own);
      if (answer.status !== 200) return hostile.expectJsonRefusal(answer, 'POST');
      told += 1;
      expect(Object.keys((await answer.json()) as object)).toEqual(['sub']);
    }),
    runs,
  );
  expect(told).toBeGreaterThan(5);
});

test('RFC 9700 §4.11.2: whatever comes with the form of the sign-in page and the right password, it ends at the registered address or on a page', async () => {
  const user = await world.admin.givenUser(web.id);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const fresh = createBrowser(world.server.url);
      const page = await fresh.open(authorizeUrl(world.issuer, requestOf(web, { scope: 'openid' })));
      const cookie = await fresh.cookies.getCookieString(`${world.issuer}/sign-in`);
      const base = { ...readForm(page).fields, email: user.email, password: user.password };
      const [request] = fc.sample(hostile.requests(hostile.nearly(base), ['POST']), { seed, numRuns: 1 });
      if (!request) return;
      const form = [...Object.entries(base), ...request.params.filter(([name]) => !(name in base))];
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await hostile.deliver(
        '/sign-in',
        { ...request, params: form as [string, string][], headers: type },
        cookie,
      );
      await hostile.expectHarmless(answer);
      if (answer.headers.get('location')?.startsWith(`${testRedirectUri}?code=`)) answered += 1;
    }),
    { numRuns: 60 },
  );
  expect(answered).toBeGreaterThan(5);
});

test('OpenID Connect Core §3.1.2.4: whatever comes with the form of the consent page, it is answered with the page or at the registered address', async () => {
  await changeClient(world.server, web.id, { firstParty: false });
  const url = authorizeUrl(world.issuer, requestOf(web, { scope: 'openid', prompt: 'consent' }));
  const cookie = await browser.cookies.getCookieString(`${world.issuer}/consent`);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, allow) => {
      const { fields } = readForm(await browser.open(url));
      const base = { ...fields, decision: allow ? 'allow' : 'deny' };
      const [request] = fc.sample(hostile.requests(hostile.nearly(base), ['POST']), { seed, numRuns: 1 });
      if (!request) return;
      const answer = await hostile.deliver(
        '/consent',
        { ...request, headers: { 'content-type': request.headers['content-type'] ?? '' } },
        cookie,
      );
      await hostile.expectHarmless(answer);
      if (answer.headers.get('location')?.startsWith(testRedirectUri)) answered += 1;
    }),
    { numRuns: 100 },
  );
  await changeClient(world.server, web.id, { firstParty: true });
  expect(answered).toBeGreaterThan(5);
});

test('RFC 8628 §3.3: whatever comes with the form of the device page, it is answered with a page', async () => {
  const fresh = async () => {
    const { body } = await world.post<Record<string, string>>('/device_authorization', { client_id: tv.clientId });
    return body.user_code ?? '';
  };
  const page = await browser.open(`${world.issuer}/device`);
  const cookie = await browser.cookies.getCookieString(`${world.issuer}/device`);
  const { fields } = readForm(page);
  const user_code = await fresh();
  const confirm = readForm(await browser.submit(page, { user_code })).fields;
  const bases = [
    { ...fields, user_code },
    { ...confirm, decision: 'no such decision' },
  ];
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      hostile.requests(fc.oneof(...bases.map(hostile.nearly)), ['POST', 'POST', 'GET']),
      async (request) => {
        const answer = await hostile.deliver('/device', request, cookie);
        await hostile.expectHarmless(answer);
        expect(answer.headers.get('location')).toBeNull();
        seen.add(answer.status);
      },
    ),
    runs,
  );
  for (const status of [200, 400]) expect(seen).toContain(status);
});
