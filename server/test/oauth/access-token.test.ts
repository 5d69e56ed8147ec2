import type { Refusal } from '@tessera/contract/monitor';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import {
  type Answer,
  anotherSuite,
  claimsOf,
  credentials,
  expectNotCached,
  expectRefused,
  form,
  type Person,
  send,
  startWorld,
  type TokenBody,
  type World,
} from './requests.js';

let world: World;
let web: GivenApplication;
let opaque: GivenApplication;
let service: GivenApplication;
let user: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow');
  opaque = await admin.givenApplication(project, 'authorization_flow', {
    access: 'everyone',
    accessTokenFormat: 'opaque',
  });
  service = await admin.givenApplication(project, 'client_credentials');
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

type Row = Partial<Refusal> & { rule: string };
type Active = Record<string, unknown> & { active: boolean };

const introspect = async (token: string | undefined, app = web, params = {}) => {
  const answer = await world.as<Active>(app, '/introspect', { token: token ?? '', ...params });
  expect(answer.status).toBe(200);
  expectNotCached(answer);
  return answer.body;
};
const revoke = (token: string | undefined, app = web, params = {}) =>
  world.as(app, '/revoke', { token: token ?? '', ...params });

/** RFC 6750 §3.1: the token is refused with a challenge that says so. */
async function expectInvalidToken(answer: Answer<unknown>, row: Row): Promise<void> {
  await expectRefused(world, answer, { status: 401, error: 'invalid_token', row: { endpoint: 'userinfo', ...row } });
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
}

/** JWTs that look like access tokens of the suite and are none. */
async function forgeries(genuine: TokenBody): Promise<[string, string][]> {
  const { access_token, id_token = '' } = genuine;
  const [header, , signature] = access_token.split('.');
  const claims = claimsOf(access_token);
  const sign = (changes: object, head: object, key = new TextEncoder().encode('x'.repeat(32))) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...head }).sign(key);
  const { keys } = (await send<{ keys: { alg: string; kid: string; x: string }[] }>(`${world.issuer}/jwks`, {})).body;
  const es256 = keys.find(({ alg }) => alg === 'ES256');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    ['an ID token', id_token],
    ['another payload under the signature', `${header}.${encode({ ...claims, scope: 'openid email' })}.${signature}`],
    ['alg none', new UnsecuredJWT(claims).encode()],
    [
      'alg none with the type and key of the suite',
      `${encode({ alg: 'none', typ: 'at+jwt', kid: es256?.kid })}.${encode(claims)}.`,
    ],
    ['a key of its own', await sign({}, {})],
    ['a key of its own under the kid of the suite', await sign({}, { kid: es256?.kid })],
    [
      'the public key as an HMAC secret',
      await sign({}, { kid: es256?.kid }, new TextEncoder().encode(JSON.stringify(es256))),
    ],
    ['a kid that is a path', await sign({}, { kid: '../../etc/passwd' })],
    ['no signature', `${header}.${encode(claims)}.`],
    ['two parts', access_token.slice(0, access_token.lastIndexOf('.'))],
    ['no JWT', 'abc'],
    ['an unknown opaque token', `tes_at_${'A'.repeat(43)}`],
    ['a refresh token', genuine.refresh_token ?? ''],
  ];
}

describe('OpenID Connect Core §5.3: userinfo', () => {
  test.each(['profile email', 'email', ''])('brings the claims of the scope %j by GET and by POST', async (scope) => {
    const tokens = await world.tokensFor(browser, web, { scope: `openid ${scope}` });
    const profile = { name: 'Ana', given_name: 'Ana', updated_at: expect.any(Number) };
    const email = { email: user.email, email_verified: false };
    const expected = {
      sub: user.accountId,
      ...(scope.includes('profile') ? profile : {}),
      ...(scope.includes('email') ? email : {}),
    };
    const byGet = await world.userinfo(tokens.access_token);
    expect(byGet.headers.get('content-type')).toMatch(/^application\/json/);
    expectNotCached(byGet);
    const authorization = `bEARER ${tokens.access_token}`;
    const byPost = await send(`${world.issuer}/userinfo`, { method: 'POST', headers: { authorization } });
    const inBody = await world.post('/userinfo', { access_token: tokens.access_token });
    for (const answer of [byGet, byPost, inBody]) expect([answer.status, answer.body]).toEqual([200, expected]);
  });

  test('RFC 6750 §3.1: without a token it answers with a challenge and no error code in it', async () => {
    for (const init of [{}, { method: 'POST' }]) {
      const answer = await send(`${world.issuer}/userinfo`, init);
      expect(answer.status).toBe(401);
      expectNotCached(answer);
      const challenge = answer.headers.get('www-authenticate');
      expect(challenge).toMatch(/^Bearer/);
      expect(challenge).not.toContain('error');
    }
  });

  test('RFC 6750 §2.3: a token in the query is not read', async () => {
    const { access_token } = await world.tokensFor(browser, web);
    const answer = await send(`${world.issuer}/userinfo?${form({ access_token })}`, {});
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(user.accountId);
  });

  test('RFC 6750 §3: a token in two places, or a broken header, is invalid_request with a challenge', async () => {
    const { access_token } = await world.tokensFor(browser, web);
    const twice = await world.post('/userinfo', { access_token }, { authorization: `Bearer ${access_token}` });
    await expectRefused(world, twice, { status: 400, error: 'invalid_request', row: { rule: 'token.twice' } });
    expect(twice.headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const authorization of ['Bearer', 'Bearer a b', 'Bearer "x"']) {
      const answer = await send(`${world.issuer}/userinfo`, { headers: { authorization } });
      await expectRefused(world, answer, { status: 400, error: 'invalid_request', row: { rule: 'token.malformed' } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('RFC 6750 §3.1: another scheme is answered as no token', async () => {
    const answer = await send(`${world.issuer}/userinfo`, { headers: credentials(web) });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('RFC 6750 §3.1: a token without openid lacks the scope', async () => {
    const withoutOpenId = (await world.tokensFor(browser, web, { scope: 'email' })).access_token;
    const ofClient = (await world.as(service, '/token', { grant_type: 'client_credentials' })).body.access_token;
    for (const [token, app, received] of [
      [withoutOpenId, web, 'email'],
      [ofClient, service, '(no scope)'],
    ] as const) {
      const answer = await world.userinfo(token);
      await expectRefused(world, answer, {
        status: 403,
        error: 'insufficient_scope',
        row: { rule: 'token.scope', expected: 'openid', received, applicationId: app.id },
      });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="insufficient_scope"/);
    }
  });

  test('RFC 9068 §4: what is no access token of the suite is refused', async () => {
    const genuine = await world.tokensFor(browser, web);
    for (const [what, token] of await forgeries(genuine)) {
      const answer = await world.userinfo(token);
      expect([what, answer.status, answer.body.error]).toEqual([what, 401, 'invalid_token']);
      expect(answer.text).not.toContain(user.accountId);
    }
    expect((await world.userinfo(genuine.access_token)).status).toBe(200);
  });

  test('a token of another suite, in both formats', async () => {
    const other = await anotherSuite(world);
    for (const app of [web, opaque]) {
      const { access_token } = await world.tokensFor(browser, app);
      expect((await other.userinfo(access_token)).status).toBe(401);
      expect((await world.userinfo(access_token)).status).toBe(200);
    }
  });

  test('domain rule 5: until the second in which the token expires, in both formats', async () => {
    const tokens = [await world.tokensFor(browser, web), await world.tokensFor(browser, opaque)];
    world.server.clock.advance(899);
    for (const { access_token } of tokens) expect((await world.userinfo(access_token)).status).toBe(200);
    world.server.clock.advance(1);
    for (const { access_token } of tokens) {
      await expectInvalidToken(await world.userinfo(access_token), { rule: 'token.expired' });
      expect(await introspect(access_token)).toEqual({ active: false });
    }
  });
});

describe('RFC 7662 §2: introspection', () => {
  test('tells what an access token says, in both formats, without the inner workings', async () => {
    for (const app of [web, opaque]) {
      const { access_token } = await world.tokensFor(browser, app, { scope: 'openid email' });
      const now = world.server.clock.now();
      expect(await introspect(access_token, app)).toEqual({
        active: true,
        token_type: 'Bearer',
        iss: world.issuer,
        sub: user.accountId,
        aud: world.project.defaultResource,
        client_id: app.clientId,
        scope: 'openid email',
        iat: now,
        exp: now + 900,
        jti: expect.any(String),
        auth_time: expect.any(Number),
        amr: ['pwd'],
        acr: 'urn:tessera:acr:password',
      });
    }
  });

  test('tells what a refresh token is, to its own client only', async () => {
    const { refresh_token } = await world.tokensFor(browser, web, { scope: 'openid email' });
    const now = world.server.clock.now();
    expect(await introspect(refresh_token)).toEqual({
      active: true,
      client_id: web.clientId,
      sub: user.accountId,
      iss: world.issuer,
      iat: now,
      exp: now + 2_592_000,
      scope: 'openid email',
    });
    expect(await introspect(refresh_token, opaque)).toEqual({ active: false });
  });

  test('a rotated, revoked or expired refresh token is not active', async () => {
    const tokens = await world.tokensFor(browser, web);
    const { body } = await world.as(web, '/token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
    expect(await introspect(body.refresh_token)).toMatchObject({ active: true });
    await revoke(body.refresh_token);
    expect(await introspect(body.refresh_token)).toEqual({ active: false });
    const short = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      accessTokenLifespan: 60,
      refreshTokenLifespan: 100,
    });
    const { refresh_token } = await world.tokensFor(browser, short);
    world.server.clock.advance(99);
    expect(await introspect(refresh_token, short)).toMatchObject({ active: true });
    world.server.clock.advance(1);
    expect(await introspect(refresh_token, short)).toEqual({ active: false });
  });

  test('RFC 7662 §4: a client of the same project may ask, one of another project learns nothing', async () => {
    const elsewhere = await world.admin.givenProject(world.suite.id);
    const stranger = await world.admin.givenApplication(elsewhere, 'client_credentials');
    for (const app of [web, opaque]) {
      const { access_token } = await world.tokensFor(browser, app);
      expect(await introspect(access_token, service)).toMatchObject({ active: true, client_id: app.clientId });
      expect(await introspect(access_token, stranger)).toEqual({ active: false });
    }
  });

  test('§2.2: what is no token of this suite is not active, and nothing more is said', async () => {
    const genuine = await world.tokensFor(browser, web);
    for (const [what, token] of await forgeries(genuine))
      if (token !== genuine.refresh_token) expect([what, await introspect(token)]).toEqual([what, { active: false }]);
  });

  test('§2.1: token_type_hint does not matter', async () => {
    const { access_token, refresh_token } = await world.tokensFor(browser, web);
    for (const token_type_hint of ['access_token', 'refresh_token', 'unknown'])
      for (const token of [access_token, refresh_token])
        expect(await introspect(token, web, { token_type_hint })).toMatchObject({ active: true });
  });

  test.each(['/introspect', '/revoke'])('%s needs a token', async (path) => {
    for (const params of [{}, { token: '' }])
      await expectRefused(world, await world.as(web, path, params), {
        status: 400,
        error: 'invalid_request',
        row: { endpoint: path.slice(1), rule: 'param.missing', expected: 'token', applicationId: web.id },
      });
  });
});

describe('RFC 7009 §2: revocation', () => {
  test('of an access token, in both formats: it ends at once, its refresh token goes on', async () => {
    for (const app of [web, opaque]) {
      const { access_token, refresh_token } = await world.tokensFor(browser, app);
      const answer = await revoke(access_token, app);
      expect([answer.status, answer.text]).toEqual([200, '']);
      expectNotCached(answer);
      await expectInvalidToken(await world.userinfo(access_token), { rule: 'token.revoked' });
      expect(await introspect(access_token, app)).toEqual({ active: false });
      expect(await introspect(refresh_token, app)).toMatchObject({ active: true });
    }
  });

  test('§2.1: of a refresh token: the access tokens of its grant end, too', async () => {
    for (const app of [web, opaque]) {
      const first = await world.tokensFor(browser, app);
      const second = (
        await world.as(app, '/token', { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })
      ).body;
      expect((await revoke(second.refresh_token, app)).status).toBe(200);
      for (const { access_token } of [first, second]) {
        await expectInvalidToken(await world.userinfo(access_token), { rule: 'token.revoked' });
        expect(await introspect(access_token, app)).toEqual({ active: false });
      }
      const refresh = { grant_type: 'refresh_token', refresh_token: second.refresh_token ?? '' };
      await expectRefused(world, await world.as(app, '/token', refresh), {
        status: 400,
        error: 'invalid_grant',
        row: { rule: 'refresh.revoked', applicationId: app.id },
      });
    }
  });

  test('of a refresh token that was rotated already: the grant ends', async () => {
    const first = await world.tokensFor(browser, web);
    const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' };
    const second = (await world.as(web, '/token', refresh)).body;
    expect((await revoke(first.refresh_token)).status).toBe(200);
    expect(await introspect(second.refresh_token)).toEqual({ active: false });
    expect((await world.as(web, '/token', refresh)).body.error).toBe('invalid_grant');
  });

  test('of the token of a client for itself', async () => {
    const { access_token } = (await world.as(service, '/token', { grant_type: 'client_credentials' })).body;
    expect(await introspect(access_token, service)).toMatchObject({ active: true });
    expect((await revoke(access_token, service)).status).toBe(200);
    expect(await introspect(access_token, service)).toEqual({ active: false });
  });

  test('by a public client, of its own token', async () => {
    const spa = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { access: 'everyone' });
    const { access_token, refresh_token } = await world.tokensFor(browser, spa);
    expect((await revoke(refresh_token, spa)).status).toBe(200);
    expect((await world.userinfo(access_token)).status).toBe(401);
  });

  test('§2.1: by another client it is refused, and the token lives on', async () => {
    const tokens = await world.tokensFor(browser, opaque);
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      await expectRefused(world, await revoke(token, web), {
        status: 400,
        error: 'invalid_grant',
        row: { endpoint: 'revoke', rule: 'token.other_client', applicationId: web.id },
      });
      expect(await introspect(token, opaque)).toMatchObject({ active: true });
    }
  });

  test('§2.2: what is unknown, expired or revoked already is answered with 200', async () => {
    const { access_token, refresh_token } = await world.tokensFor(browser, web);
    await revoke(refresh_token);
    for (const token of [access_token, refresh_token, 'tes_rt_x', 'tes_at_x', 'x', 'a.b.c'])
      expect((await revoke(token)).status).toBe(200);
  });

  test('§2.1: a wrong token_type_hint does not keep a token alive', async () => {
    const { access_token, refresh_token } = await world.tokensFor(browser, web);
    await revoke(access_token, web, { token_type_hint: 'refresh_token' });
    expect(await introspect(access_token)).toEqual({ active: false });
    await revoke(refresh_token, web, { token_type_hint: 'access_token' });
    expect(await introspect(refresh_token)).toEqual({ active: false });
  });
});
