import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import { nameKey } from './name-key.js';
import type { ApplicationRow, ResourceRow } from './schema.js';
import {
  deleteSearchWords,
  deleteSearchWordsOf,
  matchWords,
  readAskedWords,
  updateSearchWords,
  wordsOfText,
  wordsOfUrl,
} from './search-words.js';

/** An API resource with the names of what it belongs to and how many scopes it has. */
export interface ResourceView extends ResourceRow {
  suiteName: string;
  projectName: string;
  /** 1 for the project of the console, whose default audience is the management API. */
  projectBuiltIn: number;
  scopeCount: number;
}

const sorts = {
  name: { ref: 'resources.nameKey', type: 'text' },
  createdAt: { ref: 'resources.createdAt', type: 'number' },
  updatedAt: { ref: 'resources.updatedAt', type: 'number' },
} as const;

/** One page of API resources, of one project, one suite or all. */
export async function listResources(
  db: Db,
  request: ListRequest & { suiteId?: string | undefined; projectId?: string | undefined },
): Promise<Page<ResourceView>> {
  const asked = await readAskedWords(db, 'resource', request.q);
  let rows = matchWords(db.selectFrom('resources').selectAll('resources'), 'resources.id', asked);
  for (const column of ['suiteId', 'projectId'] as const) {
    const value = request[column];
    if (value !== undefined) rows = rows.where(`resources.${column}`, '=', value);
  }
  const page = await listPage(db, rows, sorts, 'resources.id', request);
  return { ...page, items: await withDetails(db, page.items) };
}

/** Finds an API resource by id. */
export async function findResource(db: Db, id: string): Promise<ResourceView | undefined> {
  const row = await db.selectFrom('resources').selectAll().where('id', '=', id).executeTakeFirst();
  return row && (await withDetails(db, [row]))[0];
}

async function withDetails(db: Db, rows: ResourceRow[]): Promise<ResourceView[]> {
  if (rows.length === 0) return [];
  const details = await db
    .selectFrom('resources')
    .innerJoin('projects', 'projects.id', 'resources.projectId')
    .innerJoin('suites', 'suites.id', 'resources.suiteId')
    .select([
      'resources.id',
      'suites.name as suiteName',
      'projects.name as projectName',
      'projects.builtIn as projectBuiltIn',
      countOf('scopes', 'resourceId', 'resources.id').as('scopeCount'),
    ])
    .where(
      'resources.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, details);
}

/** Finds the API resource of a suite that has an identifier. */
export function findResourceByIdentifier(
  db: Db,
  suiteId: string,
  identifier: string,
): Promise<ResourceRow | undefined> {
  return db
    .selectFrom('resources')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .where('identifier', '=', identifier)
    .executeTakeFirst();
}

/** How many API resources a project has. */
export async function countResources(db: Db, projectId: string): Promise<number> {
  const row = await db
    .selectFrom('resources')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('projectId', '=', projectId)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Adds an API resource of a project. Breaks a unique constraint when the suite has its identifier. */
export async function insertResource(tx: Db, resource: ResourceRow): Promise<void> {
  await tx.insertInto('resources').values(resource).execute();
  await updateSearchWords(tx, 'resource', resource.id, wordsOfResource(resource));
}

/** Writes a resource if it still has the version it was read with; its version goes up. The identifier stays. */
export async function updateResource(tx: Db, resource: ResourceRow, now: number): Promise<boolean> {
  const { id, version, name, description, isDefault } = resource;
  const result = await tx
    .updateTable('resources')
    .set({ name, nameKey: nameKey(name), description, isDefault, updatedAt: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'resource', id, wordsOfResource(resource));
  return true;
}

/** Takes the mark of the default from whichever resource of a project has it, so that another can get it. */
export async function clearDefaultResource(tx: Db, projectId: string, now: number): Promise<void> {
  await tx
    .updateTable('resources')
    .set((eb) => ({ isDefault: 0, updatedAt: now, version: eb('version', '+', 1) }))
    .where('projectId', '=', projectId)
    .where('isDefault', '=', 1)
    .execute();
}

/** Lets only one transaction at a time go on with this resource; false when it is gone. */
export async function lockResource(tx: Db, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('resources')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes a resource with its scopes; false when it is the default, was changed or is gone. */
export async function deleteResource(tx: Db, resource: { id: string; version: number }): Promise<boolean> {
  await deleteSearchWordsOf(tx, tx.selectFrom('scopes').select('id').where('resourceId', '=', resource.id));
  await deleteSearchWords(tx, resource.id);
  const result = await tx
    .deleteFrom('resources')
    .where('id', '=', resource.id)
    .where('version', '=', resource.version)
    .where('isDefault', '=', 0)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Changes the default audience of a project; used where it follows the server's own URL. */
export async function updateDefaultResource(tx: Db, projectId: string, identifier: string): Promise<void> {
  const resource = await tx
    .selectFrom('resources')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('isDefault', '=', 1)
    .executeTakeFirst();
  if (!resource || resource.identifier === identifier) return;
  await tx.updateTable('resources').set({ identifier }).where('id', '=', resource.id).execute();
  await updateSearchWords(tx, 'resource', resource.id, wordsOfResource({ ...resource, identifier }));
}

/** An application that is allowed scopes of a resource, with their names. */
export interface ResourceApplicationView
  extends Pick<ApplicationRow, 'id' | 'clientId' | 'name' | 'projectId' | 'authenticatorType'> {
  projectName: string;
  scopes: string[];
}

/** One page of the applications that are allowed a scope of a resource, or one scope of it. */
export async function listResourceApplications(
  db: Db,
  resourceId: string,
  request: ListRequest & { scopeId?: string | undefined },
): Promise<Page<ResourceApplicationView>> {
  let allowed = db
    .selectFrom('scopes')
    .innerJoin('applicationScopes', 'applicationScopes.scopeId', 'scopes.id')
    .select('applicationScopes.applicationId')
    .where('scopes.resourceId', '=', resourceId);
  if (request.scopeId !== undefined) allowed = allowed.where('scopes.id', '=', request.scopeId);
  const applications = db
    .selectFrom('applications')
    .innerJoin('projects', 'projects.id', 'applications.projectId')
    .select([
      'applications.id',
      'applications.clientId',
      'applications.name',
      'applications.projectId',
      'applications.authenticatorType',
      'projects.name as projectName',
    ])
    .where('applications.id', 'in', allowed);
  const asked = await readAskedWords(db, 'application', request.q);
  const byName = { name: { ref: 'applications.nameKey', type: 'text' } } as const;
  const page = await listPage(
    db,
    matchWords(applications, 'applications.id', asked),
    byName,
    'applications.id',
    request,
  );
  const names = await findScopeNames(
    db,
    resourceId,
    page.items.map(({ id }) => id),
  );
  return { ...page, items: page.items.map((item) => ({ ...item, scopes: names.get(item.id) ?? [] })) };
}

async function findScopeNames(db: Db, resourceId: string, applicationIds: string[]): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  if (applicationIds.length === 0) return names;
  const rows = await db
    .selectFrom('applicationScopes')
    .innerJoin('scopes', 'scopes.id', 'applicationScopes.scopeId')
    .select(['applicationScopes.applicationId', 'scopes.name'])
    .where('applicationScopes.applicationId', 'in', applicationIds)
    .where('scopes.resourceId', '=', resourceId)
    .orderBy('scopes.name')
    .execute();
  for (const { applicationId, name } of rows) names.set(applicationId, [...(names.get(applicationId) ?? []), name]);
  return names;
}

function wordsOfResource(resource: Pick<ResourceRow, 'name' | 'identifier'>): string[] {
  return [...wordsOfText(resource.name), ...wordsOfUrl(resource.identifier)];
}
