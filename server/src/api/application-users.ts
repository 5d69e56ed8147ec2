import type { ApplicationUser } from '@tessera/contract/accounts';
import type { FieldError } from '@tessera/contract/problems';
import { hashPassword } from '../accounts/password.js';
import type { Deps } from '../deps.js';
import { findAccount, findAccountByEmail } from '../store/accounts.js';
import {
  type ApplicationUserView,
  deleteApplicationUser,
  findApplicationUser,
  findAssignment,
  listApplicationUsers,
  updateApplicationUser,
} from '../store/application-users.js';
import { type ApplicationView, findApplication } from '../store/applications.js';
import type { Db, Tx } from '../store/db.js';
import { endGrantsOf } from '../store/grants.js';
import { findRoles, type RoleView } from '../store/roles.js';
import { listRolesOfUsers, type UserRoleView, updateUserRoles } from '../store/user-roles.js';
import { applicationTarget, requireApplication } from './applications.js';
import { audit, change, checkWritten, differences } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import { addAccount, addApplicationUser } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidField, invalidFields, notFound, type ProblemError, problem } from './problem.js';

function presentUser(user: ApplicationUserView, roles: UserRoleView[]): ApplicationUser {
  return {
    id: user.id,
    accountId: user.accountId,
    firstName: user.givenName,
    lastName: user.familyName,
    email: user.email,
    enabled: user.enabled === 1,
    accountStatus: user.accountStatus,
    roles: roles
      .filter((role) => role.applicationUserId === user.id)
      .map(({ id, name, projectId, projectName }) => ({ id, name, projectId, projectName })),
    lastTokenAt: user.lastTokenAt || null,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    version: user.version,
  };
}

async function withRoles(db: Db, user: ApplicationUserView): Promise<ApplicationUser> {
  return presentUser(user, await listRolesOfUsers(db, [user.id]));
}

/** The user of a path, or 404. */
export async function requireUser(db: Db, applicationId: string, id: string): Promise<ApplicationUserView> {
  const user = await findApplicationUser(db, applicationId, id);
  if (!user) throw notFound('application_user_not_found');
  return user;
}

/** One page of the users of an application. */
export async function listUsers(
  deps: Deps,
  call: Call<'listApplicationUsers'>,
): Promise<Result<'listApplicationUsers'>> {
  await deps.usage.flush();
  const application = await requireApplication(deps.db, call.params.id);
  const { enabled, ...query } = call.query;
  const request = { ...query, enabled: enabled === undefined ? undefined : enabled === 'true' };
  const page = await readList(listApplicationUsers(deps.db, application, request), (user) => user);
  const roles = await listRolesOfUsers(
    deps.db,
    page.items.map((user) => user.id),
  );
  return { ...page, items: page.items.map((user) => presentUser(user, roles)) };
}

/** One user of an application. */
export async function getUser(deps: Deps, call: Call<'getApplicationUser'>): Promise<ApplicationUser> {
  await deps.usage.flush();
  const application = await requireApplication(deps.db, call.params.id);
  return withRoles(deps.db, await requireUser(deps.db, application.id, call.params.userId));
}

/** Makes a person of the suite and assigns it, or assigns an account that the suite has (domain rule 1). */
export async function createUser(deps: Deps, call: Call<'createApplicationUser'>): Promise<ApplicationUser> {
  const application = await requireApplication(deps.db, call.params.id);
  const { body } = call;
  const accountId = 'accountId' in body ? body.accountId : await createPerson(deps, call, application, body);
  if ('accountId' in body) await assignAccount(deps, call, application, accountId);
  const user = await findAssignment(deps.db, application.id, accountId);
  if (!user) throw notFound('application_not_found');
  return withRoles(deps.db, user);
}

type NewPerson = Exclude<Call<'createApplicationUser'>['body'], { accountId: string }>;

async function createPerson(
  deps: Deps,
  call: Call<'createApplicationUser'>,
  application: ApplicationView,
  person: NewPerson,
): Promise<string> {
  const known = await whyKnown(deps.db, application, person.email);
  if (known) throw known;
  const passwordHash = await hashPassword(person.password);
  const { suiteId } = application;
  const { firstName: givenName, lastName: familyName, email } = person;
  return change(
    deps,
    async (tx) => {
      const account = await addAccount(tx, call, {
        suiteId,
        email,
        givenName,
        familyName,
        passwordHash,
        emailVerified: false,
      });
      await addApplicationUser(tx, call, application, account);
      return account.id;
    },
    {
      // The other request that made the account may have been undone since: then this one is tried again.
      unique: async () => (await whyKnown(deps.db, application, email)) ?? 'retry',
      foreignKey: () => notFound('application_not_found'),
    },
  );
}

/** Why a person cannot be created: the suite has an account with the e-mail. */
async function whyKnown(db: Db, application: ApplicationView, email: string): Promise<ProblemError | null> {
  const account = await findAccountByEmail(db, application.suiteId, email);
  if (!account) return null;
  if (await findAssignment(db, application.id, account.id)) return takenInApplication(application, account);
  return problem('email_in_directory', `${email} already has an account. Add the existing user instead.`, {
    accountId: account.id,
  });
}

function takenInApplication(application: ApplicationView, account: { id: string; email: string }): ProblemError {
  return problem('email_taken_in_app', `${account.email} is already a user of ${application.name}.`, {
    accountId: account.id,
  });
}

async function assignAccount(
  deps: Deps,
  call: Call<'createApplicationUser'>,
  application: ApplicationView,
  accountId: string,
): Promise<void> {
  const account = await findAccount(deps.db, accountId);
  if (!account || account.suiteId !== application.suiteId) throw notFound('account_not_found');
  await change(deps, (tx) => addApplicationUser(tx, call, application, account), {
    unique: () => takenInApplication(application, account),
    foreignKey: async () =>
      notFound((await findApplication(deps.db, application.id)) ? 'account_not_found' : 'application_not_found'),
  });
}

/** Lets a user get tokens for the application, or ends that at once; gives roles, which the next token has. */
export async function changeUser(deps: Deps, call: Call<'updateApplicationUser'>): Promise<ApplicationUser> {
  const { params, body, now } = call;
  await change(
    deps,
    async (tx) => {
      const application = await requireApplication(tx, params.id);
      const user = await requireUser(tx, application.id, params.userId);
      await checkIfMatch(tx, call.ifMatch, 'application user', user, now);
      const isEnabled = user.enabled === 1;
      const enabled = body.enabled ?? isEnabled;
      const had = await listRolesOfUsers(tx, [user.id]);
      const roles = body.roleIds ? await requireRoles(tx, application, body.roleIds) : had;
      const changes = differences({ roles: namesOf(had) }, { roles: namesOf(roles) }, ['roles']);
      const rolesChange = Object.keys(changes).length > 0;
      if (enabled === isEnabled && !rolesChange) return;
      checkWritten(await updateApplicationUser(tx, { ...user, enabled: enabled ? 1 : 0 }, now));
      const target = { type: 'application_user' as const, id: user.id, name: `${user.email} in ${application.name}` };
      if (rolesChange && body.roleIds) {
        await updateUserRoles(tx, user.id, body.roleIds);
        await audit(tx, now, call.actor, 'application_user.roles_updated', target, changes);
      }
      if (enabled === isEnabled) return;
      if (!enabled)
        await endGrantsOf(tx, { applicationId: application.id, accountId: user.accountId }, now, 'disabled');
      const action = enabled ? 'application_user.enabled' : 'application_user.disabled';
      await audit(tx, now, call.actor, action, target, { enabled: { from: isEnabled, to: enabled } });
    },
    {
      foreignKey: () => invalidField('roleIds', 'role_not_found', 'A role does not exist any more. Reload the list.'),
    },
  );
  return withRoles(deps.db, await requireUser(deps.db, params.id, params.userId));
}

/** The roles of a body: of the application's project, or of another one of its suite, whose API it may call. */
async function requireRoles(tx: Tx, application: ApplicationView, roleIds: string[]): Promise<RoleView[]> {
  const roles = new Map((await findRoles(tx, roleIds)).map((role) => [role.id, role]));
  const errors = roleIds.flatMap((id, index): FieldError[] => {
    const role = roles.get(id);
    const field = `roleIds.${index}`;
    if (!role)
      return [{ field, code: 'role_not_found', message: 'This role does not exist any more. Select another.' }];
    if (role.suiteId === application.suiteId) return [];
    return [{ field, code: 'role_not_in_suite', message: `“${role.name}” is a role of another suite.` }];
  });
  if (errors.length > 0) throw invalidFields(errors);
  return [...roles.values()];
}

function namesOf(roles: { name: string; projectName: string }[]): string[] {
  return roles.map(({ name, projectName }) => `${name} (${projectName})`).sort();
}

/** Removes a user from the application and ends what it was granted; the account stays. */
export async function removeUser(deps: Deps, call: Call<'deleteApplicationUser'>): Promise<void> {
  const { params, now } = call;
  await change(deps, async (tx) => {
    const application = await requireApplication(tx, params.id);
    const user = await requireUser(tx, application.id, params.userId);
    await checkIfMatch(tx, call.ifMatch, 'application user', user, now);
    checkWritten(await deleteApplicationUser(tx, user));
    await endGrantsOf(tx, { applicationId: application.id, accountId: user.accountId }, now, 'removed');
    await audit(tx, now, call.actor, 'application_user.deleted', applicationTarget(application), {
      user: { from: user.email, to: null },
    });
  });
}
