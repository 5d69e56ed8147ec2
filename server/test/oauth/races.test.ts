import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import {
  type Answer,
  countIssued,
  expectRefused,
  type Person,
  redemption,
  refusalOf,
  requestOf,
  startWorld,
  type TokenBody,
  type World,
} from './requests.js';

// Hundreds of requests in one test or hook: slow only where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let world: World;
let web: GivenApplication;
let opaque: GivenApplication;
let backEnd: GivenApplication;
let user: Person & { id: string; accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow');
  opaque = await admin.givenApplication(project, 'authorization_flow', {
    access: 'everyone',
    accessTokenFormat: 'opaque',
  });
  backEnd = await admin.givenApplication(project, 'user_credentials', { access: 'everyone' });
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

const refresh = (app: GivenApplication, refresh_token = '') =>
  world.as(app, '/token', { grant_type: 'refresh_token', refresh_token });
const atOnce = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

async function isActive(app: GivenApplication, token = ''): Promise<boolean> {
  const { status, body } = await world.as<{ active: boolean }>(app, '/introspect', { token });
  expect(status).toBe(200);
  return body.active;
}

/** Checks that nothing of an answer works any more. */
async function expectEnded(app: GivenApplication, tokens: TokenBody): Promise<void> {
  expect((await world.userinfo(tokens.access_token)).status).toBe(401);
  expect(await isActive(app, tokens.access_token)).toBe(false);
  expect(await isActive(app, tokens.refresh_token)).toBe(false);
  const answer = await refresh(app, tokens.refresh_token);
  await expectRefused(world, answer, { status: 400, error: 'invalid_grant', row: { rule: 'refresh.revoked' } });
}

/** How much more there is after some work. */
async function issuedBy<T>(work: () => Promise<T>): Promise<{ result: T; more: Record<string, number> }> {
  const before = await countIssued(world);
  const result = await work();
  const after = await countIssued(world);
  return {
    result,
    more: Object.fromEntries(Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)])),
  };
}

function split(answers: Answer[]): { successes: Answer[]; failures: Answer[] } {
  return {
    successes: answers.filter(({ status }) => status === 200),
    failures: answers.filter(({ status }) => status !== 200),
  };
}

describe('RFC 6749 §4.1.2, domain rule 8: a code is used once', () => {
  test.each([
    [2, 'jwt'],
    [10, 'jwt'],
    [10, 'opaque'],
  ])('of %i redemptions at once exactly one succeeds, and what it got (%s) has ended', async (count, format) => {
    const app = format === 'jwt' ? web : opaque;
    for (let round = 0; round < 3; round += 1) {
      const code = await world.codeFor(browser, app, { scope: 'openid' });
      const { result, more } = await issuedBy(() => atOnce(count, () => world.as(app, '/token', redemption(code))));
      const { successes, failures } = split(result);
      expect([successes.length, failures.length]).toEqual([1, count - 1]);
      expect(more).toEqual({ codes: 0, grants: 1, refreshTokens: 1, accessTokens: format === 'jwt' ? 0 : 1 });
      for (const failure of failures)
        expect([failure.status, failure.body.error, (await refusalOf(world, failure)).rule]).toEqual([
          400,
          'invalid_grant',
          'code.used',
        ]);
      await expectEnded(app, (successes[0] as Answer).body);
    }
  });

  test.each(['jwt', 'opaque'])(
    'a replay after the success ends the grant, 30 seconds later as well (%s)',
    async (format) => {
      const app = format === 'jwt' ? web : opaque;
      for (const seconds of [0, 30]) {
        const code = await world.codeFor(browser, app, { scope: 'openid' });
        const first = await world.as(app, '/token', redemption(code));
        const second = await refresh(app, first.body.refresh_token);
        expect([first.status, second.status]).toEqual([200, 200]);
        world.server.clock.advance(seconds);
        await expectRefused(world, await world.as(app, '/token', redemption(code)), {
          status: 400,
          error: 'invalid_grant',
          row: {
            rule: 'code.used',
            applicationId: app.id,
            expected: 'one use',
            received: expect.stringMatching(/^used at /) as string,
          },
        });
        expect((await world.userinfo(first.body.access_token)).status).toBe(401);
        await expectEnded(app, second.body);
      }
    },
  );

  test('a replay with a wrong verifier, redirect URI or after the code’s end is a replay all the same', async () => {
    for (const params of [{ code_verifier: 'x'.repeat(43) }, { redirect_uri: 'https://evil.example/' }]) {
      const code = await world.codeFor(browser, web, { scope: 'openid' });
      const first = await world.as(web, '/token', redemption(code));
      expect((await world.as(web, '/token', redemption(code, params))).body.error).toBe('invalid_grant');
      await expectEnded(web, first.body);
    }
    const code = await world.codeFor(browser, web, { scope: 'openid' });
    const first = await world.as(web, '/token', redemption(code));
    world.server.clock.advance(61);
    expect((await world.as(web, '/token', redemption(code))).body.error).toBe('invalid_grant');
    await expectEnded(web, first.body);
  });

  test('another client cannot end the grant with the code', async () => {
    const code = await world.codeFor(browser, web, { scope: 'openid' });
    const first = await world.as(web, '/token', redemption(code));
    expect((await world.as(opaque, '/token', redemption(code))).body.error).toBe('invalid_grant');
    expect((await world.userinfo(first.body.access_token)).status).toBe(200);
  });
});

describe('domain rule 7: concurrent refreshes with one token', () => {
  test.each([2, 10])('%i at once: all get the same answer, and one of them issued it', async (count) => {
    for (let round = 0; round < 3; round += 1) {
      const { refresh_token } = await world.tokensFor(browser, opaque);
      const { result, more } = await issuedBy(() => atOnce(count, () => refresh(opaque, refresh_token)));
      expect(result.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 200));
      expect(new Set(result.map(({ text }) => text)).size).toBe(1);
      // The new refresh token took the place of the one before.
      expect(more).toEqual({ codes: 0, grants: 0, refreshTokens: 0, accessTokens: 1 });
      expect((await refresh(opaque, result[0]?.body.refresh_token)).status).toBe(200);
    }
  });

  test('two at once for different scopes: one succeeds at most, and the grant has ended', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { refresh_token = '' } = await world.tokensFor(browser, web, { scope: 'openid email' });
      const answers = await Promise.all(
        ['openid', 'email'].map((scope) =>
          world.as(web, '/token', { grant_type: 'refresh_token', refresh_token, scope }),
        ),
      );
      const { successes, failures } = split(answers);
      expect([successes.length, failures.length]).toEqual([1, 1]);
      expect((await refusalOf(world, failures[0] as Answer)).rule).toBe('refresh.reused');
      expect((await refresh(web, successes[0]?.body.refresh_token)).body.error).toBe('invalid_grant');
    }
  });

  test('refresh against revocation: whoever wins, nothing of the grant works afterwards', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { refresh_token = '' } = await world.tokensFor(browser, web);
      const [refreshed, revoked] = await Promise.all([
        refresh(web, refresh_token),
        world.as(web, '/revoke', { token: refresh_token }),
      ]);
      expect(revoked.status).toBe(200);
      expect([200, 400]).toContain(refreshed.status);
      if (refreshed.status === 200) await expectEnded(web, refreshed.body);
      else expect(refreshed.body.error).toBe('invalid_grant');
    }
  });
});

describe('domain rule 9: disabling against issuing', () => {
  const setEnabled = async (enabled: boolean) => {
    const answer = await world.admin.api('PATCH', `/applications/${web.id}/users/${user.id}`, { enabled });
    expect(answer.status).toBe(200);
  };

  test.each(['redeeming a code', 'refreshing'])(
    '%s: whoever wins, no token from before works once the user is enabled again',
    async (what) => {
      for (let round = 0; round < 6; round += 1) {
        const code = await world.codeFor(browser, web, { scope: 'openid' });
        const before = what === 'refreshing' ? (await world.as(web, '/token', redemption(code))).body : null;
        const [answer] = await Promise.all([
          before ? refresh(web, before.refresh_token) : world.as(web, '/token', redemption(code)),
          setEnabled(false),
        ]);
        expect([200, 400]).toContain(answer.status);
        await setEnabled(true);
        if (answer.status === 200) await expectEnded(web, answer.body);
        else expect(answer.body.error).toBe('invalid_grant');
      }
    },
  );

  /** Changes an account while it is signing in with the password it had before. */
  async function duringSignIn<T>(work: (person: Person) => Promise<T>, change: object) {
    const person = await world.admin.givenAccount(world.suite.id);
    const path = `/accounts/${person.id}`;
    const [result, changed] = await Promise.all([work(person), world.admin.api('PATCH', path, change)]);
    expect(changed.status).toBe(200);
    return { result, path, person };
  }

  test.each([
    ['disabling the account', { status: 'disabled' }],
    ['a new password', { password: 'another long pass phrase' }],
  ])('the password grant against %s: no refresh token from before lives on', async (_, change) => {
    for (let round = 0; round < 4; round += 1) {
      const work = ({ email, password }: Person) =>
        world.as(backEnd, '/token', { grant_type: 'password', username: email, password });
      const { result, path } = await duringSignIn(work, change);
      expect([200, 400]).toContain(result.status);
      await world.admin.api('PATCH', path, { status: 'active' });
      if (result.status === 200)
        expect((await refresh(backEnd, result.body.refresh_token)).body.error).toBe('invalid_grant');
    }
  });

  test.each([
    ['disabling the account', { status: 'disabled' }],
    ['a new password', { password: 'another long pass phrase' }],
  ])('the sign-in page against %s: no session from before lives on', async (_, change) => {
    for (let round = 0; round < 4; round += 1) {
      const own = createBrowser(world.server.url);
      const url = authorizeUrl(world.issuer, requestOf(opaque));
      const work = async ({ email, password }: Person) => own.submit(await own.open(url), { email, password });
      const { result, path } = await duringSignIn(work, change);
      expect(result.left || [401, 403].includes(result.status)).toBe(true);
      await world.admin.api('PATCH', path, { status: 'active' });
      expect((await world.authorize(own, opaque, { prompt: 'none' })).get('error')).toBe('login_required');
      const code = result.url.searchParams.get('code');
      if (code) expect((await world.as(opaque, '/token', redemption(code))).body.error).toBe('invalid_grant');
    }
  });

  test('deleting an account against its requests: an answer to each, and nothing works afterwards', async () => {
    for (let round = 0; round < 3; round += 1) {
      const person = await world.admin.givenAccount(world.suite.id);
      const own = await world.signedIn(opaque, person);
      const tokens = await Promise.all(Array.from({ length: 4 }, () => world.tokensFor(own, opaque)));
      const codes = await Promise.all(Array.from({ length: 4 }, () => world.codeFor(own, opaque)));
      const [deleted, ...answers] = await Promise.all([
        world.admin.api('DELETE', `/accounts/${person.id}`),
        ...tokens.map(({ refresh_token }) => refresh(opaque, refresh_token)),
        ...codes.map((code) => world.as(opaque, '/token', redemption(code))),
      ]);
      expect(deleted.status).toBe(204);
      for (const { status, body } of answers) {
        expect([200, 400]).toContain(status);
        if (status === 400) expect(body.error).toBe('invalid_grant');
        else expect((await refresh(opaque, body.refresh_token)).body.error).toBe('invalid_grant');
      }
      for (const { access_token } of tokens) expect((await world.userinfo(access_token)).status).toBe(401);
    }
  });
});
