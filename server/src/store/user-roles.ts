import type { Db } from './db.js';

/** A role as an application user has it. */
export interface UserRoleView {
  applicationUserId: string;
  id: string;
  name: string;
  projectId: string;
  projectName: string;
}

/** The roles of application users, by name. */
export async function listRolesOfUsers(db: Db, userIds: readonly string[]): Promise<UserRoleView[]> {
  if (userIds.length === 0) return [];
  return db
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .innerJoin('projects', 'projects.id', 'roles.projectId')
    .select([
      'userRoles.applicationUserId',
      'roles.id',
      'roles.name',
      'roles.projectId',
      'projects.name as projectName',
    ])
    .where('userRoles.applicationUserId', 'in', userIds)
    .orderBy('roles.nameKey')
    .orderBy('roles.id')
    .execute();
}

/** Gives an application user these roles and no others. Breaks a foreign key when one is gone. */
export async function updateUserRoles(tx: Db, applicationUserId: string, roleIds: string[]): Promise<void> {
  let taken = tx.deleteFrom('userRoles').where('applicationUserId', '=', applicationUserId);
  if (roleIds.length > 0) taken = taken.where('roleId', 'not in', roleIds);
  await taken.execute();
  if (roleIds.length === 0) return;
  await tx
    .insertInto('userRoles')
    .values(roleIds.map((roleId) => ({ applicationUserId, roleId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
