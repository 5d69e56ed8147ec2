import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { claimsOf, discover, form, type Person, requestOf, send, startWorld, type World } from './requests.js';

let world: World;
let web: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ana = await world.admin.givenUser(web.id);
  browser = await world.signedIn(web, ana);
});
afterAll(() => world.close());

const url = (params: Record<string, string> = {}) =>
  authorizeUrl(world.issuer, requestOf(web, { scope: 'openid', ...params })).href;

async function cookieOf(path: string): Promise<{ cookie: string }> {
  return { cookie: await browser.cookies.getCookieString(`${world.issuer}${path}`) };
}

test('RFC 9700 §4.2: no page and no redirect tells another site where it came from', async () => {
  const answers = [
    await send(url(), {}),
    await send(url({ response_mode: 'form_post' }), { headers: await cookieOf('/authorize') }),
    await send(url({ redirect_uri: 'https://evil.example/' }), {}),
    await send(`${world.issuer}/logout`, {}),
    await send(`${world.issuer}/device?user_code=BCDF-GHJK`, {}),
  ];
  for (const answer of answers) expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});

test('RFC 9700 §4.12: every redirect after a form is 303, so that no browser repeats the password at the application', async () => {
  const stranger = createBrowser(world.server.url);
  const page = await stranger.open(url());
  const fields = {
    interaction: page.url.searchParams.get('interaction') ?? '',
    email: ana.email,
    password: ana.password,
  };
  const signedIn = await send(`${world.issuer}/sign-in`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: await stranger.cookies.getCookieString(`${world.issuer}/sign-in`),
    },
    body: form(fields),
  });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, expect.stringContaining('code=tes_ac_')]);
  const asked = await send(`${world.issuer}/authorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form({ response_type: 'code', ...requestOf(web, { scope: 'openid' }) }),
  });
  expect([asked.status, asked.headers.get('location')]).toEqual([
    303,
    expect.stringContaining('/sign-in?interaction='),
  ]);
});

test('RFC 9700 §4.15: no client can be taken for a person', async () => {
  const service = await world.admin.givenApplication(world.project, 'client_credentials');
  const { body } = await world.as(service, '/token', { grant_type: 'client_credentials' });
  const machine = claimsOf(body.access_token);
  expect([machine.sub, machine.client_id]).toEqual([service.clientId, service.clientId]);
  // Client IDs are 128 random bits in hex, accounts are UUIDs: none can be the other.
  expect(service.clientId).toMatch(/^[0-9a-f]{32}$/);
  const person = claimsOf((await world.tokensFor(browser, web)).access_token);
  expect(person.sub).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await world.userinfo(body.access_token)).status).toBe(403);
});

test('RFC 9700 §2.1.2, §2.1.1: the metadata offers the code flow and S256, nothing implicit and nothing unsigned', async () => {
  const metadata = await discover(world);
  expect(metadata).toMatchObject({
    response_types_supported: ['code'],
    code_challenge_methods_supported: expect.arrayContaining(['S256']),
    authorization_response_iss_parameter_supported: true,
  });
  expect(metadata.grant_types_supported).not.toContain('implicit');
  for (const [name, values] of Object.entries(metadata))
    if (name.includes('_alg_values_')) expect(values, name).not.toContain('none');
});

describe('Front-Channel Logout §4: the frames of the signed-out page', () => {
  test('are those of registered places, in a sandbox that cannot lead the window away, and no others may be framed', async () => {
    const frontchannelLogoutUri = 'https://app.example.com/frontchannel?a=b';
    await changeClient(world.server, web.id, { frontchannelLogoutUri });
    await world.tokensFor(browser, web);
    const view = await browser.submit(await browser.open(`${world.issuer}/logout`));
    const [frame, ...others] = parse(view.html).querySelectorAll('iframe');
    expect(others).toEqual([]);
    expect(frame?.getAttribute('src')).toMatch(/^https:\/\/app\.example\.com\/frontchannel\?a=b&iss=/);
    expect(frame?.getAttribute('sandbox')).toBe('allow-scripts allow-same-origin');
    const policy = view.headers.get('content-security-policy') ?? '';
    expect(policy).toContain('frame-src https://app.example.com;');
    expect(policy).toContain("default-src 'none'");
    await changeClient(world.server, web.id, { frontchannelLogoutUri: null });
    browser = await world.signedIn(web, ana);
  });
});
