import { type Actor, insertAuditEvent, systemActor } from '../store/audit-events.js';
import { transactAnnounced } from '../store/cache-version.js';
import { brokenConstraint, type Db } from '../store/db.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';
import { insertSigningKey, listCurrentKeys } from '../store/signing-keys.js';
import { algorithms, makeSigningKey } from './signing-key.js';

const statuses = ['signing', 'next'] as const;

/** Who makes keys when nobody asked for it. */
export const keyKeeper: Actor = { ...systemActor, requestId: 'rotate-keys' };

/** Where keys are made: the database, and the key that seals them. */
export interface KeyStore {
  db: Db;
  masterKey: Buffer;
}

/**
 * Gives a suite the keys it lacks: a signing key of each algorithm, and the next one, which is published ahead. Several
 * processes may do this at once; the database keeps one key for each place. Answers how many were made.
 */
export async function makeMissingKeys(
  store: KeyStore,
  suiteId: string,
  now: number,
  only: { algs?: readonly SigningAlgorithm[]; statuses?: readonly ('signing' | 'next')[] } = {},
): Promise<number> {
  const current = await listCurrentKeys(store.db, suiteId);
  const missing = (only.algs ?? algorithms)
    .flatMap((alg) => (only.statuses ?? statuses).map((status) => ({ alg, status })))
    .filter(({ alg, status }) => !current.some((key) => key.alg === alg && key.status === status));
  const made = await Promise.all(
    missing.map(({ alg, status }) => makeSigningKey(store.masterKey, suiteId, alg, status, now)),
  );
  let added = 0;
  for (const key of made) if (await addKey(store.db, key, now)) added += 1;
  return added;
}

async function addKey(db: Db, key: SigningKeyRow, now: number): Promise<boolean> {
  try {
    return await transactAnnounced(db, async (tx) => {
      if (!(await insertSigningKey(tx, key))) return false;
      await insertAuditEvent(tx, now, keyKeeper, {
        action: 'signing_key.created',
        targetType: 'signing_key',
        targetId: key.kid,
        targetName: `${key.alg} ${key.kid}`,
        changes: { suiteId: key.suiteId, status: { from: null, to: key.status } },
      });
      return true;
    });
  } catch (error) {
    // The suite was deleted meanwhile.
    if (brokenConstraint(error)?.kind === 'foreign_key') return false;
    throw error;
  }
}
