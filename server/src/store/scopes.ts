import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { ScopeRow } from './schema.js';
import { deleteSearchWords, matchWords, readAskedWords, updateSearchWords, wordsOfText } from './search-words.js';

/** A scope with its API resource, and how many roles carry it and applications are allowed it (at most 10,000). */
export interface ScopeView extends ScopeRow {
  resourceName: string;
  identifier: string;
  suiteId: string;
  projectId: string;
  projectName: string;
  roleCount: number;
  applicationCount: number;
}

const sorts = {
  name: { ref: 'scopes.name', type: 'text' },
  createdAt: { ref: 'scopes.createdAt', type: 'number' },
} as const;

/** One page of scopes, of one resource, one project, one suite or all. */
export async function listScopes(
  db: Db,
  request: ListRequest & {
    suiteId?: string | undefined;
    projectId?: string | undefined;
    exceptProjectId?: string | undefined;
    resourceId?: string | undefined;
  },
): Promise<Page<ScopeView>> {
  const asked = await readAskedWords(db, 'scope', request.q);
  let rows = matchWords(db.selectFrom('scopes').selectAll('scopes'), 'scopes.id', asked);
  if (request.resourceId !== undefined) rows = rows.where('scopes.resourceId', '=', request.resourceId);
  const { suiteId, projectId, exceptProjectId } = request;
  let resources = db.selectFrom('resources').select('resources.id');
  if (suiteId !== undefined) resources = resources.where('resources.suiteId', '=', suiteId);
  if (projectId !== undefined) resources = resources.where('resources.projectId', '=', projectId);
  if (exceptProjectId !== undefined) resources = resources.where('resources.projectId', '!=', exceptProjectId);
  if (suiteId !== undefined || projectId !== undefined || exceptProjectId !== undefined)
    rows = rows.where('scopes.resourceId', 'in', resources);
  const page = await listPage(db, rows, sorts, 'scopes.id', request);
  return { ...page, items: await withDetails(db, page.items) };
}

/** Finds a scope of a resource. */
export async function findScope(db: Db, resourceId: string, id: string): Promise<ScopeView | undefined> {
  const [scope] = await findScopes(db, [id]);
  return scope?.resourceId === resourceId ? scope : undefined;
}

/** Finds scopes by their ids, sorted by name; what is gone is left out. */
export async function findScopes(db: Db, ids: readonly string[]): Promise<ScopeView[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('scopes').selectAll().where('id', 'in', ids).orderBy('name').orderBy('id').execute();
  return withDetails(db, rows);
}

async function withDetails(db: Db, rows: ScopeRow[]): Promise<ScopeView[]> {
  if (rows.length === 0) return [];
  const details = await db
    .selectFrom('scopes')
    .innerJoin('resources', 'resources.id', 'scopes.resourceId')
    .innerJoin('projects', 'projects.id', 'resources.projectId')
    .select([
      'scopes.id',
      'resources.name as resourceName',
      'resources.identifier',
      'resources.suiteId',
      'resources.projectId',
      'projects.name as projectName',
      countOf('roleScopes', 'scopeId', 'scopes.id').as('roleCount'),
      countOf('applicationScopes', 'scopeId', 'scopes.id').as('applicationCount'),
    ])
    .where(
      'scopes.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, details);
}

/** How many scopes a resource has. */
export async function countScopes(db: Db, resourceId: string): Promise<number> {
  const row = await db
    .selectFrom('scopes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('resourceId', '=', resourceId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Adds a scope. Breaks a unique constraint when its resource has the name. */
export async function insertScope(tx: Db, scope: ScopeRow): Promise<void> {
  await tx.insertInto('scopes').values(scope).execute();
  await updateSearchWords(tx, 'scope', scope.id, wordsOfScope(scope));
}

/** Writes the sentence of a scope if it still has the version it was read with; its version goes up. The name stays. */
export async function updateScope(tx: Db, scope: ScopeRow, now: number): Promise<boolean> {
  const { id, version, description } = scope;
  const result = await tx
    .updateTable('scopes')
    .set({ description, updatedAt: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'scope', id, wordsOfScope(scope));
  return true;
}

/** Deletes a scope, and takes it from roles and applications; false when it was changed or is gone. */
export async function deleteScope(tx: Db, scope: { id: string; version: number }): Promise<boolean> {
  const result = await tx
    .deleteFrom('scopes')
    .where('id', '=', scope.id)
    .where('version', '=', scope.version)
    .executeTakeFirst();
  await deleteSearchWords(tx, scope.id);
  return result.numDeletedRows === 1n;
}

function wordsOfScope(scope: Pick<ScopeRow, 'name' | 'description'>): string[] {
  return [...wordsOfText(scope.name), ...wordsOfText(scope.description)];
}
