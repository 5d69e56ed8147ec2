import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, type View } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { type Person, requestOf, startWorld, type World } from './requests.js';

let world: World;
let partner: GivenApplication;
let ana: Person;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  partner = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  await changeClient(world.server, partner.id, { firstParty: false });
  ana = await world.admin.givenUser(partner.id);
});
afterAll(() => world.close());
beforeEach(() => {
  browser = createBrowser(world.server.url);
});

/** Signs in for a request that wants a sign-in of now, up to the consent page. */
async function untilConsent(params: Record<string, string>): Promise<View> {
  const url = authorizeUrl(world.issuer, requestOf(partner, { scope: 'openid', prompt: 'consent', ...params }));
  const page = await browser.open(url);
  expect(page.url.pathname).toMatch(/\/sign-in$/);
  return browser.submit(page, ana);
}

const allow = (view: View) => browser.submit(view, {}, { name: 'decision', value: 'allow' });

describe.each<[string, Record<string, string>]>([
  ['prompt=login', { prompt: 'login consent' }],
  ['max_age=0', { max_age: '0' }],
  ['max_age=60', { max_age: '60' }],
])('OpenID Connect Core §3.1.2.1, RFC 9470 §4: %s', (_, params) => {
  test('a person has ten minutes to read the consent page', async () => {
    const consent = await untilConsent(params);
    world.server.clock.advance(600);
    expect((await allow(consent)).url.searchParams.get('code')).toMatch(/^tes_ac_/);
  });

  test('the page of an old request, opened again, wants the password again', async () => {
    const consent = await untilConsent(params);
    expect((await allow(consent)).url.searchParams.has('code')).toBe(true);
    world.server.clock.advance(601);
    for (const again of [await browser.open(consent.url), await allow(consent)]) {
      expect([again.left, again.url.pathname.split('/').at(-1)]).toEqual([false, 'sign-in']);
      expect(again.html).toContain('name="password"');
      expect(again.html).not.toContain('name="continue"');
    }
  });
});

test('OpenID Connect Core §3.1.2.1: prompt=select_account asks who goes on, not for a sign-in of now', async () => {
  await allow(await untilConsent({}));
  world.server.clock.advance(3_000);
  const url = authorizeUrl(world.issuer, requestOf(partner, { scope: 'openid', prompt: 'select_account' }));
  const page = await browser.open(url);
  expect(page.html).toContain('name="continue"');
  const interaction = page.url.searchParams.get('interaction') ?? '';
  const after = await browser.open(`${world.issuer}/consent?interaction=${interaction}`);
  expect(after.url.pathname).toMatch(/\/sign-in$/);
});
