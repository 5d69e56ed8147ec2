import type { Db } from './db.js';
import type { InteractionRow } from './schema.js';

/** Keeps an authorization request while a person signs in, bound to one browser. */
export async function insertInteraction(db: Db, interaction: InteractionRow): Promise<void> {
  await db.insertInto('interactions').values(interaction).execute();
}

/** Notes the session that signed in, or was chosen, for this very request. */
export async function satisfyInteraction(db: Db, idHash: string, sessionId: string): Promise<void> {
  await db.updateTable('interactions').set({ sessionId }).where('idHash', '=', idHash).execute();
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
