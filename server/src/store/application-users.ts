import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { AccountRow, ApplicationUserRow } from './schema.js';
import { matchWords } from './search-words.js';

/** An account as a user of one application. */
export interface ApplicationUserView extends ApplicationUserRow {
  email: string;
  givenName: string;
  familyName: string;
  accountStatus: AccountRow['status'];
}

const sorts = {
  email: { ref: 'accounts.emailKey', type: 'text' },
  firstName: { ref: 'accounts.givenName', type: 'text' },
  createdAt: { ref: 'applicationUsers.createdAt', type: 'number' },
  lastTokenAt: { ref: 'applicationUsers.lastTokenAt', type: 'number' },
} as const;

function usersOf(db: Db, applicationId: string) {
  return db
    .selectFrom('applicationUsers')
    .innerJoin('accounts', 'accounts.id', 'applicationUsers.accountId')
    .selectAll('applicationUsers')
    .select(['accounts.email', 'accounts.givenName', 'accounts.familyName', 'accounts.status as accountStatus'])
    .where('applicationUsers.applicationId', '=', applicationId);
}

/** One page of the users of an application. */
export function listApplicationUsers(
  db: Db,
  application: { id: string; suiteId: string },
  request: ListRequest & { enabled?: boolean | undefined },
): Promise<Page<ApplicationUserView>> {
  // The suite's index lets the database walk the accounts in the order of their e-mail.
  let rows = matchWords(usersOf(db, application.id), 'account', 'applicationUsers.accountId', request.q).where(
    'accounts.suiteId',
    '=',
    application.suiteId,
  );
  if (request.enabled !== undefined) rows = rows.where('applicationUsers.enabled', '=', request.enabled ? 1 : 0);
  return listPage(db, rows, sorts, 'applicationUsers.id', request);
}

/** Finds one user of an application. */
export function findApplicationUser(db: Db, applicationId: string, id: string): Promise<ApplicationUserView | undefined> {
  return usersOf(db, applicationId).where('applicationUsers.id', '=', id).executeTakeFirst();
}

/** Finds the assignment of an account to an application. */
export function findAssignment(db: Db, applicationId: string, accountId: string): Promise<ApplicationUserView | undefined> {
  return usersOf(db, applicationId).where('applicationUsers.accountId', '=', accountId).executeTakeFirst();
}

/** How many users an application has; stops at 10,000. */
export async function countApplicationUsers(db: Db, applicationId: string): Promise<number> {
  const row = await db
    .selectFrom('applications')
    .select(countOf('applicationUsers', 'applicationId', 'applications.id').as('count'))
    .where('applications.id', '=', applicationId)
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** Assigns an account. Breaks a unique constraint when it is a user already, a foreign key when either is gone. */
export async function insertApplicationUser(tx: Db, user: ApplicationUserRow): Promise<void> {
  await tx.insertInto('applicationUsers').values(user).execute();
}

/** Writes whether a user is enabled, if it still has the version it was read with; its version goes up. */
export async function updateApplicationUser(tx: Db, user: { id: string; version: number; enabled: number }, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('applicationUsers')
    .set({ enabled: user.enabled, updatedAt: now, version: user.version + 1 })
    .where('id', '=', user.id)
    .where('version', '=', user.version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Removes an assignment; the account stays. False when it changed or is gone. */
export async function deleteApplicationUser(tx: Db, user: { id: string; version: number }): Promise<boolean> {
  const result = await tx.deleteFrom('applicationUsers').where('id', '=', user.id).where('version', '=', user.version).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
