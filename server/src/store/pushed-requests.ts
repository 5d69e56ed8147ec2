import type { Db, Tx } from './db.js';
import type { PushedRequestRow } from './schema.js';

/** Keeps a pushed authorization request, by the hash of its URI. */
export async function insertPushedRequest(db: Db, request: Omit<PushedRequestRow, 'consumedAt'>): Promise<void> {
  await db
    .insertInto('pushedRequests')
    .values({ ...request, consumedAt: null })
    .execute();
}

/** Finds a pushed request of a suite, expired and used ones too. */
export function findPushedRequest(db: Db, suiteId: string, uriHash: string): Promise<PushedRequestRow | undefined> {
  return db
    .selectFrom('pushedRequests')
    .selectAll()
    .where('uriHash', '=', uriHash)
    .where('suiteId', '=', suiteId)
    .executeTakeFirst();
}

/** Uses a pushed request up; true for the one caller that did (RFC 9126 §7.3). */
export async function consumePushedRequest(tx: Tx, uriHash: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('pushedRequests')
    .set({ consumedAt: now })
    .where('uriHash', '=', uriHash)
    .where('consumedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
