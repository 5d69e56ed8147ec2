import { createHash } from 'node:crypto';
import type { Refusal } from '@tessera/contract/monitor';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import {
  anotherSuite,
  claimsOf,
  countIssued,
  expectNotCached,
  expectRefused,
  type Person,
  pkcePair,
  redemption,
  startWorld,
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
  web = await admin.givenApplication(project, 'authorization_flow', {
    redirectUris: [testRedirectUri, 'https://app.example.com/second'],
  });
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', { access: 'everyone' });
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

/** Swaps a code in a way that must be refused, then in the right way: nothing was issued or used up. */
async function refusedOnce(
  app: GivenApplication,
  wrong: Record<string, string>,
  right: Record<string, string>,
  row: Partial<Refusal> & { rule: string },
): Promise<void> {
  const before = await countIssued(world);
  const answer = await world.as(app, '/token', wrong);
  const said = { status: 400, error: 'invalid_grant', row: { endpoint: 'token', applicationId: app.id, ...row } };
  await expectRefused(world, answer, said);
  expect(await countIssued(world)).toEqual(before);
  expect((await world.as(app, '/token', right)).status).toBe(200);
}

describe('RFC 6749 §4.1.4: what a code is swapped for', () => {
  test('the answer, and no cache keeps it', async () => {
    const code = await world.codeFor(browser, web, { scope: 'openid email' });
    const answer = await world.as(web, '/token', redemption(code));
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'openid email',
      refresh_token: expect.stringMatching(/^tes_rt_[A-Za-z0-9_-]{65}$/),
      id_token: expect.any(String),
    });
  });

  test('OpenID Connect Core §2: an ID token signed RS256, with protocol claims and no others', async () => {
    const code = await world.codeFor(browser, web, { scope: 'openid profile email', nonce: 'n1' });
    const { id_token = '', access_token } = (await world.as(web, '/token', redemption(code))).body;
    const now = world.server.clock.now();
    expect(decodeProtectedHeader(id_token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    const half = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url');
    expect(claimsOf(id_token)).toEqual({
      iss: world.issuer,
      sub: user.accountId,
      aud: web.clientId,
      iat: now,
      exp: now + 900,
      auth_time: expect.any(Number),
      amr: ['pwd'],
      acr: 'urn:tessera:acr:password',
      nonce: 'n1',
      sid: expect.any(String),
      at_hash: half,
    });
  });

  test('RFC 9068 §2: a JWT access token of type at+jwt, signed ES256', async () => {
    const { access_token } = await world.tokensFor(browser, web, { scope: 'openid email' });
    const now = world.server.clock.now();
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(claimsOf(access_token)).toEqual({
      iss: world.issuer,
      sub: user.accountId,
      aud: world.project.defaultResource,
      client_id: web.clientId,
      iat: now,
      exp: now + 900,
      jti: expect.any(String),
      scope: 'openid email',
      auth_time: expect.any(Number),
      amr: ['pwd'],
      acr: 'urn:tessera:acr:password',
      grant_id: expect.any(String),
    });
  });

  test('a request without openid gets no ID token, and without scope no scope', async () => {
    const code = await world.codeFor(browser, web);
    const { body } = await world.as(web, '/token', redemption(code));
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type']);
    expect(claimsOf(body.access_token)).not.toHaveProperty('scope');
  });

  test('manual M6: the life spans of the application hold from the next request on', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      accessTokenLifespan: 60,
      refreshTokenLifespan: 61,
    });
    const { expires_in, access_token } = await world.tokensFor(browser, app);
    expect([expires_in, Number(claimsOf(access_token).exp)]).toEqual([60, world.server.clock.now() + 60]);
    const changed = await world.admin.api('PATCH', `/applications/${app.id}`, {
      accessTokenLifespan: 120,
      refreshTokenLifespan: 300,
    });
    expect(changed.status).toBe(200);
    expect((await world.tokensFor(browser, app)).expires_in).toBe(120);
  });

  test.each([
    ['always', 'openid', true],
    ['offline_access', 'openid', false],
    ['offline_access', 'openid offline_access', true],
    ['never', 'openid offline_access', false],
  ] as const)(
    'domain rule 7: with the policy %s and the scope %j, a refresh token: %s',
    async (refreshTokens, scope, comes) => {
      const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
        access: 'everyone',
        refreshTokens,
      });
      expect('refresh_token' in (await world.tokensFor(browser, app, { scope }))).toBe(comes);
    },
  );
});

describe('RFC 6749 §4.1.2: how long a code lives', () => {
  test('59 seconds after, it is valid', async () => {
    const code = await world.codeFor(browser, web);
    world.server.clock.advance(59);
    expect((await world.as(web, '/token', redemption(code))).status).toBe(200);
  });

  test('60 seconds after, it has expired', async () => {
    const code = await world.codeFor(browser, web);
    const before = await countIssued(world);
    world.server.clock.advance(60);
    await expectRefused(world, await world.as(web, '/token', redemption(code)), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'code.expired', expected: '60 s', received: '60 s', applicationId: web.id },
    });
    expect(await countIssued(world)).toEqual(before);
  });
});

describe('RFC 6749 §4.1.3: whose code, and for which redirect URI', () => {
  test.each(['tes_ac_x', 'x', 'tes_rt_x', "' or 1=1 --"])('the unknown code %j', async (code) => {
    await expectRefused(world, await world.as(web, '/token', redemption(code)), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'code.unknown', applicationId: web.id },
    });
  });

  test('a code of another client', async () => {
    const thief = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const code = await world.codeFor(browser, web);
    await expectRefused(world, await world.as(thief, '/token', redemption(code)), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'code.other_client', applicationId: thief.id, expected: web.id, received: thief.id },
    });
    expect((await world.as(web, '/token', redemption(code))).status).toBe(200);
  });

  test('a code of another suite', async () => {
    const other = await anotherSuite(world);
    const foreign = await other.admin.givenApplication(other.project, 'authorization_flow');
    const code = await world.codeFor(browser, web);
    await expectRefused(other, await other.as(foreign, '/token', redemption(code)), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'code.unknown', applicationId: foreign.id },
    });
    expect((await world.as(web, '/token', redemption(code))).status).toBe(200);
  });

  test.each([
    ['another registered one', 'https://app.example.com/second'],
    ['one with a trailing slash', `${testRedirectUri}/`],
    ['none', ''],
  ])('a redirect_uri that is %s', async (_, redirect_uri) => {
    const code = await world.codeFor(browser, web);
    await refusedOnce(web, redemption(code, { redirect_uri }), redemption(code), {
      rule: 'redirect.changed',
      expected: testRedirectUri,
      received: redirect_uri || '(left out)',
    });
  });
});

describe('RFC 7636: the verifier', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const s256 = { code_challenge: challenge, code_challenge_method: 'S256' };
  const right = (code: string) => redemption(code, { code_verifier: verifier });

  test('Appendix B: the example pair works, for public and confidential clients', async () => {
    for (const app of [spa, web]) {
      const code = await world.codeFor(browser, app, s256);
      expect((await world.as(app, '/token', right(code))).status).toBe(200);
    }
  });

  test.each([
    ['§4.6: rejects a verifier that does not match', `${verifier.slice(1)}A`, { expected: challenge }],
    ['§4.6: rejects the challenge as the verifier', challenge, { expected: challenge }],
    ['§4.6: rejects the verifier in capitals', verifier.toUpperCase(), { expected: challenge }],
    ['§4.5: rejects a missing verifier', '', { expected: 'code_verifier' }],
    ['§4.1: rejects a verifier that is too short', verifier.slice(1), { received: '42 characters' }],
    ['§4.1: rejects a verifier that is too long', 'a'.repeat(129), { received: '129 characters' }],
    ['§4.1: rejects a verifier with other characters', `${verifier}%`, { received: '44 characters' }],
  ])('%s', async (_, code_verifier, row) => {
    for (const app of [spa, web]) {
      const code = await world.codeFor(browser, app, s256);
      await refusedOnce(app, redemption(code, { code_verifier }), right(code), { rule: 'pkce.verifier', ...row });
    }
  });

  test('RFC 9700 §4.8.2: rejects a verifier where the authorization request had no challenge', async () => {
    const code = await world.codeFor(browser, web);
    await refusedOnce(web, right(code), redemption(code), { rule: 'pkce.downgrade' });
  });

  test('§4.2: plain works where the application allows it, written out or left out', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', {
      access: 'everyone',
      allowPlainPkce: true,
    });
    for (const method of [{ code_challenge_method: 'plain' }, {}]) {
      const code = await world.codeFor(browser, app, { code_challenge: verifier, ...method });
      const wrong = redemption(code, { code_verifier: pkcePair().verifier });
      await refusedOnce(app, wrong, right(code), { rule: 'pkce.verifier', expected: null, received: null });
    }
  });

  test('domain rule 3: plain stops at the very next request when the application does not allow it any more', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', {
      access: 'everyone',
      allowPlainPkce: true,
    });
    const plain = { code_challenge: verifier, code_challenge_method: 'plain' };
    expect((await world.authorize(browser, app, plain)).has('code')).toBe(true);
    await world.admin.api('PATCH', `/applications/${app.id}`, { allowPlainPkce: false });
    expect((await world.authorize(browser, app, plain)).get('error')).toBe('invalid_request');
  });
});
