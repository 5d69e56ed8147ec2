import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from './requests.js';
import { fetchKeys, givenKeySuite, type KeySuite, kidOf, longestToken } from './signing-keys.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let first: World;
let suite: KeySuite;

beforeAll(async () => {
  first = await startWorld();
});
afterAll(() => first.close());

beforeEach(async () => {
  suite = await givenKeySuite(first);
});
afterEach(() => suite.setDays(3_650));

describe('rotation by hand', () => {
  it('OpenID Connect Core §10.1.1: the next key signs, the old one stays published, a new next key is published', async () => {
    suite.advance(600);
    const [signing, next] = [await suite.key('ES256', 'signing'), await suite.key('ES256', 'next')];
    const before = await suite.published();
    const answer = await suite.rotate({ alg: 'ES256' });
    expect(answer).toMatchObject({
      status: 200,
      body: { changed: [{ alg: 'ES256', from: signing.kid, to: next.kid }], warnings: [] },
    });
    expect(await suite.key('ES256', 'signing')).toMatchObject({ kid: next.kid, signsFrom: suite.now() });
    expect(await suite.key('ES256', 'retired')).toMatchObject({ kid: signing.kid, signsUntil: suite.now() });
    const after = await suite.published();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.filter((kid) => !before.includes(kid))).toEqual([(await suite.key('ES256', 'next')).kid]);
    expect(kidOf((await suite.tokens()).access_token)).toBe(next.kid);
  });

  it('OIDF oidcc-server-rotate-keys: a new RSA key with a new modulus, the old one still there, and no key of another kind', async () => {
    suite = await givenKeySuite(first, { complete: true });
    const before = await fetchKeys(suite);
    await suite.rotate({ alg: 'RS256' });
    const added = (await fetchKeys(suite)).filter((key) => !before.some(({ kid }) => kid === key.kid));
    expect(added).toMatchObject([{ kty: 'RSA', alg: 'RS256', use: 'sig' }]);
    expect(before.map((key) => key.n)).not.toContain(added[0]?.n);
    expect(await suite.published()).toEqual(expect.arrayContaining(before.map((key) => key.kid)));
  });

  it('tokens of the old key work until they expire, and the key leaves the JWKS only then', async () => {
    const old = await suite.tokens();
    const kid = kidOf(old.access_token);
    await suite.rotate({ alg: 'ES256' });
    expect(kidOf((await suite.tokens()).access_token)).not.toBe(kid);
    const retired = await suite.key('ES256', 'retired');
    expect(retired).toMatchObject({ kid, tokensValidUntil: suite.now() + longestToken });
    suite.advance(longestToken - 1);
    expect(await suite.verifies(old.access_token)).toBe(true);
    expect((await suite.userinfo(old.access_token)).status).toBe(200);
    expect(await suite.isActive(old.access_token)).toBe(true);
    suite.advance((retired.removedAt ?? 0) - suite.now() - 1);
    expect(await suite.published()).toContain(kid);
    suite.advance(1);
    expect(await suite.published()).not.toContain(kid);
    expect(retired.removedAt).toBeGreaterThan(retired.tokensValidUntil ?? 0);
  });

  it('with the key that signs as the caller knows it: another one is 412, and nothing is rotated', async () => {
    const { kid } = await suite.key('ES256', 'signing');
    expect((await suite.rotate({ alg: 'ES256', from: [kid] })).status).toBe(200);
    const before = await suite.keys();
    expect(await suite.rotate({ alg: 'ES256', from: [kid] })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    expect(await suite.keys()).toEqual(before);
  });

  it('of all algorithms at once: each has a new signing key', async () => {
    suite = await givenKeySuite(first, { complete: true });
    const before = await suite.keys();
    const { body } = await suite.rotate();
    expect(body.changed.map((one) => one.alg)).toEqual(['RS256', 'ES256', 'PS256', 'EdDSA']);
    for (const { alg, from, to } of body.changed) {
      expect(before.find((key) => key.kid === from)).toMatchObject({ alg, status: 'signing' });
      expect(body.items.find((key) => key.kid === to)).toMatchObject({ alg, status: 'signing' });
    }
    expect(body.items.filter((key) => key.status === 'next')).toHaveLength(4);
  });

  it('before caches know the next key: it goes through, with a warning that says until when', async () => {
    const { body } = await suite.rotate({ alg: 'ES256' });
    expect(body.warnings).toEqual([
      { alg: 'ES256', code: 'published_recently', message: expect.stringContaining('ES256'), until: suite.now() + 600 },
    ]);
    suite.advance(600);
    expect((await suite.rotate({ alg: 'ES256' })).body.warnings).toEqual([]);
  });

  it('the old private key is destroyed', async () => {
    const signing = await suite.key('ES256', 'signing');
    await suite.rotate({ alg: 'ES256' });
    const row = await first.server.deps.db
      .selectFrom('signingKeys')
      .select('privateSealed')
      .where('kid', '=', signing.kid)
      .executeTakeFirstOrThrow();
    expect(row.privateSealed).toBe('');
  });

  it('an ID token of the old key is still a hint, for who signs out with it', async () => {
    const { id_token = '' } = await suite.tokens();
    await suite.rotate({ alg: 'RS256' });
    const answer = await suite.authorize(suite.browser, suite.app, {
      scope: 'openid',
      prompt: 'none',
      id_token_hint: id_token,
    });
    expect(answer.has('code')).toBe(true);
  });
});
