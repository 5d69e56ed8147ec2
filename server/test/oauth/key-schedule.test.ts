import type { Page } from '@tessera/contract/list';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { deleteExpired } from '../../src/store/expired.js';
import { startWorld, type World } from './requests.js';
import { day, givenKeySuite, type KeySuite } from './signing-keys.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Seconds that a JWKS may be kept (`Cache-Control`). */
const jwksMaxAge = 300;

let first: World;
let suite: KeySuite;

beforeAll(async () => {
  first = await startWorld();
  suite = await givenKeySuite(first, { complete: true });
});
afterAll(() => first.close());

afterEach(() => suite.setDays(3_650));

describe('rotation by schedule', () => {
  it('happens after keyRotationDays, and not a second earlier', async () => {
    await suite.setDays(7);
    const [signing, next] = [await suite.key('EdDSA', 'signing'), await suite.key('EdDSA', 'next')];
    expect(signing.signsUntil).toBe((signing.signsFrom ?? 0) + 7 * day);
    expect(next.signsFrom).toBe(signing.signsUntil);
    suite.advance(7 * day - (suite.now() - (signing.signsFrom ?? 0)) - 1);
    await suite.runJob();
    expect((await suite.key('EdDSA', 'signing')).kid).toBe(signing.kid);
    suite.advance(1);
    await suite.runJob();
    expect(await suite.key('EdDSA', 'signing')).toMatchObject({ kid: next.kid, signsFrom: suite.now() });
    expect(await suite.key('EdDSA', 'next')).toMatchObject({ createdAt: suite.now() });
    await suite.runJob();
    expect((await suite.key('EdDSA', 'signing')).kid).toBe(next.kid);
  });

  it('is 90 days where nothing else is said, and counts anew from a rotation by hand', async () => {
    const answer = await suite.admin.api<Suite>('GET', `/suites/${first.suite.id}`);
    expect(answer.body.keyRotationDays).toBe(90);
    await suite.setDays(90);
    const { signsFrom, signsUntil } = await suite.key('ES256', 'signing');
    expect(signsUntil).toBe((signsFrom ?? 0) + 90 * day);
    suite.advance(60 * day);
    await suite.rotate({ alg: 'ES256' });
    const { kid } = await suite.key('ES256', 'signing');
    suite.advance(89 * day);
    await suite.runJob();
    expect((await suite.key('ES256', 'signing')).kid).toBe(kid);
    suite.advance(1 * day);
    await suite.runJob();
    expect((await suite.key('ES256', 'signing')).kid).not.toBe(kid);
  });

  it('waits for a next key that caches do not know yet', async () => {
    await suite.setDays(7);
    const { kid } = await suite.key('ES256', 'signing');
    suite.advance(7 * day);
    await suite.revoke((await suite.key('ES256', 'next')).kid);
    const next = await suite.key('ES256', 'next');
    expect(next.createdAt).toBe(suite.now());
    for (const wait of [0, jwksMaxAge, 299]) {
      suite.advance(wait);
      await suite.runJob();
      expect((await suite.key('ES256', 'signing')).kid).toBe(kid);
    }
    suite.advance(1);
    await suite.runJob();
    expect((await suite.key('ES256', 'signing')).kid).toBe(next.kid);
  });

  it('no key ever signs that was not in the JWKS for as long as caches keep it, but for the first of a suite', async () => {
    await suite.setDays(7);
    const { keys } = first.server.deps;
    const since = new Map((await suite.published()).map((kid) => [kid, 0]));
    const steps = [1, 299, 300, 599, 3_600, day];
    for (let n = 0; n < 70; n += 1) {
      suite.advance(n % 10 === 9 ? 7 * day : (steps[(n * 5 + Math.floor(n / 6)) % steps.length] ?? 1));
      await suite.runJob();
      if (n % 11 === 0) await suite.revoke((await suite.key('ES256', 'next')).kid);
      for (const kid of await suite.published()) if (!since.has(kid)) since.set(kid, suite.now());
      for (const alg of ['ES256', 'EdDSA'] as const) {
        const { kid } = await keys.signingKey(suite.suite.id, alg);
        expect(suite.now() - (since.get(kid) ?? suite.now())).toBeGreaterThanOrEqual(jwksMaxAge);
      }
    }
    expect((await suite.keys('ES256')).filter((key) => key.status === 'retired').length).toBeGreaterThanOrEqual(5);
  });

  it('leaves a row in the audit log, made by the system', async () => {
    await suite.setDays(7);
    const signing = await suite.key('ES256', 'signing');
    const next = await suite.key('ES256', 'next');
    suite.advance(7 * day);
    await suite.runJob();
    const { body } = await suite.admin.api<Page<object>>(
      'GET',
      `/audit-events?targetId=${next.kid}&action=signing_key.rotated`,
    );
    expect(body.items).toMatchObject([
      {
        actorType: 'system',
        targetType: 'signing_key',
        targetName: `ES256 ${next.kid}`,
        changes: { suiteId: suite.suite.id, signing: { from: signing.kid, to: next.kid } },
      },
    ]);
  });

  it('rows of removed keys are swept some time later', async () => {
    const { kid } = await suite.key('ES256', 'signing');
    await suite.rotate({ alg: 'ES256' });
    suite.advance(31 * day);
    await deleteExpired(first.server.deps.db, suite.now(), first.server.deps.config.retention);
    expect((await suite.keys('ES256')).map((key) => key.kid)).toContain(kid);
    suite.advance(1 * day);
    await deleteExpired(first.server.deps.db, suite.now(), first.server.deps.config.retention);
    expect((await suite.keys('ES256')).map((key) => key.kid)).not.toContain(kid);
  });
});
