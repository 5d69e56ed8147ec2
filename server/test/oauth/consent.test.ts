import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, readForm, signIn, type View } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { countIssued, form, type Person, requestOf, send, startWorld, type World } from './requests.js';

let world: World;
/** A third party: a person is asked. */
let partner: GivenApplication;
let ours: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  partner = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ours = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  await changeClient(world.server, partner.id, {
    firstParty: false,
    logoUri: 'https://partner.example/logo.png',
    policyUri: 'https://partner.example/privacy',
    tosUri: 'https://partner.example/terms',
  });
});
afterAll(() => world.close());
beforeEach(async () => {
  ana = await world.admin.givenUser(ours.id);
  browser = await world.signedIn(ours, ana);
});

const url = (app: GivenApplication, params: Record<string, string> = {}) =>
  authorizeUrl(world.issuer, requestOf(app, { scope: 'openid', ...params }));
const ask = (params?: Record<string, string>, who = browser) => who.open(url(partner, params));
const decide = (view: View, decision: string, who = browser) =>
  who.submit(view, {}, { name: 'decision', value: decision });
const heading = (view: View) => parse(view.html).querySelector('h1')?.text;
const sentences = (view: View) =>
  parse(view.html)
    .querySelectorAll('li')
    .map((item) => item.text);

function expectAsked(view: View): void {
  expect([view.left, view.status, heading(view)]).toEqual([false, 200, `${partner.name} wants to use your account`]);
}

async function allow(params?: Record<string, string>): Promise<URLSearchParams> {
  const view = await ask(params);
  expectAsked(view);
  const after = await decide(view, 'allow');
  expect([after.left, after.url.searchParams.get('error')]).toEqual([true, null]);
  return after.url.searchParams;
}

describe('OpenID Connect Core §3.1.2.4: consent', () => {
  test('a third party is asked for once; then the answer is remembered', async () => {
    expect((await allow()).get('code')).toMatch(/^tes_ac_/);
    const again = await ask();
    expect([again.left, again.url.searchParams.has('code')]).toEqual([true, true]);
    expect((await ask({ prompt: 'none' })).url.searchParams.has('code')).toBe(true);
  });

  test('it is remembered for the person, wherever they sign in', async () => {
    await allow();
    const elsewhere = createBrowser(world.server.url);
    expect((await signIn(elsewhere, url(partner), ana)).searchParams.has('code')).toBe(true);
  });

  test('the page says what for, for whom, and where it leads', async () => {
    const view = await ask({ scope: 'openid profile email offline_access' });
    expectAsked(view);
    expect(sentences(view)).toEqual([
      'See your name and profile',
      'See your e-mail address',
      'Keep access while you are away, until you take it back',
    ]);
    expect(view.html).toContain(ana.email);
    expect(view.html).toContain('app.example.com');
    expect(view.html).not.toMatch(/<script|type="checkbox"/);
    expect(view.headers.get('cache-control')).toBe('no-store');
    expect(view.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('more scope is asked for again, less is not', async () => {
    await allow({ scope: 'openid email' });
    expect((await ask({ scope: 'openid' })).left).toBe(true);
    expectAsked(await ask({ scope: 'openid email profile' }));
    await allow({ scope: 'openid profile' });
    expect((await ask({ scope: 'openid email profile' })).left).toBe(true);
  });

  test('OpenID Connect Core §5.5: a claim that is asked for by name is agreed to like the scope that has it', async () => {
    await allow();
    const claims = JSON.stringify({ userinfo: { phone_number: null }, id_token: { nickname: { essential: true } } });
    expect((await ask({ claims, prompt: 'none' })).url.searchParams.get('error')).toBe('consent_required');
    const view = await ask({ claims });
    expectAsked(view);
    expect(sentences(view)).toEqual(['See your name and profile', 'See your phone number']);
    await decide(view, 'allow');
    expect((await ask({ claims, prompt: 'none' })).url.searchParams.has('code')).toBe(true);
    expect((await ask({ scope: 'openid phone' })).left).toBe(true);
    const more = JSON.stringify({ userinfo: { email: null } });
    expectAsked(await ask({ claims: more }));
  });

  test('prompt=consent asks although the person has agreed', async () => {
    await allow();
    const view = await ask({ prompt: 'consent' });
    expectAsked(view);
    expect((await decide(view, 'allow')).url.searchParams.has('code')).toBe(true);
  });

  test('prompt=login consent: first the password, then the page', async () => {
    await allow();
    const login = await ask({ prompt: 'login consent' });
    expect(heading(login)).toBe(`Sign in to ${partner.name}`);
    const view = await browser.submit(login, { email: ana.email, password: ana.password });
    expectAsked(view);
    expect((await decide(view, 'allow')).url.searchParams.has('code')).toBe(true);
  });

  test('a first party asks nobody, prompt=consent or not', async () => {
    expect((await world.authorize(browser, ours)).has('code')).toBe(true);
    expect((await world.authorize(browser, ours, { prompt: 'consent' })).has('code')).toBe(true);
  });

  test('what a third party is given to a person who agreed is not given to another person', async () => {
    await allow();
    const bob = await world.admin.givenUser(ours.id);
    expectAsked(await ask({}, await world.signedIn(ours, bob)));
  });

  test('a third party that becomes ours asks no more, and the other way round', async () => {
    await changeClient(world.server, partner.id, { firstParty: true });
    expect((await ask()).left).toBe(true);
    await changeClient(world.server, partner.id, { firstParty: false });
    expectAsked(await ask());
  });

  test('two tabs: both forms work, the second changes nothing', async () => {
    const [one, two] = [await ask(), await ask()];
    expect((await decide(one, 'allow')).url.searchParams.has('code')).toBe(true);
    expect((await decide(two, 'allow')).url.searchParams.has('code')).toBe(true);
  });
});

describe('OpenID Connect Core §3.1.2.6: what is refused', () => {
  test('deny sends access_denied with state and iss, and leaves a row', async () => {
    const before = await countIssued(world);
    const view = await decide(await ask({ state: 'xyz' }), 'deny');
    expect(view.left).toBe(true);
    expect(Object.fromEntries(view.url.searchParams)).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: 'xyz',
      iss: world.issuer,
    });
    const [row] = await world.refusals(`applicationId=${partner.id}&limit=1`);
    expect(row).toMatchObject({ endpoint: 'consent', error: 'access_denied', rule: 'consent.denied' });
    expect(await countIssued(world)).toEqual(before);
    expectAsked(await ask());
  });

  test('prompt=none without consent: consent_required', async () => {
    const view = await ask({ prompt: 'none' });
    expect([view.left, view.url.searchParams.get('error')]).toEqual([true, 'consent_required']);
  });

  test('prompt=none asks for more than was agreed: consent_required', async () => {
    await allow({ scope: 'openid' });
    expect((await ask({ prompt: 'none', scope: 'openid phone' })).url.searchParams.get('error')).toBe(
      'consent_required',
    );
  });
});

describe('the form cannot be passed by anybody else', () => {
  const post = (fields: Record<string, string>, cookie: string) =>
    send(`${world.issuer}/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      body: form(fields),
    });
  const cookiesOf = async (who: Browser) => {
    const all = await who.cookies.getCookies(`${world.issuer}/consent`);
    return Object.fromEntries(all.map((cookie) => [cookie.key, cookie.cookieString()]));
  };

  test('without the cookie of the browser', async () => {
    const fields = { ...readForm(await ask()).fields, decision: 'allow' };
    const { tessera_session: session } = await cookiesOf(browser);
    const before = await countIssued(world);
    for (const cookie of ['', session ?? '', `${session}; tessera_browser=${'a'.repeat(43)}`]) {
      const answer = await post(fields, cookie);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
    expect(await countIssued(world)).toEqual(before);
    expectAsked(await ask());
  });

  test('without a session: the person has to sign in', async () => {
    const fields = { ...readForm(await ask()).fields, decision: 'allow' };
    const { tessera_browser: own } = await cookiesOf(browser);
    const answer = await post(fields, own ?? '');
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/sign-in?interaction='),
    ]);
  });

  test('with the session of another person: that person is asked, under their own name', async () => {
    const fields = { ...readForm(await ask()).fields, decision: 'allow' };
    const bob = await world.admin.givenUser(ours.id);
    const { tessera_browser: own } = await cookiesOf(browser);
    const { tessera_session: foreign } = await cookiesOf(await world.signedIn(ours, bob));
    const before = await countIssued(world);
    const answer = await post(fields, `${own}; ${foreign}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(answer.text).toContain(bob.email);
    expect(await countIssued(world)).toEqual(before);
    expectAsked(await ask({}, await world.signedIn(ours, bob)));
  });

  test('with the confirmation of another page', async () => {
    const [one, two] = [readForm(await ask()).fields, readForm(await ask()).fields];
    const cookie = await browser.cookies.getCookieString(`${world.issuer}/consent`);
    const answer = await post({ ...one, confirmation: two.confirmation ?? '', decision: 'allow' }, cookie);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  });

  test('with anything but allow: that is a no', async () => {
    const fields = readForm(await ask()).fields;
    const cookie = await browser.cookies.getCookieString(`${world.issuer}/consent`);
    const answer = await post(fields, cookie);
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  });

  test('when the account was disabled meanwhile', async () => {
    const view = await ask();
    await world.admin.api('PATCH', `/accounts/${ana.accountId}`, { status: 'disabled' });
    const after = await decide(view, 'allow');
    expect([after.left, after.url.pathname]).toEqual([false, `/suites/${world.suite.slug}/sign-in`]);
  });

  test('a page that lay open too long says so', async () => {
    const view = await ask();
    world.server.clock.advance(3_601);
    const after = await decide(view, 'allow');
    expect([after.left, after.status, heading(after)]).toEqual([false, 400, 'This sign-in has expired']);
  });

  test('a wrong content type is refused with a row', async () => {
    const answer = await send(`${world.issuer}/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  });
});

test('OpenID Connect Registration §2: sign-in and consent page show the logo, policy and terms of the client', async () => {
  for (const view of [await createBrowser(world.server.url).open(url(partner)), await ask()]) {
    const page = parse(view.html);
    expect(page.querySelector('img.logo')?.getAttribute('src')).toBe('https://partner.example/logo.png');
    const links = page.querySelectorAll('a').map((link) => link.getAttribute('href'));
    expect(links).toEqual(expect.arrayContaining(['https://partner.example/privacy', 'https://partner.example/terms']));
    expect(view.headers.get('content-security-policy')).toContain("img-src 'self' https://partner.example;");
  }
});
