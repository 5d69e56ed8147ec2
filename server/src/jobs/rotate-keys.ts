import type { Deps } from '../deps.js';
import { publishedAfter } from '../keys/lifetimes.js';
import { keyKeeper, makeMissingKeys } from '../keys/make-missing-keys.js';
import { isKnownToCaches, rotate, successionOf } from '../keys/rotate.js';
import { algorithms } from '../keys/signing-key.js';
import { insertAuditEvent } from '../store/audit-events.js';
import { transactAnnounced } from '../store/cache-version.js';
import type { SigningAlgorithm } from '../store/schema.js';
import { listCurrentKeys, listDueKeys, listSuitesShortOfKeys } from '../store/signing-keys.js';

/** How many keys one run rotates, and how many suites it makes keys for, which takes longer; the next run goes on. */
const batch = { due: 200, short: 20 };

/**
 * Gives suites the keys they lack and rotates those that have signed for as long as their suite wants
 * (`suites.key_rotation_days`). A key that is due waits until its successor is known to every cache.
 */
export async function rotateKeys(deps: Deps): Promise<{ made: number; rotated: number }> {
  const { db, clock, config } = deps;
  const store = { db, masterKey: config.masterKey };
  const done = { made: 0, rotated: 0 };
  for (const { suiteId, alg, kid } of await listDueKeys(db, clock.now(), batch.due))
    await attempt(deps, { suiteId, alg, kid }, async () => {
      if (await rotateDue(deps, suiteId, alg, kid)) done.rotated += 1;
    });
  for (const suiteId of await listSuitesShortOfKeys(db, 2 * algorithms.length, batch.short))
    await attempt(deps, { suiteId }, async () => {
      done.made += await makeMissingKeys(store, suiteId, clock.now());
    });
  if (done.made + done.rotated > 0) deps.keys.clear();
  return done;
}

/** One suite whose keys cannot be rotated is no reason to leave those of the others. */
async function attempt(deps: Deps, about: object, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    deps.log.error({ err: error, job: 'rotate-keys', ...about }, 'the keys of a suite were not cared for');
  }
}

async function rotateDue(deps: Deps, suiteId: string, alg: SigningAlgorithm, kid: string): Promise<boolean> {
  const now = deps.clock.now();
  const keys = successionOf(await listCurrentKeys(deps.db, suiteId), alg);
  if (keys?.signing.kid !== kid || !isKnownToCaches(keys.next, now)) return false;
  return transactAnnounced(deps.db, async (tx) => {
    if (!(await rotate(tx, keys, now))) return false;
    await insertAuditEvent(tx, now, keyKeeper, {
      action: 'signing_key.rotated',
      targetType: 'signing_key',
      targetId: keys.next.kid,
      targetName: `${alg} ${keys.next.kid}`,
      changes: {
        suiteId,
        signing: { from: kid, to: keys.next.kid },
        removedAt: { from: null, to: now + publishedAfter },
      },
    });
    return true;
  });
}
