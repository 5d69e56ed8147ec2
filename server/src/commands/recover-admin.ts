import { existsSync } from 'node:fs';
import { email as emailSchema } from '@tessera/contract/fields';
import { passwordFault } from '@tessera/contract/password';
import { hashPassword } from '../accounts/password.js';
import { throttleOfAccount } from '../accounts/sign-in.js';
import { audit, checkWritten } from '../api/change.js';
import { addAccount } from '../api/new-objects.js';
import { findAccountByEmail, updateAccount } from '../store/accounts.js';
import { hasAdminRights, insertAdmin } from '../store/admins.js';
import { type Actor, systemActor } from '../store/audit-events.js';
import { transactAnnounced } from '../store/cache-version.js';
import { claimDatabase } from '../store/claim.js';
import { databaseFileOf } from '../store/database-file.js';
import { type Db, openDatabase, type Tx } from '../store/db.js';
import { endGrantsOf } from '../store/grants.js';
import { readMigrations } from '../store/migrate.js';
import type { AccountRow } from '../store/schema.js';
import { endSessionsOf } from '../store/sessions.js';
import { findSuiteBySlug } from '../store/suites.js';
import { deleteThrottle } from '../store/throttles.js';

const actor: Actor = { ...systemActor, requestId: 'recover-admin' };

/**
 * Makes the person with this e-mail an owner who can sign in, with a new password: for who is locked out and has the
 * machine. Answers what to say. Throws an Error that says what is in the way; nothing is changed then.
 */
export async function recoverAdmin(
  { databaseUrl, url, email: address }: { databaseUrl: string; url: string; email: string },
  readPassword: () => Promise<string>,
  now: number,
): Promise<string> {
  const email = emailSchema.safeParse(address);
  if (!email.success) throw new Error(`--email is "${address}"; write an address such as ana@example.com`);
  const path = databaseFileOf(databaseUrl);
  if (path !== null && !existsSync(path))
    throw new Error(`there is no database at ${path}; set DATABASE_URL to the one in use`);
  const claim = claimDatabase(databaseUrl);
  const db = openDatabase(databaseUrl);
  try {
    const suiteId = await findSystemSuite(db);
    const password = await readPassword();
    const fault = passwordFault(password, email.data);
    if (fault) throw new Error(`this password does not fit the password policy: ${fault.message}`);
    const passwordHash = await hashPassword(password);
    const { made, sessions } = await transactAnnounced(db, (tx) =>
      recover(tx, { suiteId, email: email.data, passwordHash }, now),
    );
    return (
      `${email.data} is an owner${made ? ', with a new account' : ''}, and signs in with the new password at ${url}/console\n` +
      (made ? '' : `Nothing works any more that was signed in with the old one. Sessions that ended: ${sessions}\n`)
    );
  } finally {
    await db.destroy();
    claim.release();
  }
}

async function findSystemSuite(db: Db): Promise<string> {
  if ((await readMigrations(db)).pending.length > 0)
    throw new Error('the database is of an older release, or empty. Start this release on it once, then try again');
  const suite = await findSuiteBySlug(db, 'system');
  if (!suite)
    throw new Error('the suite of the admins is missing. Start Tessera on this database once, then try again');
  return suite.id;
}

async function recover(
  tx: Tx,
  person: { suiteId: string; email: string; passwordHash: string },
  now: number,
): Promise<{ made: boolean; sessions: number }> {
  const before = await findAccountByEmail(tx, person.suiteId, person.email);
  const sessions = before ? await resetPassword(tx, before, person.passwordHash, now) : 0;
  const names = { givenName: 'Admin', familyName: '', emailVerified: true };
  const account = before ?? (await addAccount(tx, { now, actor }, { ...person, ...names }));
  await deleteThrottle(tx, throttleOfAccount(person.suiteId, person.email));
  if (!(await hasAdminRights(tx, account.id))) {
    await insertAdmin(tx, account.id, 'account', now);
    const target = { type: 'account' as const, id: account.id, name: account.email };
    await audit(tx, now, actor, 'admin.created', target, { role: { from: null, to: 'owner' } });
  }
  return { made: !before, sessions };
}

/** As the management API does it: whoever knew the old password is signed out everywhere. Answers of how many sessions. */
async function resetPassword(tx: Tx, before: AccountRow, passwordHash: string, now: number): Promise<number> {
  checkWritten(await updateAccount(tx, { ...before, passwordHash, status: 'active' }, now));
  const sessions = await endSessionsOf(tx, { accountId: before.id }, now);
  await endGrantsOf(tx, { accountId: before.id }, now, 'password_changed');
  const changes = {
    password: { from: '(hidden)', to: '(hidden)' },
    ...(before.status === 'active' ? {} : { status: { from: before.status, to: 'active' } }),
  };
  await audit(tx, now, actor, 'account.updated', { type: 'account', id: before.id, name: before.email }, changes);
  return sessions;
}
