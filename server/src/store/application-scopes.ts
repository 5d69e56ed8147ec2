import type { Db } from './db.js';

/** The ids of the scopes an application is allowed, in order. */
export async function listApplicationScopes(db: Db, applicationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('applicationScopes')
    .select('scopeId')
    .where('applicationId', '=', applicationId)
    .orderBy('scopeId')
    .execute();
  return rows.map((row) => row.scopeId);
}

/** Allows an application these scopes and no others. Breaks a foreign key when one is gone. */
export async function updateApplicationScopes(tx: Db, applicationId: string, scopeIds: string[]): Promise<void> {
  let withdrawn = tx.deleteFrom('applicationScopes').where('applicationId', '=', applicationId);
  if (scopeIds.length > 0) withdrawn = withdrawn.where('scopeId', 'not in', scopeIds);
  await withdrawn.execute();
  if (scopeIds.length === 0) return;
  await tx
    .insertInto('applicationScopes')
    .values(scopeIds.map((scopeId) => ({ applicationId, scopeId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
