import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  anotherSuite,
  claimsOf,
  countIssued,
  type Person,
  refusalOf,
  requestOf,
  send,
  startWorld,
  type World,
} from '../oauth/requests.js';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, createBrowser, readForm, signIn, type View } from '../support/browser-flow.js';
import { startTestServer } from '../support/server.js';

let world: World;
let web: GivenApplication;
let user: Person & { accountId: string };

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '1000' } });
  web = await world.admin.givenApplication(world.project, 'authorization_flow');
  user = await world.admin.givenUser(web.id, { lastName: 'Lima' });
});
afterAll(() => world.close());

const login = (app = web, params: Record<string, string> = {}, of = world) =>
  authorizeUrl(of.issuer, requestOf(app, params));
const newBrowser = () => createBrowser(world.server.url);
const typed = ({ email, password }: Person) => ({ email, password });
const refusal = (view: View) => refusalOf(world, view);

/** Sends the form of a page with other cookies than the browser's own. */
function post(view: View, fields: Record<string, string>, cookie = '') {
  const { action, fields: hidden } = readForm(view);
  return send(action.href, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...hidden, ...fields }).toString(),
  });
}

describe('the sign-in page', () => {
  test('is a plain form with email and password that works without a script', async () => {
    const browser = newBrowser();
    const page = await browser.open(login());
    expect([page.left, page.status, page.url.pathname]).toEqual([false, 200, `/suites/${world.suite.slug}/sign-in`]);
    const html = parse(page.html);
    expect(html.querySelectorAll('script')).toHaveLength(0);
    expect(html.querySelector('html')?.getAttribute('lang')).toBe('en');
    expect(html.querySelectorAll('h1').map((heading) => heading.text)).toEqual([`Sign in to ${web.name}`]);
    for (const [name, type, autocomplete] of [
      ['email', 'email', 'username'],
      ['password', 'password', 'current-password'],
    ]) {
      const input = html.querySelector(`input[name=${name}]`);
      expect([input?.getAttribute('type'), input?.getAttribute('autocomplete')]).toEqual([type, autocomplete]);
      expect(html.querySelector(`label[for=${input?.getAttribute('id')}]`)).toBeTruthy();
    }
    expect(readForm(page).method).toBe('POST');
    const after = await browser.submit(page, typed(user));
    expect([after.left, after.url.searchParams.get('state')]).toEqual([true, 'af0ifjsldkj']);
    expect(after.url.href).toMatch(/^https:\/\/app\.example\.com\/callback\?code=tes_ac_/);
  });

  test('the address and letters of the e-mail do not matter, blanks around it do not either', async () => {
    const after = await signIn(newBrowser(), login(), { ...user, email: ` ${user.email.toUpperCase()} ` });
    expect(after.searchParams.has('code')).toBe(true);
  });

  test('no cache keeps it, no site frames it, no script runs in it', async () => {
    const browser = newBrowser();
    const page = await browser.open(login());
    const wrong = await browser.submit(page, { email: user.email, password: 'wrong' });
    const stale = await newBrowser().open(page.url);
    const error = await browser.open(authorizeUrl(world.issuer, { client_id: 'nobody' }));
    for (const { headers } of [page, wrong, stale, error]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      const policy = headers.get('content-security-policy');
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).toMatch(/base-uri 'none'/);
      expect(policy).not.toMatch(/unsafe|script-src|form-action|\*/);
    }
  });

  test('other methods are refused', async () => {
    const page = await newBrowser().open(login());
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await send(page.url.href, { method });
      expect(answer.status, method).toBeGreaterThanOrEqual(400);
      expect(answer.status, method).toBeLessThan(500);
    }
  });

  test('a wrong password and an unknown user look the same, the e-mail stays, the password does not', async () => {
    const browser = newBrowser();
    const page = await browser.open(login());
    const unknown = { email: 'nobody@example.com', password: 'wrong password' };
    const [wrong, missing] = [
      await browser.submit(page, { ...unknown, email: user.email }),
      await browser.submit(page, unknown),
    ];
    for (const view of [wrong, missing]) {
      expect([view.left, view.status]).toEqual([false, 401]);
      expect(parse(view.html).querySelector('[role=alert]')?.text).toBe('Email or password is not correct.');
      expect(view.html).not.toContain('wrong password');
      expect(view.headers.getSetCookie()).toEqual([]);
      expect(await refusal(view)).toMatchObject({
        endpoint: 'sign-in',
        rule: 'user.credentials',
        applicationId: web.id,
      });
    }
    expect(wrong.html.replaceAll(user.email, '')).toBe(missing.html.replaceAll(unknown.email, ''));
    expect(readForm(wrong).fields.email).toBe(user.email);
    expect((await browser.submit(wrong, typed(user))).left).toBe(true);
  });

  test.each([
    ['no e-mail and no password', {}],
    ['no password', { email: 'nobody@example.com' }],
    ['a password of 1,000 characters', { email: 'nobody@example.com', password: 'x'.repeat(1000) }],
    ['quotes and SQL', { email: "' or 1=1 --", password: "' or 1=1 --" }],
    ['a lone surrogate', { email: '\ud800@example.com', password: '\ud800' }],
  ])('%s is a wrong password', async (_, fields) => {
    const browser = newBrowser();
    const view = await browser.submit(await browser.open(login()), { email: '', password: '', ...fields } as Record<
      string,
      string
    >);
    expect([view.left, view.status]).toEqual([false, 401]);
  });

  test('a NUL, a repeated field and a body that is no form are refused, and that is written down', async () => {
    const browser = newBrowser();
    const page = await browser.open(login());
    const cookie = await browser.cookies.getCookieString(page.url.href);
    const hidden = new URLSearchParams(readForm(page).fields).toString();
    for (const [body, type, rule] of [
      [`${hidden}&email=a%00b&password=x`, 'application/x-www-form-urlencoded', 'param.invalid'],
      [`${hidden}&email=a&email=b`, 'application/x-www-form-urlencoded', 'param.duplicate'],
      [JSON.stringify(typed(user)), 'application/json', 'param.content_type'],
    ] as const) {
      const answer = await send(page.url.href, { method: 'POST', headers: { cookie, 'content-type': type }, body });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await refusalOf(world, answer)).toMatchObject({ endpoint: 'sign-in', rule, suiteId: world.suite.id });
    }
  });

  test('leads back to the application with access_denied, state and iss', async () => {
    const page = await newBrowser().open(login(web, { response_mode: 'fragment', state: 'a"b&c' }));
    const back = parse(page.html)
      .querySelectorAll('a')
      .find((link) => link.text === `Back to ${web.name}`);
    const url = new URL(back?.getAttribute('href') ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(testRedirectUri);
    expect(Object.fromEntries(new URLSearchParams(url.hash.slice(1)))).toMatchObject({
      error: 'access_denied',
      state: 'a"b&c',
      iss: world.issuer,
    });
  });
});

describe('single sign-on', () => {
  test('one sign-in counts in every application of the suite, with one session', async () => {
    const second = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { access: 'everyone' });
    const browser = newBrowser();
    await signIn(browser, login(), user);
    expect((await browser.open(login(second))).left).toBe(true);
    const [one, two] = [await world.tokensFor(browser, web), await world.tokensFor(browser, second)];
    expect(claimsOf(one.id_token).sid).toBe(claimsOf(two.id_token).sid);
    expect(claimsOf(one.id_token).auth_time).toBe(claimsOf(two.id_token).auth_time);
  });

  test('and in no other suite, where the same e-mail is somebody else', async () => {
    const other = await anotherSuite(world);
    const there = await other.admin.givenApplication(other.project, 'authorization_flow');
    const twin = await other.admin.givenUser(there.id, { email: user.email, password: 'a password over there' });
    const browser = newBrowser();
    await signIn(browser, login(), user);
    expect((await other.authorize(browser, there, { prompt: 'none' })).get('error')).toBe('login_required');
    const page = await browser.open(login(there, {}, other));
    expect((await browser.submit(page, typed(user))).status).toBe(401);
    const after = await browser.submit(page, { email: user.email, password: twin.password });
    expect(after.left).toBe(true);
    expect(claimsOf((await world.tokensFor(browser, web)).id_token).sub).toBe(user.accountId);
    expect(claimsOf((await other.tokensFor(browser, there)).id_token).sub).toBe(twin.accountId);
  });

  test('the session cookie of one suite is worth nothing in another', async () => {
    const other = await anotherSuite(world);
    const there = await other.admin.givenApplication(other.project, 'authorization_flow', { access: 'everyone' });
    const browser = newBrowser();
    await signIn(browser, login(), user);
    const cookie = await browser.cookies.getCookieString(world.issuer);
    const answer = await send(login(there, { prompt: 'none' }, other).href, { headers: { cookie } });
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
  });

  test('a new sign-in of the same person keeps the session under a new cookie; the old cookie is worth nothing', async () => {
    const browser = newBrowser();
    await signIn(browser, login(), user);
    const [old, sid] = [
      await browser.cookies.getCookieString(world.issuer),
      claimsOf((await world.tokensFor(browser, web)).id_token).sid,
    ];
    await signIn(browser, login(web, { prompt: 'login' }), user);
    expect(claimsOf((await world.tokensFor(browser, web)).id_token).sid).toBe(sid);
    const answer = await send(login(web, { prompt: 'none' }).href, { headers: { cookie: old } });
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
  });

  test('somebody else who signs in takes the session’s place, and its grants end', async () => {
    const other = await world.admin.givenUser(web.id);
    const browser = newBrowser();
    await signIn(browser, login(), user);
    const tokens = await world.tokensFor(browser, web);
    await signIn(browser, login(web, { prompt: 'login' }), other);
    expect(claimsOf((await world.tokensFor(browser, web)).id_token).sub).toBe(other.accountId);
    expect((await world.userinfo(tokens.access_token)).status).toBe(401);
  });
});

describe('cookies', () => {
  test('are out of reach of scripts and foreign forms, for the pages of the suite alone, and end with the browser', async () => {
    const browser = newBrowser();
    await signIn(browser, login(), user);
    const kept = await browser.cookies.getCookies(world.issuer);
    expect(kept.map(({ key }) => key).sort()).toEqual(['tessera_browser', 'tessera_session']);
    for (const cookie of kept)
      expect(cookie).toMatchObject({
        httpOnly: true,
        sameSite: 'lax',
        path: `/suites/${world.suite.slug}`,
        hostOnly: true,
        secure: false,
        expires: 'Infinity',
        maxAge: null,
      });
    expect(await browser.cookies.getCookies(`${world.issuer}-2/authorize`)).toEqual([]);
    expect(await browser.cookies.getCookies(`${world.server.url}/api/v1/me`)).toEqual([]);
  });

  test('are sent over https only, where the server is reached so', async () => {
    const server = await startTestServer({ env: { TESSERA_URL: 'https://id.example.com' } });
    try {
      const local = `http://127.0.0.1:${server.deps.config.port}/suites/system/authorize`;
      const request = {
        client_id: 'console',
        redirect_uri: 'https://id.example.com/console/callback',
        response_type: 'code',
      };
      const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
      const answer = await send(`${local}?${new URLSearchParams({ ...request, ...pkce })}`, {});
      expect(answer.headers.get('location')).toMatch(/^https:\/\/id\.example\.com\/suites\/system\/sign-in\?/);
      expect(answer.headers.getSetCookie().join()).toMatch(
        /^tessera_browser=[\w-]{43}; Path=\/suites\/system; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=\d+/);
    } finally {
      await server.close();
    }
  });
});

describe('a sign-in cannot be planted on another browser', () => {
  test('the form posted with the cookie of another browser, or with none, is the stale page and signs nobody in', async () => {
    const attacker = newBrowser();
    const page = await attacker.open(login());
    const victim = newBrowser();
    await victim.open(login());
    const before = await countIssued(world);
    for (const cookie of ['', await victim.cookies.getCookieString(world.issuer), 'tessera_browser=x']) {
      const answer = await post(page, typed(user), cookie);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(answer.text).toContain('This sign-in has expired');
      expect(answer.text).not.toContain(web.name);
    }
    expect(await countIssued(world)).toEqual(before);
  });

  test('a page link of another browser shows the stale page, without form and application', async () => {
    const page = await newBrowser().open(login(web, { login_hint: user.email }));
    for (const browser of [newBrowser(), await world.signedIn(web, user)]) {
      const view = await browser.open(page.url);
      expect([view.status, view.html.includes('<form'), view.html.includes(user.email)]).toEqual([400, false, false]);
    }
  });

  test.each(['', 'x', 'A'.repeat(43), '%00', '<script>alert(1)</script>'])(
    'the interaction %j is the stale page',
    async (id) => {
      const browser = newBrowser();
      await browser.open(login());
      const view = await browser.open(`${world.issuer}/sign-in?interaction=${encodeURIComponent(id)}`);
      expect(view.status).toBe(400);
      expect(view.html).not.toMatch(/<form|<script/);
    },
  );

  test('an interaction of another suite is the stale page', async () => {
    const other = await anotherSuite(world);
    const browser = newBrowser();
    const page = await browser.open(login());
    const cookie = await browser.cookies.getCookieString(world.issuer);
    const answer = await send(`${other.issuer}/sign-in${page.url.search}`, { headers: { cookie } });
    expect([answer.status, answer.text.includes('<form')]).toEqual([400, false]);
  });

  test('"continue" of another browser’s page does not use this browser’s session', async () => {
    const page = await newBrowser().open(login(web, { prompt: 'select_account' }));
    const signedIn = await world.signedIn(web, user);
    const answer = await post(page, { continue: 'yes' }, await signedIn.cookies.getCookieString(world.issuer));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});

describe('an interaction', () => {
  test('lives one hour; then the page says so and leads back', async () => {
    const browser = newBrowser();
    const page = await browser.open(login());
    world.server.clock.advance(3599);
    expect((await browser.open(page.url)).status).toBe(200);
    world.server.clock.advance(1);
    for (const view of [await browser.open(page.url), await browser.submit(page, typed(user))]) {
      expect([view.left, view.status]).toEqual([false, 400]);
      expect(view.html).toContain('This sign-in has expired');
      const back = parse(view.html)
        .querySelectorAll('a')
        .find((link) => link.text === `Back to ${web.name}`);
      expect(new URL(back?.getAttribute('href') ?? '').searchParams.get('error')).toBe('access_denied');
    }
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('login_required');
  });

  test('OpenID Connect Core §4: that came too late leads to where the application begins a sign-in anew', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      initiateLoginUri: 'https://app.example.com/login?from=tessera',
    });
    const browser = newBrowser();
    const page = await browser.open(login(app));
    world.server.clock.advance(3600);
    const links = parse((await browser.open(page.url)).html).querySelectorAll('a');
    const back = new URL(links.find((link) => link.text === `Back to ${app.name}`)?.getAttribute('href') ?? '');
    expect(`${back.origin}${back.pathname}`).toBe('https://app.example.com/login');
    expect(Object.fromEntries(back.searchParams)).toEqual({ from: 'tessera', iss: world.issuer });
  });

  test('obeys what the application allows now, not when it began', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const browser = newBrowser();
    const page = await browser.open(login(app));
    await world.admin.api('PATCH', `/applications/${app.id}`, { redirectUris: ['https://app.example.com/moved'] });
    const before = await countIssued(world);
    const after = await browser.submit(page, typed(user));
    expect([after.left, after.status]).toEqual([false, 400]);
    expect(await refusal(after)).toMatchObject({
      endpoint: 'sign-in',
      rule: 'redirect.mismatch',
      suiteId: world.suite.id,
    });
    await world.admin.api('PATCH', `/applications/${app.id}`, { status: 'disabled' });
    expect((await browser.submit(page, typed(user))).status).toBe(400);
    expect(await countIssued(world)).toEqual(before);
  });

  test('two in two tabs do not disturb each other', async () => {
    const browser = newBrowser();
    const [one, two] = [
      await browser.open(login(web, { state: 'one' })),
      await browser.open(login(web, { state: 'two' })),
    ];
    expect((await browser.submit(two, typed(user))).url.searchParams.get('state')).toBe('two');
    expect((await browser.submit(one, typed(user))).url.searchParams.get('state')).toBe('one');
  });
});

describe('who may use the application', () => {
  test('domain rule 1: a person who is not assigned is told so after the sign-in, and no code is issued', async () => {
    const closed = await world.admin.givenApplication(world.project, 'authorization_flow');
    const browser = newBrowser();
    const before = await countIssued(world);
    const view = await browser.submit(await browser.open(login(closed)), typed(user));
    expect([view.left, view.status]).toEqual([false, 403]);
    expect(parse(view.html).querySelector('[role=alert]')?.text).toBe(
      `You don't have access to ${closed.name}. Use another account, or ask for access.`,
    );
    expect(await refusal(view)).toMatchObject({
      rule: 'user.not_assigned',
      applicationId: closed.id,
      error: 'access_denied',
    });
    expect(await countIssued(world)).toEqual(before);
    const again = await browser.open(login(closed));
    expect([again.left, again.html.includes(`You don't have access to ${closed.name}.`)]).toEqual([false, true]);
    expect(again.html).not.toContain('Continue as');
  });

  test('and may use another account there', async () => {
    const closed = await world.admin.givenApplication(world.project, 'authorization_flow');
    const allowed = await world.admin.givenUser(closed.id);
    const browser = await world.signedIn(web, user);
    const after = await browser.submit(await browser.open(login(closed)), typed(allowed));
    expect(after.url.searchParams.has('code')).toBe(true);
  });

  test('domain rule 1: an application open to everyone takes every account of the suite, and of no other', async () => {
    const openApp = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    expect((await signIn(newBrowser(), login(openApp), user)).searchParams.has('code')).toBe(true);
    const stranger = await world.admin.givenAccount((await world.admin.givenSuite()).id);
    const browser = newBrowser();
    expect((await browser.submit(await browser.open(login(openApp)), typed(stranger))).status).toBe(401);
  });
});

describe('OpenID Connect Core §3.1.2.1: prompt=select_account and login_hint', () => {
  const formOf = (view: View, index: number): View => ({
    ...view,
    html: parse(view.html).querySelectorAll('form')[index]?.toString() ?? '',
  });

  test('select_account: the person may go on without a password, or sign in as somebody else', async () => {
    const browser = await world.signedIn(web, user);
    const page = await browser.open(login(web, { prompt: 'select_account' }));
    expect([page.left, page.html.includes('Continue as Ana Lima')]).toEqual([false, true]);
    expect(page.html).toContain(user.email);
    const on = await browser.submit(formOf(page, 0), {}, { name: 'continue', value: 'yes' });
    expect(on.url.searchParams.has('code')).toBe(true);
    const other = await world.admin.givenUser(web.id);
    const changed = await browser.submit(formOf(page, 1), typed(other));
    expect(changed.url.searchParams.has('code')).toBe(true);
    expect(claimsOf((await world.tokensFor(browser, web)).id_token).sub).toBe(other.accountId);
  });

  test('"continue" without a session, or where a new sign-in is asked for, brings no code', async () => {
    const newOne = newBrowser();
    const first = await newOne.submit(await newOne.open(login(web, { prompt: 'select_account' })), { continue: 'yes' });
    expect([first.left, first.status]).toEqual([false, 401]);
    const browser = await world.signedIn(web, user);
    const second = await browser.submit(await browser.open(login(web, { prompt: 'login' })), { continue: 'yes' });
    expect([second.left, second.status]).toEqual([false, 401]);
  });

  test('login_hint is filled in', async () => {
    const view = await newBrowser().open(login(web, { login_hint: user.email }));
    expect(readForm(view).fields.email).toBe(user.email);
  });

  const attacks = [
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)' autofocus='",
    '</title><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '{{constructor.constructor("alert(1)")()}}',
    'javascript:alert(1)',
    '&quot;><b>',
  ];

  /** Checks that a page has the elements of its template and no other. */
  function expectHarmless(view: View): void {
    const html = parse(view.html);
    expect(
      html.querySelectorAll('script, img[onerror], b, iframe, object, embed, [autofocus=""][onfocus]'),
    ).toHaveLength(0);
    for (const element of html.querySelectorAll('*')) {
      for (const name of Object.keys(element.attributes)) expect(name).not.toMatch(/^on/i);
      expect(element.getAttribute('href') ?? '').not.toMatch(/^\s*javascript:/i);
    }
  }

  test.each(attacks)('what comes from outside stays text: %s', async (attack) => {
    const browser = newBrowser();
    const page = await browser.open(login(web, { login_hint: attack, state: attack, nonce: attack }));
    expectHarmless(page);
    expect(readForm(page).fields.email).toBe(attack);
    const wrong = await browser.submit(page, { email: attack, password: attack });
    expect(wrong.status).toBe(401);
    expectHarmless(wrong);
    for (const parameter of ['client_id', 'redirect_uri', 'response_mode', 'scope', 'max_age']) {
      const { text } = await send(login(web, { [parameter]: attack }).href, {});
      expectHarmless({ ...page, html: text });
    }
  });

  test.each(attacks)('names of applications and people stay text: %s', async (attack) => {
    const name = `${attack} ${Math.random()}`.slice(0, 80);
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { name, access: 'everyone' });
    const page = await newBrowser().open(login(app));
    expectHarmless(page);
    expect(parse(page.html).querySelector('h1')?.text.replaceAll('&quot;', '"')).toBe(
      `Sign in to ${name}`.replaceAll('&quot;', '"'),
    );
  });

  test('the name of the person who could go on stays text', async () => {
    const person = await world.admin.givenUser(web.id, { firstName: '<script>alert(1)</script>', lastName: '"><b>' });
    const browser = await world.signedIn(web, person);
    expectHarmless(await browser.open(login(web, { prompt: 'select_account' })));
  });
});
