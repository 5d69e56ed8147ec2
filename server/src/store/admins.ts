import type { Db } from './db.js';

/** Who may use the management API. */
export interface Admin {
  kind: 'account' | 'application';
  /** The account's or the application's id. */
  id: string;
  name: string;
  email: string | null;
  role: 'owner';
}

/** The admin with this account id; undefined when it is none or disabled. */
export async function findAdminAccount(db: Db, accountId: string): Promise<Admin | undefined> {
  const row = await db
    .selectFrom('admins')
    .innerJoin('accounts', 'accounts.id', 'admins.subjectId')
    .select(['admins.role', 'accounts.id', 'accounts.givenName', 'accounts.familyName', 'accounts.email'])
    .where('admins.subjectId', '=', accountId)
    .where('admins.kind', '=', 'account')
    .where('accounts.status', '=', 'active')
    .executeTakeFirst();
  return (
    row && {
      kind: 'account',
      id: row.id,
      name: `${row.givenName} ${row.familyName}`.trim(),
      email: row.email,
      role: row.role,
    }
  );
}

/** The admin that is the application with this client id; undefined when it is none or disabled. */
export async function findAdminApplication(db: Db, clientId: string): Promise<Admin | undefined> {
  const row = await db
    .selectFrom('applications')
    .innerJoin('admins', 'admins.subjectId', 'applications.id')
    .select(['admins.role', 'applications.id', 'applications.name'])
    .where('applications.clientId', '=', clientId)
    .where('admins.kind', '=', 'application')
    .where('applications.status', '=', 'active')
    .executeTakeFirst();
  return row && { kind: 'application', id: row.id, name: row.name, email: null, role: row.role };
}

/** True for the id of an account or application that is an admin, active or not. */
export async function hasAdminRights(db: Db, subjectId: string): Promise<boolean> {
  return (
    (await db.selectFrom('admins').select('subjectId').where('subjectId', '=', subjectId).executeTakeFirst()) !==
    undefined
  );
}

/** True when somebody, a person or an application, may use the management API. */
export async function hasAdmin(db: Db): Promise<boolean> {
  return (await db.selectFrom('admins').select('subjectId').limit(1).executeTakeFirst()) !== undefined;
}

/** True when a person is an admin, active or not. */
export async function hasAdminAccount(db: Db): Promise<boolean> {
  return (
    (await db.selectFrom('admins').select('subjectId').where('kind', '=', 'account').limit(1).executeTakeFirst()) !==
    undefined
  );
}

/** Makes an account or an application an owner; harmless when it is one. */
export async function insertAdmin(tx: Db, subjectId: string, kind: Admin['kind'], now: number): Promise<void> {
  await tx
    .insertInto('admins')
    .values({ subjectId, kind, role: 'owner', createdAt: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the rights of an account or application away. */
export async function deleteAdmin(tx: Db, subjectId: string): Promise<void> {
  await tx.deleteFrom('admins').where('subjectId', '=', subjectId).execute();
}

/** Lets only one transaction at a time decide who the owners are, so that two cannot remove each other's last one. */
export async function lockOwners(tx: Db): Promise<void> {
  await tx
    .updateTable('suites')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('slug', '=', 'system')
    .execute();
}

/** True when `subjectId` is an owner and no other active owner of these kinds is left. */
export async function isLastOwner(tx: Db, subjectId: string, kinds: Admin['kind'][]): Promise<boolean> {
  const owners = await tx
    .selectFrom('admins')
    .leftJoin('accounts', (join) =>
      join.onRef('accounts.id', '=', 'admins.subjectId').on('accounts.status', '=', 'active'),
    )
    .leftJoin('applications', (join) =>
      join.onRef('applications.id', '=', 'admins.subjectId').on('applications.status', '=', 'active'),
    )
    .select('admins.subjectId')
    .where('admins.kind', 'in', kinds)
    .where('admins.role', '=', 'owner')
    .where((eb) =>
      eb.or([
        eb('accounts.id', 'is not', null),
        eb('applications.id', 'is not', null),
        eb('admins.subjectId', '=', subjectId),
      ]),
    )
    .orderBy('admins.subjectId')
    .limit(1_000)
    .execute();
  return owners.some((row) => row.subjectId === subjectId) && owners.every((row) => row.subjectId === subjectId);
}
