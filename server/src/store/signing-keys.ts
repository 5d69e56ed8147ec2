import type { Db } from './db.js';
import type { SigningKeyRow } from './schema.js';

/** The keys of a suite that are published. */
export function listSigningKeys(db: Db, suiteId: string): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signingKeys')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .orderBy('createdAt')
    .limit(100)
    .execute();
}

/** Adds a signing key. */
export async function insertSigningKey(db: Db, key: SigningKeyRow): Promise<void> {
  await db.insertInto('signingKeys').values(key).execute();
}
