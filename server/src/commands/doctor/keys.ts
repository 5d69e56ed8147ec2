import type { MasterKey } from '../../config.js';
import { listClosedKeys } from '../../keys/check-master-key.js';
import { algorithms } from '../../keys/signing-key.js';
import type { Db } from '../../store/db.js';
import { findOldestSigningKey, listDueKeys, listSuitesShortOfKeys } from '../../store/signing-keys.js';
import { type Finding, fault, note, ok } from './finding.js';

const shown = 5;
const day = 86_400;

/** Seconds after which a rotation that is due has not happened although a server runs. */
const overdueAfter = 3_600;

/** The master key and the signing keys of all suites; `now` in Unix seconds. */
export async function checkKeys(db: Db, masterKey: MasterKey | null, now: number): Promise<Finding[]> {
  return [await checkMaster(db, masterKey), await checkComplete(db), await checkAge(db, now)];
}

async function checkMaster(db: Db, masterKey: MasterKey | null): Promise<Finding> {
  const fix = 'set TESSERA_SECRET, or the file master.key beside the embedded database, to the key it was made with';
  if (!masterKey) return fault('Master key', 'there is none, so no signing key can be used', fix);
  const closed = await listClosedKeys(db, masterKey.key, shown);
  if (closed.length === 0) return ok('Master key', `the one of ${masterKey.source} opens every signing key`);
  const kids = closed.map(({ kid }) => kid).join(', ');
  return fault('Master key', `the one of ${masterKey.source} does not open ${kids}`, fix);
}

async function checkComplete(db: Db): Promise<Finding> {
  const short = await listSuitesShortOfKeys(db, 2 * algorithms.length, shown + 1);
  const each = `a signing key and the next one of ${algorithms.join(', ')}`;
  if (short.length === 0) return ok('Signing keys', `every suite has ${each}`);
  const count = short.length > shown ? `more than ${shown}` : short.length;
  return note(
    'Signing keys',
    `${count} suites lack some of: ${each} (${short.slice(0, shown).join(', ')})`,
    'a server that runs makes them within a minute; where it does not, its log says why (job "rotate-keys")',
  );
}

async function checkAge(db: Db, now: number): Promise<Finding> {
  const overdue = await listDueKeys(db, now - overdueAfter, shown + 1);
  const count = overdue.length > shown ? `more than ${shown}` : overdue.length;
  if (overdue.length > 0)
    return fault(
      'Key rotation',
      `${count} keys sign for longer than their suite wants (${overdue
        .slice(0, shown)
        .map(({ kid }) => kid)
        .join(', ')})`,
      'start the server, which rotates them; where it runs, its log says why it does not (job "rotate-keys")',
    );
  const oldest = await findOldestSigningKey(db);
  if (!oldest) return ok('Key rotation', 'there are no signing keys yet');
  const days = Math.floor((now - oldest.signsFrom) / day);
  return ok(
    'Key rotation',
    `the oldest key signs for ${days} days (${oldest.alg} of suite ${oldest.suiteSlug}, rotated after ${oldest.keyRotationDays})`,
  );
}
