import { unseal } from '../platform/seal.js';
import type { Db } from '../store/db.js';
import { listKeysAfter } from '../store/signing-keys.js';
import { sealingContext } from './signing-key.js';

const part = 500;

/** Checks that every private key opens. Throws an Error that says what to do, so that a wrong master key stops the start. */
export async function checkMasterKey(db: Db, masterKey: Buffer): Promise<void> {
  for (let after = ''; ; ) {
    const keys = await listKeysAfter(db, after, part);
    for (const { kid, suiteId, privateSealed } of keys)
      if (privateSealed !== '' && !opens(masterKey, privateSealed, kid))
        throw new Error(
          `the master key does not open the signing key ${kid} of suite ${suiteId}. Start with the master key that the ` +
            'database was made with: TESSERA_SECRET, or the file master.key beside the embedded database',
        );
    const last = keys.at(-1);
    if (!last || keys.length < part) return;
    after = last.kid;
  }
}

function opens(masterKey: Buffer, sealed: string, kid: string): boolean {
  try {
    unseal(masterKey, sealed, sealingContext(kid));
    return true;
  } catch {
    return false;
  }
}
