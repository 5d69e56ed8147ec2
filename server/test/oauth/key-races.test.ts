import type { SigningKey } from '@tessera/contract/keys';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rotateKeys } from '../../src/jobs/rotate-keys.js';
import { rotate, successionOf } from '../../src/keys/rotate.js';
import { makeSigningKey } from '../../src/keys/signing-key.js';
import { insertSigningKey, listCurrentKeys } from '../../src/store/signing-keys.js';
import { databaseKind } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { startWorld, type World } from './requests.js';
import { day, givenKeySuite, type KeySuite, kidOf } from './signing-keys.js';

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

describe('two processes', () => {
  let second: TestServer;

  beforeAll(async () => {
    const { url, database } = first.server;
    second = await startTestServer({ database, env: { TESSERA_URL: url } });
    Object.assign(second.clock, { now: () => first.server.clock.now() });
  });
  afterAll(() => second.close({ keepDatabase: true }));

  /** Who does something at once. Two connections of one process to one SQLite file would wait for each other for ever. */
  const atOnce = () => [first.server.deps, databaseKind === 'postgres' ? second.deps : first.server.deps];

  it('a key that is due is rotated once, however many ask at once', async () => {
    await suite.runJob();
    await suite.setDays(7);
    const before = await suite.keys();
    suite.advance(7 * day);
    await Promise.all(atOnce().map((deps) => rotateKeys(deps)));
    const after = await suite.keys();
    for (const alg of ['RS256', 'ES256', 'PS256', 'EdDSA'] as const) {
      const of = (list: SigningKey[], status: SigningKey['status']) =>
        list.filter((key) => key.alg === alg && key.status === status).map((key) => key.kid);
      expect(of(after, 'signing')).toEqual(of(before, 'next'));
      expect(of(after, 'retired')).toEqual(of(before, 'signing'));
      expect(of(after, 'next')).toHaveLength(1);
    }
  });

  it('rotations by hand at once: one happens, the others are told', async () => {
    const before = await suite.key('ES256', 'next');
    const from = [(await suite.key('ES256', 'signing')).kid];
    const answers = await Promise.all([1, 2, 3].map(() => suite.rotate({ alg: 'ES256', from })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
    expect((await suite.key('ES256', 'signing')).kid).toBe(before.kid);
    expect(await suite.keys('ES256')).toHaveLength(3);
  });

  it('a rotation and a revocation of the same key at once: one next key, one signing key', async () => {
    const { kid } = await suite.key('ES256', 'signing');
    const answers = await Promise.all([suite.rotate({ alg: 'ES256' }), suite.revoke(kid), suite.runJob()]);
    expect(answers[1]).toMatchObject({ status: 200 });
    const statuses = (await suite.keys('ES256')).map((key) => key.status);
    expect(statuses.filter((status) => status === 'signing')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'next')).toHaveLength(1);
    expect(await suite.published()).not.toContain(kid);
  });

  it.runIf(databaseKind === 'postgres')('a revocation that a rotation overtakes still happens', async () => {
    const { db } = first.server.deps;
    const keys = successionOf(await listCurrentKeys(db, suite.suite.id), 'ES256');
    if (!keys) throw new Error('keys are missing');
    const waiting = () =>
      sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        .execute(db)
        .then(({ rows }) => rows.length);
    const revoked = await db.transaction().execute(async (tx) => {
      expect(await rotate(tx, keys, suite.now())).toBe(true);
      const answer = suite.revoke(keys.signing.kid);
      await vi.waitUntil(async () => (await waiting()) > 0, { timeout: 10_000 });
      return { answer };
    });
    expect(await revoked.answer).toMatchObject({ status: 200 });
    expect(await suite.published()).not.toContain(keys.signing.kid);
    expect((await suite.key('ES256', 'signing')).kid).toBe(keys.next.kid);
  });

  it('missing keys are made once', async () => {
    await Promise.all(atOnce().map((deps) => rotateKeys(deps)));
    expect(await suite.keys()).toHaveLength(8);
  });

  it('the other process verifies a token of the new key within a second, and signs with that key within ten', async () => {
    const ring = second.deps.keys;
    const before = await ring.signingKey(suite.suite.id, 'ES256');
    await suite.rotate({ alg: 'ES256' });
    const { access_token } = await suite.tokens();
    suite.advance(1);
    expect(await ring.verificationKey(suite.suite.id, kidOf(access_token))).toBeDefined();
    suite.advance(9);
    const after = await ring.signingKey(suite.suite.id, 'ES256');
    expect(after.kid).not.toBe(before.kid);
    expect(await ring.jwks(suite.suite.id)).toBe(await first.server.deps.keys.jwks(suite.suite.id));
  });

  it('a key that one process revoked is unknown to the other within ten seconds', async () => {
    const ring = second.deps.keys;
    const { kid } = await ring.signingKey(suite.suite.id, 'ES256');
    await suite.revoke(kid);
    suite.advance(10);
    expect(await ring.verificationKey(suite.suite.id, kid)).toBeUndefined();
  });

  it('unknown kids make a process look into the database once a second at most', async () => {
    const ring = second.deps.keys;
    suite.advance(1);
    expect(await ring.verificationKey(suite.suite.id, 'unknown')).toBeUndefined();
    // Added without a word to the other processes, as where the notification is lost.
    const { masterKey } = first.server.deps.config;
    const now = first.server.clock.now();
    const key = await makeSigningKey(masterKey, suite.suite.id, 'ES256', 'signing', now);
    await insertSigningKey(first.server.deps.db, { ...key, status: 'retired', signsUntil: now, removedAt: now + day });
    const { kid } = key;
    expect(await ring.verificationKey(suite.suite.id, kid)).toBeUndefined();
    suite.advance(1);
    expect(await ring.verificationKey(suite.suite.id, kid)).toBeDefined();
  });
});
