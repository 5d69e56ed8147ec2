import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, type View } from '../support/browser-flow.js';
import { changeClient, everyClaim, setClaims } from '../support/client-settings.js';
import { claimsOf, type Person, redemption, requestOf, startWorld, type TokenBody, type World } from './requests.js';

let world: World;
let app: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;
const acr = 'urn:tessera:acr:password';

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ana = await world.admin.givenUser(app.id, { firstName: 'Ana', lastName: 'Berg' });
  await setClaims(world.server, ana.accountId);
});
afterAll(() => world.close());
beforeEach(async () => {
  browser = await world.signedIn(app, ana);
});

const open = (params: Record<string, string>, who = browser): Promise<View> =>
  who.open(authorizeUrl(world.issuer, requestOf(app, { scope: 'openid', ...params })));
const json = (value: unknown) => JSON.stringify(value);

async function tokens(claims: unknown, params: Record<string, string> = {}): Promise<TokenBody> {
  return world.tokensFor(browser, app, { claims: json(claims), ...params });
}

async function errorOf(params: Record<string, string>): Promise<string | null> {
  const view = await open(params);
  expect(view.left).toBe(true);
  expect(view.url.searchParams.get('state')).toBe('af0ifjsldkj');
  return view.url.searchParams.get('error');
}

describe('OpenID Connect Core §5.5: the claims parameter', () => {
  test('id_token and userinfo are asked for apart', async () => {
    const { id_token, access_token } = await tokens({
      id_token: { nickname: null, email: { essential: true } },
      userinfo: { phone_number: null },
    });
    expect(claimsOf(id_token)).toMatchObject({ nickname: everyClaim.nickname, email: ana.email });
    expect(claimsOf(id_token)).not.toHaveProperty('phone_number');
    expect((await world.userinfo(access_token)).body).toEqual({
      sub: ana.accountId,
      phone_number: everyClaim.phone_number,
    });
  });

  test('what is asked for by name comes beside what scopes bring', async () => {
    const { access_token } = await tokens({ userinfo: { nickname: null } }, { scope: 'openid email' });
    expect((await world.userinfo(access_token)).body).toEqual({
      sub: ana.accountId,
      email: ana.email,
      email_verified: false,
      nickname: everyClaim.nickname,
    });
  });

  test('an opaque access token remembers them, too, and so does a refresh', async () => {
    await world.admin.api('PATCH', `/applications/${app.id}`, { accessTokenFormat: 'opaque' });
    const first = await tokens({ userinfo: { nickname: null }, id_token: { nickname: null } });
    const again = await world.as(app, '/token', {
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token ?? '',
    });
    for (const { access_token, id_token } of [first, again.body]) {
      expect((await world.userinfo(access_token)).body).toHaveProperty('nickname');
      expect(claimsOf(id_token)).toHaveProperty('nickname');
    }
    await world.admin.api('PATCH', `/applications/${app.id}`, { accessTokenFormat: 'jwt' });
  });
});

describe('OpenID Connect Core §5.5.1: one claim', () => {
  test('an essential claim that is not known, or has no value, is no failure', async () => {
    const { id_token, access_token } = await tokens({
      id_token: { 'urn:example:unknown': { essential: true } },
      userinfo: { no_such_claim: { essential: true }, constructor: null, __proto__: { essential: true } },
    });
    expect(claimsOf(id_token)).not.toHaveProperty('urn:example:unknown');
    expect((await world.userinfo(access_token)).body).toEqual({ sub: ana.accountId });
  });

  test('a sub that is asked for by value: only that person is answered', async () => {
    const own = { id_token: { sub: { value: ana.accountId } } };
    expect(claimsOf((await tokens(own)).id_token).sub).toBe(ana.accountId);
    const foreign = json({ id_token: { sub: { value: 'somebody-else' } } });
    expect(await errorOf({ claims: foreign, prompt: 'none' })).toBe('login_required');
    expect((await open({ claims: foreign })).url.pathname).toMatch(/\/sign-in$/);
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a text', '"name"'],
    ['null', 'null'],
  ])('%s instead of an object: invalid_request', async (_, claims) => {
    expect(await errorOf({ claims })).toBe('invalid_request');
  });

  test.each([
    ['members of other types', { id_token: 'x', userinfo: [1] }],
    ['members that are not known', { other: { name: null } }],
    ['details of other types', { userinfo: { nickname: 5, name: 'x', email: [] } }],
  ])('%s do no harm', async (_, claims) => {
    expect((await tokens(claims)).id_token).toBeTruthy();
  });
});

describe('OpenID Connect Core §5.5.1.1: acr', () => {
  test('the ID token says how the person signed in; acr_values is a wish', async () => {
    const { id_token } = await world.tokensFor(browser, app, { acr_values: 'urn:other 1 2' });
    expect(claimsOf(id_token)).toMatchObject({ acr, amr: ['pwd'] });
  });

  test.each([
    ['value', { essential: true, value: 'urn:other' }],
    ['values', { essential: true, values: ['urn:other', '1'] }],
  ])('an essential acr that cannot be reached, by %s: unmet_authentication_requirements', async (_, wanted) => {
    expect(await errorOf({ claims: json({ id_token: { acr: wanted } }) })).toBe('unmet_authentication_requirements');
  });

  test.each([
    ['one that can be reached', { essential: true, values: ['urn:other', acr] }],
    ['a voluntary one', { values: ['urn:other'] }],
    ['one without values', { essential: true }],
  ])('%s is no failure', async (_, wanted) => {
    expect(claimsOf((await tokens({ id_token: { acr: wanted } })).id_token).acr).toBe(acr);
  });
});

describe('OpenID Connect Core §3.1.2.2: the person an id_token_hint names', () => {
  test('the one who is signed in: silently', async () => {
    const { id_token } = await world.tokensFor(browser, app);
    expect((await open({ id_token_hint: id_token ?? '', prompt: 'none' })).url.searchParams.has('code')).toBe(true);
  });

  test('an expired ID token is still a hint', async () => {
    const { id_token } = await world.tokensFor(browser, app);
    world.server.clock.advance(3_600);
    expect((await open({ id_token_hint: id_token ?? '', prompt: 'none' })).url.searchParams.has('code')).toBe(true);
  });

  test('another than is signed in: login_required under prompt=none, else the sign-in page', async () => {
    const bob = await world.admin.givenUser(app.id);
    const { id_token } = await world.tokensFor(await world.signedIn(app, bob), app);
    expect(await errorOf({ id_token_hint: id_token ?? '', prompt: 'none' })).toBe('login_required');
    const page = await open({ id_token_hint: id_token ?? '' });
    expect(page.url.pathname).toMatch(/\/sign-in$/);
    // Only the person who was named brings a code.
    const wrong = await browser.submit(page, { email: ana.email, password: ana.password });
    expect([wrong.left, wrong.url.pathname]).toEqual([false, expect.stringMatching(/\/sign-in$/)]);
    const right = await browser.submit(wrong, { email: bob.email, password: bob.password });
    const code = right.url.searchParams.get('code') ?? '';
    expect(claimsOf((await world.as(app, '/token', redemption(code))).body.id_token).sub).toBe(bob.accountId);
  });

  test('nobody is signed in: login_required under prompt=none', async () => {
    const { id_token } = await world.tokensFor(browser, app);
    const view = await open({ id_token_hint: id_token ?? '', prompt: 'none' }, createBrowser(world.server.url));
    expect(view.url.searchParams.get('error')).toBe('login_required');
  });

  test('a hint that is no ID token of this issuer: invalid_request', async () => {
    const { access_token, id_token } = await world.tokensFor(browser, app);
    const [header, , signature] = (id_token ?? '').split('.');
    const forged = [header, Buffer.from(json({ sub: ana.accountId })).toString('base64url'), signature].join('.');
    for (const id_token_hint of ['nonsense', access_token, forged])
      expect(await errorOf({ id_token_hint, prompt: 'none' })).toBe('invalid_request');
  });
});

describe('OpenID Connect Core §5.3.2: signed userinfo', () => {
  test('comes as a JWT with iss and aud where the client registered for it', async () => {
    const { access_token } = await world.tokensFor(browser, app, { scope: 'openid email', nonce: 'n' });
    await changeClient(world.server, app.id, { userinfoAlg: 'RS256' });
    const answer = await world.userinfo(access_token);
    await changeClient(world.server, app.id, { userinfoAlg: null });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jwt']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { createLocalJWKSet, jwtVerify } = await import('jose');
    const keys = await (await fetch(`${world.issuer}/jwks`)).json();
    const { payload, protectedHeader } = await jwtVerify(answer.text, createLocalJWKSet(keys as { keys: [] }));
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(payload).toEqual({
      sub: ana.accountId,
      email: ana.email,
      email_verified: false,
      iss: world.issuer,
      aud: app.clientId,
      iat: world.server.clock.now(),
    });
  });

  test('it is no ID token and no access token', async () => {
    const { access_token } = await world.tokensFor(browser, app);
    await changeClient(world.server, app.id, { userinfoAlg: 'ES256' });
    const { text } = await world.userinfo(access_token);
    await changeClient(world.server, app.id, { userinfoAlg: null });
    expect((await world.userinfo(text)).status).toBe(401);
    expect(await errorOf({ id_token_hint: text, prompt: 'none' })).toBe('invalid_request');
  });

  test('errors stay JSON', async () => {
    await changeClient(world.server, app.id, { userinfoAlg: 'RS256' });
    const answer = await world.userinfo('nonsense');
    await changeClient(world.server, app.id, { userinfoAlg: null });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
  });
});

describe('OpenID Connect Core §8.1: pairwise subjects', () => {
  let near: GivenApplication;
  let sameSector: GivenApplication;
  let otherSector: GivenApplication;

  beforeAll(async () => {
    const given = (redirectUri: string) =>
      world.admin.givenApplication(world.project, 'authorization_flow', {
        access: 'everyone',
        redirectUris: [redirectUri],
        postLogoutRedirectUris: ['https://one.example/out'],
      });
    near = await given('https://one.example/callback');
    sameSector = await given('https://one.example/other');
    otherSector = await given('https://two.example/callback');
    for (const { id } of [near, sameSector, otherSector])
      await changeClient(world.server, id, { subjectType: 'pairwise' });
  });

  async function pairwise(of: GivenApplication): Promise<TokenBody> {
    const code = await world.codeFor(browser, of, { scope: 'openid' });
    return (await world.as(of, '/token', redemption(code, { redirect_uri: of.redirectUris[0] ?? '' }))).body;
  }
  const subOf = async (of: GivenApplication) => claimsOf((await pairwise(of)).id_token).sub;

  test('differ from the account id and between sectors, and are the same within one and for ever', async () => {
    const sub = await subOf(near);
    expect(sub).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(sub).not.toContain(ana.accountId);
    expect(await subOf(sameSector)).toBe(sub);
    expect(await subOf(otherSector)).not.toBe(sub);
    world.server.clock.advance(1_000);
    expect(await subOf(near)).toBe(sub);
  });

  test('are of each person', async () => {
    const bob = await world.admin.givenUser(app.id);
    const sub = await subOf(near);
    browser = await world.signedIn(app, bob);
    expect(await subOf(near)).not.toBe(sub);
  });

  test('stand in ID token, access token, userinfo and introspection, and the account id nowhere', async () => {
    const issued = await pairwise(near);
    const { sub } = claimsOf(issued.id_token);
    expect(claimsOf(issued.access_token).sub).toBe(sub);
    const answers = [
      await world.userinfo(issued.access_token),
      await world.as(near, '/introspect', { token: issued.access_token }),
      await world.as(near, '/introspect', { token: issued.refresh_token ?? '' }),
    ];
    for (const { body, text } of answers) {
      expect(body).toMatchObject({ sub });
      expect(text).not.toContain(ana.accountId);
    }
    for (const token of [issued.id_token, issued.access_token])
      expect(JSON.stringify(claimsOf(token))).not.toContain(ana.accountId);
  });

  test('name the person in id_token_hint', async () => {
    const { id_token } = await pairwise(near);
    const answer = await world.authorize(browser, near, {
      scope: 'openid',
      prompt: 'none',
      id_token_hint: id_token ?? '',
    });
    expect(answer.has('code')).toBe(true);
    const bob = await world.admin.givenUser(app.id);
    const other = await world.authorize(await world.signedIn(app, bob), near, {
      scope: 'openid',
      prompt: 'none',
      id_token_hint: id_token ?? '',
    });
    expect(other.get('error')).toBe('login_required');
  });

  test('name the session at logout', async () => {
    const { id_token } = await pairwise(near);
    const params = new URLSearchParams({
      id_token_hint: id_token ?? '',
      post_logout_redirect_uri: 'https://one.example/out',
    });
    const view = await browser.open(`${world.issuer}/logout?${params}`);
    expect([view.left, view.url.href]).toEqual([true, 'https://one.example/out']);
    expect(await errorOf({ prompt: 'none' })).toBe('login_required');
  });

  test('follow the sector_identifier_uri where there is one', async () => {
    const sub = await subOf(near);
    await changeClient(world.server, otherSector.id, { sectorIdentifierUri: 'https://one.example/redirect_uris.json' });
    expect(await subOf(otherSector)).toBe(sub);
    await changeClient(world.server, otherSector.id, { sectorIdentifierUri: null });
  });
});
