import { listClosedKeys } from '../keys/check-master-key.js';
import type { Db } from '../store/db.js';
import { listDamage } from '../store/integrity.js';
import { readMigrations } from '../store/migrate.js';

/** Checks that a copy of a database is sound and that this version can start on it. Throws an Error that says why not. */
export async function checkUsable(db: Db, name: string): Promise<void> {
  const [damage] = await listDamage(db);
  if (damage) throw new Error(`${name} is damaged: ${damage}`);
  const { executed } = await readMigrations(db);
  if (executed.length === 0) throw new Error(`${name} holds no data of Tessera`);
}

/** True when every private key in the database opens. */
export async function opensEveryKey(db: Db, masterKey: Buffer): Promise<boolean> {
  return (await listClosedKeys(db, masterKey, 1)).length === 0;
}
