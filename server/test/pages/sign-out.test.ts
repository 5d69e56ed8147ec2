import type { Refusal } from '@tessera/contract/monitor';
import { SignJWT, UnsecuredJWT } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  anotherSuite,
  claimsOf,
  form,
  isPublic,
  type Person,
  refusalOf,
  send,
  startWorld,
  type TokenBody,
  type World,
} from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { type Browser, createBrowser, readForm, type View } from '../support/browser-flow.js';

const back = 'https://app.example.com/signed-out';
const backWithQuery = 'https://app.example.com/signed-out?from=tessera';

let world: World;
let web: GivenApplication;
let user: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    postLogoutRedirectUris: [back, backWithQuery],
  });
  user = await world.admin.givenUser(web.id);
});
afterAll(() => world.close());
beforeEach(async () => {
  browser = await world.signedIn(web, user);
});

const logout = (params: Record<string, string> = {}, who = browser) =>
  who.open(`${world.issuer}/logout?${form(params)}`);
const heading = (view: View) => parse(view.html).querySelector('h1')?.text;
const isSignedIn = async (who = browser) => (await world.authorize(who, web, { prompt: 'none' })).has('code');

async function idToken(who = browser): Promise<string> {
  return (await world.tokensFor(who, web)).id_token ?? '';
}

/** The confirmation page: asks, and ends nothing yet. */
async function expectAsked(view: View, who = browser): Promise<void> {
  expect([view.left, view.status, heading(view)]).toEqual([false, 200, `Sign out of ${world.suite.name}?`]);
  expect(view.headers.get('cache-control')).toBe('no-store');
  expect(await isSignedIn(who)).toBe(true);
}

async function expectSignedOut(view: View, who = browser): Promise<void> {
  expect([view.left, view.status, heading(view)]).toEqual([false, 200, 'You are signed out']);
  expect(await isSignedIn(who)).toBe(false);
}

/** A page that explains; nobody was sent anywhere or signed out. */
async function expectRefusedPage(view: View, row: Partial<Refusal> & { rule: string }, who = browser): Promise<void> {
  expect([view.left, view.status]).toEqual([false, 400]);
  expect(await refusalOf(world, view)).toMatchObject({ endpoint: 'logout', suiteId: world.suite.id, ...row });
  expect(await isSignedIn(who)).toBe(true);
}

describe('OpenID Connect RP-Initiated Logout §2: signing out', () => {
  test('without parameters the person is asked, and then signed out', async () => {
    const page = await logout();
    await expectAsked(page);
    expect(page.html).toContain(user.email);
    expect(page.html).not.toContain('<script');
    expect(readForm(page).method).toBe('POST');
    await expectSignedOut(await browser.submit(page));
  });

  test('without a session there is nothing to ask', async () => {
    const view = await logout({}, createBrowser(world.server.url));
    expect([view.status, heading(view)]).toEqual([200, 'You are signed out']);
  });

  test('with the ID token of this session nobody is asked', async () => {
    await expectSignedOut(await logout({ id_token_hint: await idToken() }));
  });

  test.each([
    ['with state', back, 'af0ifjsldkj-._~', `${back}?state=af0ifjsldkj-._%7E`],
    ['without state', back, undefined, back],
    ['beside a query', backWithQuery, 's', `${backWithQuery}&state=s`],
    ['with a state that wants escaping', back, 'a&b=c#d"<', `${back}?state=a%26b%3Dc%23d%22%3C`],
  ])('§3: goes back to a registered address: %s', async (_, post_logout_redirect_uri, state, location) => {
    const params = {
      id_token_hint: await idToken(),
      post_logout_redirect_uri,
      ...(state === undefined ? {} : { state }),
    };
    const view = await logout(params);
    expect([view.left, view.url.href]).toEqual([true, location]);
    expect(await isSignedIn()).toBe(false);
  });

  test('§2: by POST, too, and with the client id beside the hint', async () => {
    const params = {
      id_token_hint: await idToken(),
      client_id: web.clientId,
      post_logout_redirect_uri: back,
      state: 's',
    };
    const cookie = await browser.cookies.getCookieString(world.issuer);
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await send(`${world.issuer}/logout`, { method: 'POST', headers, body: form(params) });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${back}?state=s`]);
    expect(answer.headers.get('set-cookie')).toMatch(
      new RegExp(`^tessera_session=; .*Path=/suites/${world.suite.slug}; .*(Expires=Thu, 01 Jan 1970|Max-Age=0)`),
    );
    expect(await isSignedIn()).toBe(false);
  });

  test('§2: an ID token that has expired is still a hint', async () => {
    const id_token_hint = await idToken();
    world.server.clock.advance(3600);
    await expectSignedOut(await logout({ id_token_hint }));
  });

  test('a hint without a session still leads back', async () => {
    const params = { id_token_hint: await idToken(), post_logout_redirect_uri: back };
    const view = await logout(params, createBrowser(world.server.url));
    expect([view.left, view.url.href]).toEqual([true, back]);
  });

  test('a hint of another session of the person, or of somebody else, asks first and then leads back', async () => {
    const [elsewhere, other] = [
      await world.signedIn(web, user),
      await world.signedIn(web, await world.admin.givenUser(web.id)),
    ];
    for (const stranger of [elsewhere, other]) {
      const own = await world.signedIn(web, user);
      const page = await logout(
        { id_token_hint: await idToken(stranger), post_logout_redirect_uri: back, state: 's' },
        own,
      );
      await expectAsked(page, own);
      const after = await own.submit(page);
      expect([after.left, after.url.href]).toEqual([true, `${back}?state=s`]);
      expect([await isSignedIn(own), await isSignedIn(stranger)]).toEqual([false, true]);
    }
  });

  test('other suites stay signed in', async () => {
    const other = await anotherSuite(world);
    const there = await other.admin.givenApplication(other.project, 'authorization_flow');
    const person = await other.admin.givenUser(there.id);
    const both = await other.signedIn(there, person);
    await logout({ id_token_hint: await idToken() });
    expect((await other.authorize(both, there, { prompt: 'none' })).has('code')).toBe(true);
  });
});

describe('what ends with the session', () => {
  const refresh = ({ refresh_token = '' }: TokenBody) =>
    world.as(web, '/token', { grant_type: 'refresh_token', refresh_token });

  test('OpenID Connect Core §11: offline_access survives, the other refresh tokens, access tokens and codes do not', async () => {
    const online = await world.tokensFor(browser, web, { scope: 'openid email' });
    const offline = await world.tokensFor(browser, web, { scope: 'openid offline_access' });
    const code = await world.codeFor(browser, web);
    const elsewhere = await world.tokensFor(await world.signedIn(web, user), web);
    await expectSignedOut(await logout({ id_token_hint: online.id_token ?? '' }));

    const refused = await refresh(online);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
    expect(await refusalOf(world, refused)).toMatchObject({
      rule: 'refresh.revoked',
      reason: expect.stringContaining('signed_out'),
    });
    expect((await world.userinfo(online.access_token)).status).toBe(401);
    const swap = { grant_type: 'authorization_code', code, redirect_uri: web.redirectUris[0] ?? '' };
    expect((await world.as(web, '/token', swap)).body.error).toBe('invalid_grant');

    expect((await refresh(offline)).status).toBe(200);
    expect((await world.userinfo(offline.access_token)).status).toBe(200);
    expect((await refresh(elsewhere)).status).toBe(200);
  });

  test('the old cookie is worth nothing', async () => {
    const cookie = await browser.cookies.getCookieString(world.issuer);
    await logout({ id_token_hint: await idToken() });
    const answer = await send(`${world.issuer}/logout`, { headers: { cookie } });
    expect(answer.text).toContain('You are signed out');
  });
});

describe('nobody is signed out by another site', () => {
  test('a link or a form without a hint only asks', async () => {
    const cookie = await browser.cookies.getCookieString(world.issuer);
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' };
    for (const body of ['', 'state=x', 'confirmation=', 'confirmation=x', `confirmation=${'A'.repeat(43)}&request=`]) {
      const answer = await send(`${world.issuer}/logout`, { method: 'POST', headers, body });
      expect([answer.status, answer.text.includes(`Sign out of ${world.suite.name}?`)]).toEqual([200, true]);
    }
    expect(await isSignedIn()).toBe(true);
  });

  test('the confirmation of another session is worth nothing', async () => {
    const attacker = await world.signedIn(web, await world.admin.givenUser(web.id));
    const { confirmation = '' } = readForm(await logout({}, attacker)).fields;
    const page = await logout();
    await expectAsked(await browser.submit(page, { confirmation }));
    await expectSignedOut(await browser.submit(page));
  });

  test('the form cannot be bent to lead elsewhere', async () => {
    const page = await logout({
      id_token_hint: await idToken(await world.signedIn(web, user)),
      post_logout_redirect_uri: back,
    });
    const { request = '' } = readForm(page).fields;
    const bent = new URLSearchParams(request);
    bent.set('post_logout_redirect_uri', 'https://evil.example/');
    await expectRefusedPage(await browser.submit(page, { request: bent.toString() }), { rule: 'logout.redirect' });
    bent.delete('id_token_hint');
    await expectRefusedPage(await browser.submit(page, { request: bent.toString() }), { rule: 'logout.hint' });
    await expectRefusedPage(await browser.submit(page, { request: 'a=1&a=2' }), { rule: 'param.duplicate' });
  });
});

describe('OpenID Connect RP-Initiated Logout §4: what is refused', () => {
  test.each([
    ['another address', 'https://evil.example/signed-out'],
    ['an added query', `${back}?foo=bar`],
    ['a trailing slash', `${back}/`],
    ['a prefix', 'https://app.example.com/'],
    ['other letters', 'https://app.example.com/Signed-Out'],
    ['a fragment', `${back}#x`],
    ['a redirect URI of the application', 'https://app.example.com/callback'],
    ['javascript:', 'javascript:alert(1)'],
  ])('a post_logout_redirect_uri that is %s', async (_, post_logout_redirect_uri) => {
    await expectRefusedPage(await logout({ id_token_hint: await idToken(), post_logout_redirect_uri }), {
      rule: 'logout.redirect',
      applicationId: web.id,
      expected: `${back} ${backWithQuery}`,
      received: post_logout_redirect_uri,
    });
  });

  test('an address of another application', async () => {
    const other = await world.admin.givenApplication(world.project, 'authorization_flow', {
      postLogoutRedirectUris: ['https://other.example.com/out'],
    });
    expect(isPublic(other)).toBe(false);
    const params = { id_token_hint: await idToken(), post_logout_redirect_uri: 'https://other.example.com/out' };
    await expectRefusedPage(await logout(params), { rule: 'logout.redirect' });
    await expectRefusedPage(await logout({ ...params, client_id: other.clientId }), {
      rule: 'logout.client',
      expected: web.clientId,
      received: other.clientId,
    });
  });

  test('an address without a hint, even with the client id', async () => {
    const params = { post_logout_redirect_uri: back, state: 's' };
    await expectRefusedPage(await logout(params), { rule: 'logout.hint', expected: 'id_token_hint' });
    await expectRefusedPage(await logout({ ...params, client_id: web.clientId }), { rule: 'logout.hint' });
  });

  test('a hint that is not an ID token of this suite', async () => {
    const genuine = await world.tokensFor(browser, web);
    const { id_token = '', access_token } = genuine;
    const claims = claimsOf(id_token);
    const [header, , signature] = id_token.split('.');
    const head = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as { kid: string };
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmac = (secret: string, kid: string) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(new TextEncoder().encode(secret.padEnd(32, '0')));
    const other = await anotherSuite(world);
    const there = await other.admin.givenApplication(other.project, 'authorization_flow');
    const foreign = await other.tokensFor(await other.signedIn(there, await other.admin.givenUser(there.id)), there);
    const hints: [string, string][] = [
      ['alg none', new UnsecuredJWT(claims).encode()],
      ['alg none under the kid of the suite', `${encode({ alg: 'none', kid: head.kid })}.${encode(claims)}.`],
      ['re-encoded', `${header}.${encode({ ...claims, sub: 'x' })}.${signature}`],
      ['signed with the client secret', await hmac(web.clientSecret ?? '', head.kid)],
      ['of another suite', foreign.id_token ?? ''],
      ['an access token', access_token],
      ['no JWT', 'x'],
      ['empty parts', '..'],
    ];
    for (const [what, id_token_hint] of hints) {
      const view = await logout({ id_token_hint, post_logout_redirect_uri: back });
      expect([what, view.left, view.status]).toEqual([what, false, 400]);
      await expectRefusedPage(view, { rule: 'hint.invalid' });
      await expectRefusedPage(await logout({ id_token_hint }), { rule: 'hint.invalid' });
    }
    await expectSignedOut(await logout({ id_token_hint: id_token }));
  });

  test('malformed requests', async () => {
    const query = async (text: string) => browser.open(`${world.issuer}/logout?${text}`);
    await expectRefusedPage(await query('state=a&state=b'), { rule: 'param.duplicate', received: 'state' });
    await expectRefusedPage(await query('state=a%00b'), { rule: 'param.invalid' });
    const cookie = await browser.cookies.getCookieString(world.issuer);
    const json = { method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: '{}' };
    expect((await send(`${world.issuer}/logout`, json)).status).toBe(400);
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect([404, 405]).toContain((await send(`${world.issuer}/logout`, { method, headers: { cookie } })).status);
    expect(await isSignedIn()).toBe(true);
  });
});
