import { type Expression, sql } from 'kysely';
import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { RoleRow } from './schema.js';
import { deleteSearchWords, matchWords, readAskedWords, updateSearchWords, wordsOfText } from './search-words.js';

/** A role with the names of what it belongs to, and how many scopes and users it has (at most 10,000). */
export interface RoleView extends RoleRow {
  suiteId: string;
  suiteName: string;
  projectName: string;
  scopeCount: number;
  userCount: number;
}

const sorts = {
  name: { ref: 'roles.nameKey', type: 'text' },
  createdAt: { ref: 'roles.createdAt', type: 'number' },
  updatedAt: { ref: 'roles.updatedAt', type: 'number' },
} as const;

export interface RoleListRequest extends ListRequest {
  suiteId?: string | undefined;
  projectId?: string | undefined;
  /** Only those that carry a scope of this resource. */
  resourceId?: string | undefined;
  scopeId?: string | undefined;
}

/** One page of roles. */
export async function listRoles(db: Db, request: RoleListRequest): Promise<Page<RoleView>> {
  const asked = await readAskedWords(db, 'role', request.q);
  let rows = matchWords(db.selectFrom('roles').selectAll('roles'), 'roles.id', asked);
  const { suiteId, projectId, resourceId, scopeId } = request;
  if (projectId !== undefined) rows = rows.where('roles.projectId', '=', projectId);
  if (suiteId !== undefined)
    rows = rows.where(
      'roles.projectId',
      'in',
      db.selectFrom('projects').select('projects.id').where('projects.suiteId', '=', suiteId),
    );
  if (scopeId !== undefined) rows = rows.where('roles.id', 'in', rolesWith(db).where('scopes.id', '=', scopeId));
  if (resourceId !== undefined)
    rows = rows.where('roles.id', 'in', rolesWith(db).where('scopes.resourceId', '=', resourceId));
  const page = await listPage(db, rows, sorts, 'roles.id', request);
  return { ...page, items: await withDetails(db, page.items) };
}

function rolesWith(db: Db) {
  return db.selectFrom('scopes').innerJoin('roleScopes', 'roleScopes.scopeId', 'scopes.id').select('roleScopes.roleId');
}

/** Finds a role by id. */
export async function findRole(db: Db, id: string): Promise<RoleView | undefined> {
  return (await findRoles(db, [id]))[0];
}

/** Finds roles by their ids, sorted by name; what is gone is left out. */
export async function findRoles(db: Db, ids: readonly string[]): Promise<RoleView[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('roles').selectAll().where('id', 'in', ids).orderBy('nameKey').execute();
  return withDetails(db, rows);
}

async function withDetails(db: Db, rows: RoleRow[]): Promise<RoleView[]> {
  if (rows.length === 0) return [];
  const details = await db
    .selectFrom('roles')
    .innerJoin('projects', 'projects.id', 'roles.projectId')
    .innerJoin('suites', 'suites.id', 'projects.suiteId')
    .select([
      'roles.id',
      'projects.suiteId',
      'suites.name as suiteName',
      'projects.name as projectName',
      countOf('roleScopes', 'roleId', 'roles.id').as('scopeCount'),
      countOf('userRoles', 'roleId', 'roles.id').as('userCount'),
    ])
    .where(
      'roles.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, details);
}

/** A scope that a role carries; `otherRoles` is 0 where this role alone stands between the scope and everybody. */
export interface CarriedScope {
  id: string;
  name: string;
  resourceId: string;
  resourceName: string;
  identifier: string;
  otherRoles: number;
}

/** The scopes a role carries, by resource and name. */
export function listScopesOfRole(db: Db, roleId: string): Promise<CarriedScope[]> {
  return db
    .selectFrom('roleScopes')
    .innerJoin('scopes', 'scopes.id', 'roleScopes.scopeId')
    .innerJoin('resources', 'resources.id', 'scopes.resourceId')
    .select((eb) => [
      'scopes.id',
      'scopes.name',
      'scopes.resourceId',
      'resources.name as resourceName',
      'resources.identifier',
      atMostOne(
        eb
          .selectFrom('roleScopes as others')
          .select(sql<number>`1`.as('one'))
          .whereRef('others.scopeId', '=', 'scopes.id')
          .where('others.roleId', '!=', roleId)
          .limit(1),
      ).as('otherRoles'),
    ])
    .where('roleScopes.roleId', '=', roleId)
    .orderBy('resources.nameKey')
    .orderBy('resources.id')
    .orderBy('scopes.name')
    .execute();
}

function atMostOne(query: Expression<{ one: number }>) {
  return sql<number>`coalesce(${query}, 0)`;
}

/** How many roles a project has. */
export async function countRoles(db: Db, projectId: string): Promise<number> {
  const row = await db
    .selectFrom('roles')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('projectId', '=', projectId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Adds a role. Breaks a unique constraint when its project has the name. */
export async function insertRole(tx: Db, role: RoleRow): Promise<void> {
  await tx.insertInto('roles').values(role).execute();
  await updateSearchWords(tx, 'role', role.id, wordsOfText(role.name));
}

/** Writes a role if it still has the version it was read with; its version goes up. */
export async function updateRole(tx: Db, role: RoleRow, now: number): Promise<boolean> {
  const { id, version, name, nameKey, description } = role;
  const result = await tx
    .updateTable('roles')
    .set({ name, nameKey, description, updatedAt: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'role', id, wordsOfText(name));
  return true;
}

/** Lets a role carry these scopes and no others. Breaks a foreign key when one is gone. */
export async function updateRoleScopes(tx: Db, roleId: string, scopeIds: string[]): Promise<void> {
  let taken = tx.deleteFrom('roleScopes').where('roleId', '=', roleId);
  if (scopeIds.length > 0) taken = taken.where('scopeId', 'not in', scopeIds);
  await taken.execute();
  if (scopeIds.length === 0) return;
  await tx
    .insertInto('roleScopes')
    .values(scopeIds.map((scopeId) => ({ roleId, scopeId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Deletes a role, and takes it from its users; false when it was changed or is gone. */
export async function deleteRole(tx: Db, role: { id: string; version: number }): Promise<boolean> {
  const result = await tx
    .deleteFrom('roles')
    .where('id', '=', role.id)
    .where('version', '=', role.version)
    .executeTakeFirst();
  await deleteSearchWords(tx, role.id);
  return result.numDeletedRows === 1n;
}
