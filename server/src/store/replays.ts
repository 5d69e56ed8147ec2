import type { Db } from './db.js';

/**
 * Notes that something which counts once was seen; true for the one caller that was first. `id` is a hash that names
 * its kind and its sender, too; it is forgotten some time after `expiresAt` (Unix seconds).
 */
export async function insertReplay(db: Db, id: string, expiresAt: number): Promise<boolean> {
  const result = await db
    .insertInto('replays')
    .values({ idHash: id, expiresAt })
    .onConflict((conflict) => conflict.column('idHash').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
