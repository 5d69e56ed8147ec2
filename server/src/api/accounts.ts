import type { Account } from '@tessera/contract/accounts';
import { passwordFault } from '@tessera/contract/password';
import type { Body } from '@tessera/contract/routes';
import { hashPassword } from '../accounts/password.js';
import type { Deps } from '../deps.js';
import {
  type AccountView,
  deleteAccount,
  findAccount,
  findAccountByEmail,
  listAccounts,
  updateAccount,
} from '../store/accounts.js';
import { deleteAdmin, hasAdminRights, isLastOwner, lockOwners } from '../store/admins.js';
import type { Db, Tx } from '../store/db.js';
import { endGrantsOf } from '../store/grants.js';
import { endSessionsOf } from '../store/sessions.js';
import { findSuite } from '../store/suites.js';
import { patchClaims, presentClaims } from './account-claims.js';
import { lastOwner } from './applications.js';
import { audit, change, checkWritten, differences, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import { addAccount } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidField, notFound, type ProblemError, problem } from './problem.js';

function presentAccount(account: AccountView): Account {
  return {
    id: account.id,
    suiteId: account.suiteId,
    email: account.email,
    emailVerified: account.emailVerified === 1,
    firstName: account.givenName,
    lastName: account.familyName,
    claims: presentClaims(account.claims),
    status: account.status,
    applicationCount: account.applicationCount,
    lastSignInAt: account.lastSignInAt,
    createdAt: account.createdAt,
    updatedAt: account.updatedAt,
    version: account.version,
  };
}

/** An account as the target of an audit event. */
export function accountTarget(account: { id: string; email: string }): Target {
  return { type: 'account', id: account.id, name: account.email };
}

/** The account of a path, or 404. */
export async function requireAccount(db: Db, id: string): Promise<AccountView> {
  const account = await findAccount(db, id);
  if (!account) throw notFound('account_not_found');
  return account;
}

/** One page of accounts. */
export async function listAllAccounts(deps: Deps, call: Call<'listAccounts'>): Promise<Result<'listAccounts'>> {
  return readList(listAccounts(deps.db, call.query), presentAccount);
}

/** One account. */
export async function getAccount(deps: Deps, call: Call<'getAccount'>): Promise<Account> {
  return presentAccount(await requireAccount(deps.db, call.params.id));
}

/** Makes an account in the directory of a suite; it may use no application yet that wants assigned users. */
export async function createAccount(deps: Deps, call: Call<'createAccount'>): Promise<Account> {
  const { suiteId, firstName: givenName, lastName: familyName, email, password, emailVerified } = call.body;
  const noSuite = () =>
    invalidField('suiteId', 'suite_not_found', 'This suite does not exist any more. Select another.');
  if (!(await findSuite(deps.db, suiteId))) throw noSuite();
  const known = await findAccountByEmail(deps.db, suiteId, email);
  if (known) throw taken(email, known.id);
  const claims = patchClaims('{}', call.body.claims, call.now);
  const passwordHash = await hashPassword(password);
  const account = await change(
    deps,
    (tx) => addAccount(tx, call, { suiteId, email, givenName, familyName, passwordHash, emailVerified, claims }),
    {
      unique: async () => {
        const other = await findAccountByEmail(deps.db, suiteId, email);
        return other ? taken(email, other.id) : 'retry';
      },
      foreignKey: noSuite,
    },
  );
  return presentAccount({ ...account, applicationCount: 0 });
}

function taken(email: string, accountId: string): ProblemError {
  return problem('email_taken', `${email} already has an account in this suite.`, { accountId });
}

/**
 * Changes an account. Disabling it or a new password ends its sessions and grants in the same transaction; a new e-mail
 * does not, as `sub` stays, and is not verified unless the change says so.
 */
export async function changeAccount(deps: Deps, call: Call<'updateAccount'>): Promise<Account> {
  const { params, body, now } = call;
  const isHandedOver = body.password !== undefined || body.email !== undefined;
  // Whoever sets how an admin signs in can be that admin.
  if (isHandedOver && (await hasAdminRights(deps.db, params.id))) call.checkSignedInLately();
  const passwordHash = body.password === undefined ? undefined : await hashNewPassword(deps, params.id, body);
  const emailTaken = async () => {
    const { suiteId } = await requireAccount(deps.db, params.id);
    const other = await findAccountByEmail(deps.db, suiteId, body.email ?? '');
    return other ? taken(other.email, other.id) : ('retry' as const);
  };
  await change(
    deps,
    async (tx) => {
      const before = await requireAccount(tx, params.id);
      await checkIfMatch(tx, call.ifMatch, 'account', before, now);
      const email = body.email ?? before.email;
      const verified = body.emailVerified ?? (email === before.email && before.emailVerified === 1);
      const after = {
        ...before,
        givenName: body.firstName ?? before.givenName,
        familyName: body.lastName === undefined ? before.familyName : (body.lastName ?? ''),
        email,
        emailVerified: verified ? 1 : 0,
        claims: patchClaims(before.claims, body.claims, now),
        status: body.status ?? before.status,
        passwordHash: passwordHash ?? before.passwordHash,
      };
      const changes = differences(presentAccount(before), presentAccount(after), shownFields);
      if (passwordHash) changes.password = { from: '(hidden)', to: '(hidden)' };
      if (Object.keys(changes).length === 0) return;
      const disabled = after.status === 'disabled' && before.status === 'active';
      if (disabled) await checkNotLastOwner(tx, before);
      checkWritten(await updateAccount(tx, after, now));
      if (disabled || passwordHash) {
        await endSessionsOf(tx, { accountId: before.id }, now);
        await endGrantsOf(tx, { accountId: before.id }, now, disabled ? 'disabled' : 'password_changed');
      }
      await audit(tx, now, call.actor, 'account.updated', accountTarget(after), changes);
    },
    { unique: emailTaken },
  );
  return presentAccount(await requireAccount(deps.db, params.id));
}

const shownFields = ['firstName', 'lastName', 'email', 'emailVerified', 'claims', 'status'] as const;

async function hashNewPassword(
  deps: Deps,
  id: string,
  { email, password = '' }: Pick<Body<'updateAccount'>, 'email' | 'password'>,
): Promise<string> {
  const account = await requireAccount(deps.db, id);
  const fault = passwordFault(password, email ?? account.email);
  if (fault) throw invalidField('password', fault.code, fault.message);
  return hashPassword(password);
}

/** A person must stay who can sign in to the console; a bootstrap client does not count. */
async function checkNotLastOwner(tx: Tx, account: AccountView): Promise<void> {
  await lockOwners(tx);
  if (await isLastOwner(tx, account.id, ['account'])) throw lastOwner(account.email);
}

/** Deletes an account with its assignments, sessions, grants and tokens. */
export async function removeAccount(deps: Deps, call: Call<'deleteAccount'>): Promise<void> {
  const { params, now } = call;
  await change(deps, async (tx) => {
    const account = await requireAccount(tx, params.id);
    await checkIfMatch(tx, call.ifMatch, 'account', account, now);
    await checkNotLastOwner(tx, account);
    checkWritten(await deleteAccount(tx, account));
    await deleteAdmin(tx, account.id);
    await audit(tx, now, call.actor, 'account.deleted', accountTarget(account));
  });
}
