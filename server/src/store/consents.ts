import type { Db, Tx } from './db.js';
import { type ListRequest, listPage } from './list-page.js';

/** The scope a person has agreed to for an application, or undefined. */
export async function findConsent(db: Db, accountId: string, applicationId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('consents')
    .select('scope')
    .where('accountId', '=', accountId)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
  return row?.scope;
}

/** True where a person has agreed to an application; keeps that so until the end of the transaction. */
export async function lockConsent(tx: Tx, accountId: string, applicationId: string): Promise<boolean> {
  const result = await tx
    .updateTable('consents')
    .set((eb) => ({ grantedAt: eb.ref('grantedAt') }))
    .where('accountId', '=', accountId)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** One page of what a person has agreed to, the newest first unless asked otherwise. */
export function listConsentsOf(db: Db, request: ListRequest & { accountId: string }) {
  const rows = db
    .selectFrom('consents')
    .innerJoin('applications', 'applications.id', 'consents.applicationId')
    .select(['consents.applicationId', 'applications.name as applicationName', 'consents.scope', 'consents.grantedAt'])
    .where('consents.accountId', '=', request.accountId);
  const sorts = { grantedAt: { ref: 'consents.grantedAt', type: 'number' } } as const;
  return listPage(db, rows, sorts, 'consents.applicationId', request);
}

/** Forgets what a person has agreed to for an application; false where there was nothing. */
export async function deleteConsent(tx: Tx, accountId: string, applicationId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('consents')
    .where('accountId', '=', accountId)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Forgets what people have agreed to for an application. */
export async function deleteConsentsOf(tx: Tx, applicationId: string): Promise<void> {
  await tx.deleteFrom('consents').where('applicationId', '=', applicationId).execute();
}

/** Remembers what a person has agreed to, in place of what was agreed before. */
export async function updateConsent(
  db: Db,
  consent: { accountId: string; applicationId: string; scope: string; grantedAt: number },
): Promise<void> {
  const { scope, grantedAt } = consent;
  await db
    .insertInto('consents')
    .values(consent)
    .onConflict((conflict) => conflict.columns(['accountId', 'applicationId']).doUpdateSet({ scope, grantedAt }))
    .execute();
}
