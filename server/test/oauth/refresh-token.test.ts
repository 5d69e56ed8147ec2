import type { Refusal } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import {
  anotherSuite,
  claimsOf,
  countIssued,
  credentials,
  expectNotCached,
  expectRefused,
  type Person,
  startWorld,
  type TokenBody,
  type World,
} from './requests.js';

let world: World;
let web: GivenApplication;
let spa: GivenApplication;
let user: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow');
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', { access: 'everyone' });
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

const refresh = (app: GivenApplication, refresh_token: string | undefined, params: Record<string, string> = {}) =>
  world.as(app, '/token', { grant_type: 'refresh_token', refresh_token: refresh_token ?? '', ...params });

async function expectInvalidGrant(
  answer: Awaited<ReturnType<typeof refresh>>,
  row: Partial<Refusal> & { rule: string },
) {
  await expectRefused(world, answer, { status: 400, error: 'invalid_grant', row: { endpoint: 'token', ...row } });
}

/** Checks that nothing of a grant works any more. */
async function expectEnded(app: GivenApplication, tokens: TokenBody[]): Promise<void> {
  for (const { refresh_token, access_token } of tokens) {
    await expectInvalidGrant(await refresh(app, refresh_token), { rule: 'refresh.revoked' });
    expect((await world.userinfo(access_token)).status).toBe(401);
  }
}

describe('RFC 6749 §6: a refresh', () => {
  test.each<[string, () => GivenApplication]>([
    ['confidential', () => web],
    ['public', () => spa],
  ])('of a %s client brings new tokens of the same grant, and no cache keeps them', async (_, app) => {
    const first = await world.tokensFor(browser, app(), { scope: 'openid email', nonce: 'n1' });
    world.server.clock.advance(10);
    const answer = await refresh(app(), first.refresh_token);
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    const second = answer.body;
    expect(Object.keys(second).sort()).toEqual(Object.keys(first).sort());
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'openid email' });
    expect(second.refresh_token).toMatch(/^tes_rt_[A-Za-z0-9_-]{65}$/);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect((await world.userinfo(second.access_token)).status).toBe(200);
    // OpenID Connect Core §12.2
    const [before, after] = [claimsOf(first.id_token), claimsOf(second.id_token)];
    for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'sid']) expect(after[claim], claim).toBe(before[claim]);
    expect(after.iat).toBe(Number(before.iat) + 10);
    expect(after).not.toHaveProperty('nonce');
    expect(after).not.toHaveProperty('azp');
  });

  test('may narrow the scope, and the new refresh token still has all of it', async () => {
    const first = await world.tokensFor(browser, web, { scope: 'openid email profile' });
    const narrow = (await refresh(web, first.refresh_token, { scope: 'email' })).body;
    expect(narrow.scope).toBe('email');
    expect(narrow).not.toHaveProperty('id_token');
    expect(claimsOf(narrow.access_token).scope).toBe('email');
    expect((await refresh(web, narrow.refresh_token)).body.scope).toBe('openid email profile');
  });

  test('may not widen the scope, and the token is not used up', async () => {
    const first = await world.tokensFor(browser, web, { scope: 'openid' });
    const before = await countIssued(world);
    await expectRefused(world, await refresh(web, first.refresh_token, { scope: 'openid email' }), {
      status: 400,
      error: 'invalid_scope',
      row: { rule: 'scope.not_granted', expected: 'openid', received: 'email', applicationId: web.id },
    });
    expect(await countIssued(world)).toEqual(before);
    expect((await refresh(web, first.refresh_token)).status).toBe(200);
  });

  test('RFC 8707 §2.2: may name the resource of the grant, and no other', async () => {
    const first = await world.tokensFor(browser, web);
    const { defaultResource } = world.project;
    await expectRefused(world, await refresh(web, first.refresh_token, { resource: 'https://unknown.example/' }), {
      status: 400,
      error: 'invalid_target',
      row: { rule: 'resource.unknown', expected: defaultResource, received: 'https://unknown.example/' },
    });
    const second = await refresh(web, first.refresh_token, { resource: defaultResource });
    expect(claimsOf(second.body.access_token).aud).toBe(defaultResource);
  });

  test('the access token from before stays valid', async () => {
    const first = await world.tokensFor(browser, web);
    await refresh(web, first.refresh_token);
    expect((await world.userinfo(first.access_token)).status).toBe(200);
  });

  test('manual M6: takes the life spans of now', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const first = await world.tokensFor(browser, app);
    await world.admin.api('PATCH', `/applications/${app.id}`, { accessTokenLifespan: 60, refreshTokenLifespan: 100 });
    const second = await refresh(app, first.refresh_token);
    expect(second.body.expires_in).toBe(60);
    world.server.clock.advance(100);
    await expectInvalidGrant(await refresh(app, second.body.refresh_token), { rule: 'refresh.expired' });
  });
});

describe('RFC 6749 §5.2: a refresh that is refused', () => {
  test.each(['tes_rt_x', 'x', 'tes_ac_x'])('with the unknown token %s', async (token) => {
    await expectInvalidGrant(await refresh(web, token), { rule: 'refresh.unknown', applicationId: web.id });
  });

  test('with an access token in its place', async () => {
    const { access_token } = await world.tokensFor(browser, web);
    await expectInvalidGrant(await refresh(web, access_token), { rule: 'refresh.unknown' });
  });

  test('by another client, confidential or public, and the token is not used up', async () => {
    const other = await world.admin.givenApplication(world.project, 'authorization_flow');
    const { refresh_token } = await world.tokensFor(browser, web);
    for (const thief of [other, spa]) {
      const row = { rule: 'refresh.other_client', applicationId: thief.id, expected: web.id, received: thief.id };
      await expectInvalidGrant(await refresh(thief, refresh_token), row);
    }
    expect((await refresh(web, refresh_token)).status).toBe(200);
  });

  test('at another issuer', async () => {
    const other = await anotherSuite(world);
    const foreign = await other.admin.givenApplication(other.project, 'authorization_flow');
    const { refresh_token = '' } = await world.tokensFor(browser, web);
    const answer = await other.as(foreign, '/token', { grant_type: 'refresh_token', refresh_token });
    await expectRefused(other, answer, { status: 400, error: 'invalid_grant', row: { rule: 'refresh.unknown' } });
    expect((await refresh(web, refresh_token)).status).toBe(200);
  });

  test('domain rule 5: when the token has expired, and not in the second before', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      refreshTokenLifespan: 1000,
    });
    const [first, second] = [await world.tokensFor(browser, app), await world.tokensFor(browser, app)];
    world.server.clock.advance(999);
    expect((await refresh(app, first.refresh_token)).status).toBe(200);
    world.server.clock.advance(1);
    await expectInvalidGrant(await refresh(app, second.refresh_token), {
      rule: 'refresh.expired',
      applicationId: app.id,
    });
  });
});

describe('domain rule 7, RFC 9700 §4.14.2: a refresh token that comes again', () => {
  test('the same request within 30 seconds gets the same answer, again and again', async () => {
    const { refresh_token } = await world.tokensFor(browser, web, { scope: 'openid email' });
    const first = await refresh(web, refresh_token, { scope: 'openid' });
    const before = await countIssued(world);
    for (const seconds of [0, 1, 29]) {
      world.server.clock.advance(seconds);
      const again = await refresh(web, refresh_token, { scope: 'openid' });
      expect([again.status, again.text]).toEqual([200, first.text]);
    }
    expect(await countIssued(world)).toEqual(before);
    expect((await refresh(web, first.body.refresh_token)).status).toBe(200);
  });

  test('the way of client authentication does not make it another request', async () => {
    const { refresh_token = '' } = await world.tokensFor(browser, web);
    const first = await refresh(web, refresh_token);
    const { clientId: client_id, clientSecret: client_secret = '' } = web;
    const params = { grant_type: 'refresh_token', refresh_token, client_id, client_secret };
    expect((await world.post('/token', params)).text).toBe(first.text);
  });

  test('at 31 seconds it is reuse: refused, and the whole grant has ended', async () => {
    const first = await world.tokensFor(browser, web);
    const second = (await refresh(web, first.refresh_token)).body;
    world.server.clock.advance(31);
    await expectInvalidGrant(await refresh(web, first.refresh_token), {
      rule: 'refresh.reused',
      applicationId: web.id,
    });
    await expectEnded(web, [first, second]);
  });

  test.each<[string, Record<string, string>]>([
    ['another scope', { scope: 'openid' }],
    ['the same scope written out', { scope: 'openid email' }],
  ])('with %s it is another request, even at once: refused, and the grant has ended', async (_, params) => {
    const first = await world.tokensFor(browser, web, { scope: 'openid email' });
    const second = (await refresh(web, first.refresh_token)).body;
    await expectInvalidGrant(await refresh(web, first.refresh_token, params), { rule: 'refresh.reused' });
    await expectEnded(web, [first, second]);
  });

  test('a token from two rotations ago is reuse, too', async () => {
    const first = await world.tokensFor(browser, web);
    const second = (await refresh(web, first.refresh_token)).body;
    world.server.clock.advance(20);
    const third = (await refresh(web, second.refresh_token)).body;
    world.server.clock.advance(11);
    await expectInvalidGrant(await refresh(web, first.refresh_token), { rule: 'refresh.reused' });
    await expectEnded(web, [first, second, third]);
  });

  test('a repeat that comes after its answer was used gets the same answer, too', async () => {
    const { refresh_token } = await world.tokensFor(browser, web);
    const first = await refresh(web, refresh_token);
    const second = await refresh(web, first.body.refresh_token);
    expect((await refresh(web, refresh_token)).text).toBe(first.text);
    expect((await refresh(web, first.body.refresh_token)).text).toBe(second.text);
  });

  test('of three rotations within 30 seconds the first is refused, and nobody is signed out for it', async () => {
    const tokens = [await world.tokensFor(browser, web)];
    for (let round = 0; round < 3; round += 1) tokens.push((await refresh(web, tokens.at(-1)?.refresh_token)).body);
    await expectInvalidGrant(await refresh(web, tokens[0]?.refresh_token), { rule: 'refresh.forgotten' });
    const last = await refresh(web, tokens.at(-1)?.refresh_token);
    expect(last.status).toBe(200);
    world.server.clock.advance(31);
    await expectInvalidGrant(await refresh(web, tokens[0]?.refresh_token), { rule: 'refresh.reused' });
    await expectEnded(web, [last.body]);
  });

  test('a token of the family that was never issued ends the grant: who knows the family had a token of it', async () => {
    const first = await world.tokensFor(browser, web);
    await expectInvalidGrant(await refresh(web, `${first.refresh_token?.slice(0, -43)}${'A'.repeat(43)}`), {
      rule: 'refresh.reused',
    });
    await expectEnded(web, [first]);
  });

  test('domain rule 13: says what it is, and has more random bits than anybody guesses', async () => {
    const first = await world.tokensFor(browser, web);
    const second = (await refresh(web, first.refresh_token)).body;
    for (const token of [first.refresh_token, second.refresh_token]) expect(token).toMatch(/^tes_rt_[\w-]{65}$/);
    expect(second.refresh_token?.slice(0, 29)).toBe(first.refresh_token?.slice(0, 29));
    expect(second.refresh_token?.slice(29)).not.toBe(first.refresh_token?.slice(29));
  });

  test('another client learns nothing from a rotated token, and ends nothing', async () => {
    const first = await world.tokensFor(browser, web);
    const second = (await refresh(web, first.refresh_token)).body;
    await expectInvalidGrant(await refresh(spa, first.refresh_token), { rule: 'refresh.other_client' });
    world.server.clock.advance(60);
    await expectInvalidGrant(await refresh(spa, first.refresh_token), { rule: 'refresh.other_client' });
    expect((await refresh(web, second.refresh_token)).status).toBe(200);
  });

  test('a repeat needs the client secret like the first', async () => {
    const { refresh_token = '' } = await world.tokensFor(browser, web);
    await refresh(web, refresh_token);
    const params = { grant_type: 'refresh_token', refresh_token, client_id: web.clientId };
    expect((await world.post('/token', params)).body.error).toBe('invalid_client');
    expect((await world.post('/token', { ...params, client_secret: 'wrong' })).body.error).toBe('invalid_client');
    expect((await world.post('/token', params, credentials(web))).status).toBe(200);
  });

  test('the end of one grant leaves the other grants of the person alone', async () => {
    const [ended, other] = [await world.tokensFor(browser, web), await world.tokensFor(browser, web)];
    await refresh(web, ended.refresh_token);
    world.server.clock.advance(31);
    await expectInvalidGrant(await refresh(web, ended.refresh_token), { rule: 'refresh.reused' });
    expect((await refresh(web, other.refresh_token)).status).toBe(200);
  });
});
