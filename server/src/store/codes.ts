import type { Db } from './db.js';
import type { CodeRow } from './schema.js';

/** Adds an authorization code, by its hash. */
export async function insertCode(db: Db, code: Omit<CodeRow, 'consumedAt'>): Promise<void> {
  await db
    .insertInto('codes')
    .values({ ...code, consumedAt: null })
    .execute();
}

/** Finds a code, used or not. */
export function findCode(db: Db, codeHash: string): Promise<CodeRow | undefined> {
  return db.selectFrom('codes').selectAll().where('codeHash', '=', codeHash).executeTakeFirst();
}

/** Uses a code up; true for the one caller that did (RFC 6749 §4.1.2, domain rule 8). */
export async function consumeCode(db: Db, codeHash: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('codes')
    .set({ consumedAt: now })
    .where('codeHash', '=', codeHash)
    .where('consumedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
