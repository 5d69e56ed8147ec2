import { type InferResult, sql } from 'kysely';
import { type Db, isPostgres } from './db.js';
import { preparedOne } from './prepared.js';

/** An account as the protocol sees it, with its assignment to one application (undefined when there is none). */
export interface Subject {
  id: string;
  email: string;
  emailVerified: boolean;
  givenName: string;
  familyName: string;
  /** The standard claims beside name and e-mail, in their wire names. */
  claims: Record<string, unknown>;
  updatedAt: number;
  disabled: boolean;
  passwordHash: string;
  assignment: 'enabled' | 'disabled' | 'none';
  /** What the person is through this application, whatever project each role is of. */
  roles: HeldRole[];
}

/** A role that a person has through an application. */
export interface HeldRole {
  id: string;
  name: string;
  projectId: string;
}

/** Accounts with their assignment to an application; `readSubject` reads them. */
export function selectSubjects(db: Db, applicationId: string) {
  return db
    .selectFrom('accounts')
    .leftJoin('applicationUsers', (join) =>
      join
        .onRef('applicationUsers.accountId', '=', 'accounts.id')
        .on('applicationUsers.applicationId', '=', applicationId),
    )
    .select([
      'accounts.id as accountId',
      'accounts.email',
      'accounts.emailVerified',
      'accounts.givenName',
      'accounts.familyName',
      'accounts.claims as accountClaims',
      'accounts.updatedAt',
      'accounts.status',
      'accounts.passwordHash',
      'applicationUsers.enabled',
      heldRoles(db).as('heldRoles'),
    ]);
}

/** JSON of the roles of the assignment, each its id, name and project; so that a person is one row. */
function heldRoles(db: Db) {
  const list = isPostgres(db)
    ? sql`json_agg(json_build_array(roles.id, roles.name, roles.project_id))::text`
    : sql`json_group_array(json_array(roles.id, roles.name, roles.project_id))`;
  return sql<string | null>`(
    select ${list} from user_roles inner join roles on roles.id = user_roles.role_id
    where user_roles.application_user_id = application_users.id)`;
}

type SubjectRow = InferResult<ReturnType<typeof selectSubjects>>[number];

const findById = preparedOne((db, by: { suiteId: string; applicationId: string; accountId: string }) =>
  selectSubjects(db, by.applicationId)
    .where('accounts.suiteId', '=', by.suiteId)
    .where('accounts.id', '=', by.accountId),
);

const findByEmail = preparedOne((db, by: { suiteId: string; applicationId: string; emailKey: string }) =>
  selectSubjects(db, by.applicationId)
    .where('accounts.suiteId', '=', by.suiteId)
    .where('accounts.emailKey', '=', by.emailKey),
);

/** Finds the account of a suite by id or e-mail (case-insensitive), with its assignment to the application. */
export async function findSubject(
  db: Db,
  suiteId: string,
  applicationId: string,
  by: { accountId: string } | { email: string },
): Promise<Subject | undefined> {
  const row = await ('accountId' in by
    ? findById(db, { suiteId, applicationId, accountId: by.accountId })
    : findByEmail(db, { suiteId, applicationId, emailKey: emailKey(by.email) }));
  return row && readSubject(row);
}

/** One account, from its row of `selectSubjects`. */
export function readSubject(row: SubjectRow): Subject {
  const roles = JSON.parse(row.heldRoles ?? '[]') as [string, string, string][];
  return {
    id: row.accountId,
    email: row.email,
    emailVerified: row.emailVerified === 1,
    givenName: row.givenName,
    familyName: row.familyName,
    claims: JSON.parse(row.accountClaims) as Record<string, unknown>,
    updatedAt: row.updatedAt,
    disabled: row.status === 'disabled',
    passwordHash: row.passwordHash,
    assignment: row.enabled === null ? 'none' : row.enabled === 1 ? 'enabled' : 'disabled',
    roles: roles.map(([id, name, projectId]) => ({ id, name, projectId })),
  };
}

/** The form of an e-mail address that is unique in a suite. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/**
 * Notes a sign-in; false when the account was disabled, deleted or given another password since that was checked. Belongs
 * into the transaction that makes what the sign-in is for: a change either comes before and is seen, or after and ends it.
 */
export async function updateLastSignIn(
  tx: Db,
  { id, passwordHash }: { id: string; passwordHash: string },
  now: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set({ lastSignInAt: now })
    .where('id', '=', id)
    .where('status', '=', 'active')
    .where('passwordHash', '=', passwordHash)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Reads whether an account is assigned to an application, and keeps that so until the end of the transaction. */
export async function lockAssignment(tx: Db, applicationId: string, accountId: string): Promise<Subject['assignment']> {
  const row = await tx
    .updateTable('applicationUsers')
    .set((eb) => ({ enabled: eb.ref('enabled') }))
    .where('applicationId', '=', applicationId)
    .where('accountId', '=', accountId)
    .returning('enabled')
    .executeTakeFirst();
  if (!row) return 'none';
  return row.enabled === 1 ? 'enabled' : 'disabled';
}
