import type { Db } from './db.js';
import type { InteractionRow } from './schema.js';

/** Keeps an authorization request while a person signs in, bound to one browser. */
export async function insertInteraction(db: Db, interaction: InteractionRow): Promise<void> {
  await db.insertInto('interactions').values(interaction).execute();
}

/** Finds an interaction of a suite, expired or not. */
export function findInteraction(db: Db, suiteId: string, idHash: string): Promise<InteractionRow | undefined> {
  return db
    .selectFrom('interactions')
    .selectAll()
    .where('idHash', '=', idHash)
    .where('suiteId', '=', suiteId)
    .executeTakeFirst();
}
