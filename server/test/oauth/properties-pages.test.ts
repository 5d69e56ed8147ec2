import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { hostileRequests } from './hostile-requests.js';
import { countIssued, credentials, pkcePair, requestOf, startWorld, type World } from './requests.js';

const runs = { numRuns: 150 };
let world: World;
let partner: GivenApplication;
let tv: GivenApplication;
let browser: Browser;
let userCode: string;
let deviceCode: string;
let hostile: ReturnType<typeof hostileRequests>;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '60' } });
  const { admin, project } = world;
  partner = await admin.givenApplication(project, 'authorization_flow', { access: 'everyone' });
  tv = await admin.givenApplication(project, 'device_flow', { access: 'everyone' });
  const user = await admin.givenUser(partner.id);
  browser = await world.signedIn(partner, user);
  await changeClient(world.server, partner.id, { firstParty: false });
  const { body } = await world.post<Record<string, string>>('/device_authorization', { client_id: tv.clientId });
  userCode = body.user_code ?? '';
  deviceCode = body.device_code ?? '';
  const known = [
    partner.clientId,
    tv.clientId,
    userCode,
    deviceCode,
    user.email,
    testRedirectUri,
    project.defaultResource,
    pkcePair().challenge,
  ];
  hostile = hostileRequests({ issuer: world.issuer, known, registered: [testRedirectUri] });
});
afterAll(() => world.close());

let before: Record<string, number>;
beforeEach(async () => {
  before = await countIssued(world);
});

const cookieOf = (who: Browser) => who.cookies.getCookieString(`${world.issuer}/consent`);

test('RFC 8628 §3.1: whatever is sent to the device authorization endpoint brings codes for a device client, or a refusal', async () => {
  const base = { client_id: tv.clientId, scope: 'openid', nothing: '1', neither: '2' };
  let started = 0;
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.nearly(base), ['POST', 'POST', 'POST', 'GET']), async (drawn) => {
      const { authorization: _, origin: __, ...headers } = drawn.headers;
      // A public client sends no credentials; most of what is drawn has some.
      const request = drawn.params.length % 2 === 0 ? drawn : { ...drawn, headers };
      const answer = await hostile.deliver('/device_authorization', request);
      if (answer.status !== 200) return hostile.expectJsonRefusal(answer, request.method);
      started += 1;
      const body = JSON.parse(await hostile.expectHarmless(answer)) as Record<string, unknown>;
      expect(body.verification_uri).toBe(`${world.issuer}/device`);
    }),
    runs,
  );
  expect(started).toBeGreaterThan(2);
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 8628 §5.4: whatever is sent to the device page without the form of this browser decides nothing and signs nobody in', async () => {
  const page = readForm(await browser.open(`${world.issuer}/device`)).fields;
  const cookie = await browser.cookies.getCookieString(`${world.issuer}/device`);
  // The form of another browser: with this browser’s session it is worth nothing.
  const foreign = readForm(await createBrowser(world.server.url).open(`${world.issuer}/device`)).fields;
  const base = {
    form_key: foreign.form_key ?? '',
    user_code: userCode,
    decision: 'allow',
    email: 'a@b.c',
    password: 'x',
  };
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['POST', 'POST', 'POST', 'GET']),
      fc.boolean(),
      async (request, signedIn) => {
        const answer = await hostile.deliver('/device', request, signedIn ? cookie : undefined);
        await hostile.expectHarmless(answer);
        seen.add(answer.status);
        expect(answer.headers.getSetCookie().join()).not.toContain('tessera_session');
      },
    ),
    runs,
  );
  expect(seen).toContain(400);
  const device = await world.server.deps.db.selectFrom('deviceCodes').select('status').execute();
  expect(new Set(device.map(({ status }) => status))).toEqual(new Set(['pending']));
  expect(page.form_key).not.toBe(foreign.form_key);
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 8628 §3.4: whatever is sent to the token endpoint, a device code that nobody allowed brings nothing', async () => {
  const base = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: tv.clientId,
    device_code: deviceCode,
  };
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.nearly(base), ['POST']), async (request) => {
      await hostile.expectJsonRefusal(await hostile.deliver('/token', request), request.method);
    }),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
});

test('OpenID Connect Core §3.1.2.4: whatever is sent to the consent page without its own form, nobody has agreed', async () => {
  const page = await browser.open(authorizeUrl(world.issuer, requestOf(partner, { scope: 'openid' })));
  const { interaction = '' } = readForm(page).fields;
  const cookie = await cookieOf(browser);
  const base = { interaction, decision: 'allow' };
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['POST', 'POST', 'POST', 'GET']),
      fc.boolean(),
      async (request, bound) => {
        const answer = await hostile.deliver('/consent', request, bound ? cookie : undefined);
        if ((await hostile.expectHarmless(answer)).includes('wants to use your account')) asked += 1;
        expect(answer.headers.get('location') ?? '').not.toContain('tes_ac_');
      },
    ),
    runs,
  );
  // The page was reached, or this would prove nothing.
  expect(asked).toBeGreaterThan(5);
  expect(await world.server.deps.db.selectFrom('consents').selectAll().execute()).toEqual([]);
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 9126 §2: whatever is pushed without authentication is refused, and nothing is kept', async () => {
  const base = { response_type: 'code', client_id: partner.clientId, redirect_uri: testRedirectUri, scope: 'openid' };
  await fc.assert(
    fc.asyncProperty(hostile.requests(hostile.nearly(base), ['POST', 'POST', 'POST', 'GET']), async (request) => {
      await hostile.expectJsonRefusal(await hostile.deliver('/par', request), request.method);
    }),
    runs,
  );
  expect(await world.server.deps.db.selectFrom('pushedRequests').selectAll().execute()).toEqual([]);
});

test('RFC 9126 §4: whatever an authenticated client pushes leads to a registered address or to a page', async () => {
  const base = { response_type: 'code', redirect_uri: testRedirectUri, scope: 'openid', nothing: '1', neither: '2' };
  // Few beside those that are right, or hardly any request would be taken.
  const few = hostile.nearly(base).map((params) => params.slice(0, 6));
  const cookie = await cookieOf(browser);
  let pushed = 0;
  await fc.assert(
    fc.asyncProperty(hostile.requests(few, ['POST']), async (request) => {
      const { origin: _, dpop: __, ...headers } = request.headers;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const own = { ...request, headers: { ...headers, ...type, ...credentials(partner) } };
      const answer = await hostile.deliver('/par', own);
      if (answer.status !== 201) return hostile.expectJsonRefusal(answer, 'POST');
      pushed += 1;
      const { request_uri } = JSON.parse(await hostile.expectHarmless(answer)) as { request_uri: string };
      const next = await fetch(
        `${world.issuer}/authorize?${new URLSearchParams({ client_id: partner.clientId, request_uri })}`,
        {
          redirect: 'manual',
          headers: { cookie },
        },
      );
      await hostile.expectHarmless(next);
      // Nobody has agreed to this partner.
      expect(next.headers.get('location') ?? '').not.toContain('tes_ac_');
    }),
    runs,
  );
  expect(pushed).toBeGreaterThan(1);
  expect(await countIssued(world)).toEqual(before);
});
