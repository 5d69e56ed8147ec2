import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { AccountRow } from './schema.js';
import {
  deleteSearchWords,
  matchWords,
  readAskedWords,
  updateSearchWords,
  wordsOfEmail,
  wordsOfText,
} from './search-words.js';
import { emailKey } from './subjects.js';

/** An account with how many applications it is assigned to (at most 10,000). */
export interface AccountView extends AccountRow {
  applicationCount: number;
}

const sorts = {
  email: { ref: 'accounts.emailKey', type: 'text' },
  createdAt: { ref: 'accounts.createdAt', type: 'number' },
  updatedAt: { ref: 'accounts.updatedAt', type: 'number' },
} as const;

/** One page of accounts, of one suite or of all. */
export async function listAccounts(
  db: Db,
  request: ListRequest & { suiteId?: string | undefined; status?: AccountRow['status'] | undefined },
): Promise<Page<AccountView>> {
  const asked = await readAskedWords(db, 'account', request.q);
  let rows = matchWords(db.selectFrom('accounts').selectAll('accounts'), 'accounts.id', asked);
  if (request.suiteId !== undefined) rows = rows.where('accounts.suiteId', '=', request.suiteId);
  if (request.status !== undefined) rows = rows.where('accounts.status', '=', request.status);
  const page = await listPage(db, rows, sorts, 'accounts.id', request);
  return { ...page, items: await withCounts(db, page.items) };
}

/** Finds an account by id. */
export async function findAccount(db: Db, id: string): Promise<AccountView | undefined> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && (await withCounts(db, [row]))[0];
}

/** Finds the account of a suite that has this e-mail (case-insensitive). */
export function findAccountByEmail(db: Db, suiteId: string, email: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('accounts')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .where('emailKey', '=', emailKey(email))
    .executeTakeFirst();
}

async function withCounts(db: Db, rows: AccountRow[]): Promise<AccountView[]> {
  if (rows.length === 0) return [];
  const counts = await db
    .selectFrom('accounts')
    .select(['accounts.id', countOf('applicationUsers', 'accountId', 'accounts.id').as('applicationCount')])
    .where(
      'accounts.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, counts);
}

/** Adds an account. Breaks a unique constraint when the suite knows the e-mail. */
export async function insertAccount(tx: Db, account: AccountRow): Promise<void> {
  await tx.insertInto('accounts').values(account).execute();
  await updateSearchWords(tx, 'account', account.id, wordsOfAccount(account));
}

/**
 * Writes an account if it still has the version it was read with; its version goes up. The suite is fixed. Breaks a
 * unique constraint when the suite knows the e-mail.
 */
export async function updateAccount(tx: Db, account: AccountRow, now: number): Promise<boolean> {
  const { id, version, email, emailVerified, givenName, familyName, claims, passwordHash, status } = account;
  const set = { email, emailKey: emailKey(email), emailVerified, givenName, familyName, claims, passwordHash, status };
  const result = await tx
    .updateTable('accounts')
    .set({ ...set, updatedAt: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'account', id, wordsOfAccount(account));
  return true;
}

/** Deletes an account with its assignments, sessions, grants and tokens; false when it changed or is gone. */
export async function deleteAccount(tx: Db, account: { id: string; version: number }): Promise<boolean> {
  const result = await tx
    .deleteFrom('accounts')
    .where('id', '=', account.id)
    .where('version', '=', account.version)
    .executeTakeFirst();
  await deleteSearchWords(tx, account.id);
  return result.numDeletedRows === 1n;
}

function wordsOfAccount(account: AccountRow): string[] {
  return [...wordsOfText(account.givenName), ...wordsOfText(account.familyName), ...wordsOfEmail(account.email)];
}
