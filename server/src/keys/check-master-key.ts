import { unseal } from '../platform/seal.js';
import { listSealedSecretsAfter, type SealedSecret } from '../store/client-secrets.js';
import type { Db } from '../store/db.js';
import { listKeysAfter, type SealedKey } from '../store/signing-keys.js';
import { unsealSecret } from './sealed-secret.js';
import { sealingContext } from './signing-key.js';

const part = 500;

/** Checks that every private key opens. Throws an Error that says what to do, so that a wrong master key stops the start. */
export async function checkMasterKey(db: Db, masterKey: Buffer): Promise<void> {
  const [first] = await listClosedKeys(db, masterKey, 1);
  if (first)
    throw new Error(
      `the master key does not open the signing key ${first.kid} of suite ${first.suiteId}. Start with the master key that ` +
        'the database was made with: TESSERA_SECRET, or the file master.key beside the embedded database',
    );
}

/** Signing keys whose private half the master key does not open; at most `limit`. */
export async function listClosedKeys(
  db: Db,
  masterKey: Buffer,
  limit: number,
): Promise<{ kid: string; suiteId: string }[]> {
  return findClosed<SealedKey>(
    (after) => listKeysAfter(db, after?.kid ?? '', part),
    ({ kid, privateSealed }) =>
      privateSealed === '' || opens(() => unseal(masterKey, privateSealed, sealingContext(kid))),
    limit,
  );
}

/** Client secrets that are kept sealed and that the master key does not open; at most `limit`. */
export async function listClosedSecrets(db: Db, masterKey: Buffer, limit: number): Promise<{ id: string }[]> {
  return findClosed<SealedSecret>(
    (after) => listSealedSecretsAfter(db, after?.id ?? '', part),
    ({ id, secretSealed }) => opens(() => unsealSecret(masterKey, id, secretSealed)),
    limit,
  );
}

/** Walks through all rows, `part` at a time. */
async function findClosed<T>(
  list: (after: T | undefined) => Promise<T[]>,
  isOpen: (row: T) => boolean,
  limit: number,
): Promise<T[]> {
  const closed: T[] = [];
  for (let after: T | undefined; ; ) {
    const rows = await list(after);
    closed.push(...rows.filter((row) => !isOpen(row)));
    after = rows.at(-1);
    if (closed.length >= limit || rows.length < part) return closed.slice(0, limit);
  }
}

function opens(open: () => string): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}
