import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { AccountRow, ApplicationUserRow } from './schema.js';
import { matchWords, readAskedWords } from './search-words.js';

/** An account as a user of one application. */
export interface ApplicationUserView extends ApplicationUserRow {
  email: string;
  givenName: string;
  familyName: string;
  accountStatus: AccountRow['status'];
}

const sorts = {
  email: { ref: 'accounts.emailKey', type: 'text', id: 'accounts.id' },
  firstName: { ref: 'accounts.givenName', type: 'text', id: 'accounts.id' },
  createdAt: { ref: 'applicationUsers.createdAt', type: 'number' },
  lastTokenAt: { ref: 'applicationUsers.lastTokenAt', type: 'number' },
} as const;

/** Up to so many users are gathered and sorted; the accounts of the suite are walked in order for more. */
const maxSorted = 2_000;

function usersOf(db: Db, applicationId: string) {
  // A cross join is never turned round by SQLite: the users of the application come first, by their index.
  return db
    .selectFrom('applicationUsers')
    .crossJoin('accounts')
    .whereRef('accounts.id', '=', 'applicationUsers.accountId')
    .selectAll('applicationUsers')
    .select(['accounts.email', 'accounts.givenName', 'accounts.familyName', 'accounts.status as accountStatus'])
    .where('applicationUsers.applicationId', '=', applicationId);
}

/** One page of the users of an application. */
export async function listApplicationUsers(
  db: Db,
  application: { id: string; suiteId: string },
  request: ListRequest & { enabled?: boolean | undefined },
): Promise<Page<ApplicationUserView>> {
  const enabled = request.enabled === undefined ? undefined : Number(request.enabled);
  const asked = await readAskedWords(db, 'account', request.q);
  const few = await hasFewUsers(db, application.id, enabled);
  let rows = matchWords(few ? usersOf(db, application.id) : manyUsersOf(db, application), 'accounts.id', asked);
  if (enabled !== undefined) rows = rows.where('applicationUsers.enabled', '=', enabled);
  return listPage(db, rows, sorts, 'applicationUsers.id', request);
}

function manyUsersOf(db: Db, application: { id: string; suiteId: string }) {
  return db
    .selectFrom('applicationUsers')
    .innerJoin('accounts', 'accounts.id', 'applicationUsers.accountId')
    .selectAll('applicationUsers')
    .select(['accounts.email', 'accounts.givenName', 'accounts.familyName', 'accounts.status as accountStatus'])
    .where('applicationUsers.applicationId', '=', application.id)
    .where('accounts.suiteId', '=', application.suiteId);
}

async function hasFewUsers(db: Db, applicationId: string, enabled: number | undefined): Promise<boolean> {
  let users = db.selectFrom('applicationUsers').select('id').where('applicationId', '=', applicationId);
  if (enabled !== undefined) users = users.where('enabled', '=', enabled);
  const { count } = await db
    .selectFrom(users.limit(maxSorted + 1).as('counted'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count) <= maxSorted;
}

/** Finds one user of an application. */
export function findApplicationUser(
  db: Db,
  applicationId: string,
  id: string,
): Promise<ApplicationUserView | undefined> {
  return usersOf(db, applicationId).where('applicationUsers.id', '=', id).executeTakeFirst();
}

/** Finds the assignment of an account to an application. */
export function findAssignment(
  db: Db,
  applicationId: string,
  accountId: string,
): Promise<ApplicationUserView | undefined> {
  return usersOf(db, applicationId).where('applicationUsers.accountId', '=', accountId).executeTakeFirst();
}

/** Assigns an account. Breaks a unique constraint when it is a user already, a foreign key when either is gone. */
export async function insertApplicationUser(tx: Db, user: ApplicationUserRow): Promise<void> {
  await tx.insertInto('applicationUsers').values(user).execute();
}

/** Writes whether a user is enabled, if it still has the version it was read with; its version goes up. */
export async function updateApplicationUser(
  tx: Db,
  user: { id: string; version: number; enabled: number },
  now: number,
): Promise<boolean> {
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
  const result = await tx
    .deleteFrom('applicationUsers')
    .where('id', '=', user.id)
    .where('version', '=', user.version)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
