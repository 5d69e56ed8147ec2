import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { ApplicationRow } from './schema.js';
import {
  deleteSearchWords,
  matchWords,
  readAskedWords,
  updateSearchWords,
  wordsOfText,
  wordsOfUrl,
} from './search-words.js';

/** An application with the names of what it belongs to and how many users it has (at most 10,000). */
export interface ApplicationView extends ApplicationRow {
  suiteSlug: string;
  suiteName: string;
  projectName: string;
  userCount: number;
}

export interface ApplicationListRequest extends ListRequest {
  suiteId?: string | undefined;
  projectId?: string | undefined;
  authenticatorType?: ApplicationRow['authenticatorType'] | undefined;
  status?: ApplicationRow['status'] | undefined;
  anyOrigin?: boolean | undefined;
}

const sorts = {
  name: { ref: 'applications.nameKey', type: 'text' },
  authenticatorType: { ref: 'applications.authenticatorType', type: 'text' },
  createdAt: { ref: 'applications.createdAt', type: 'number' },
  updatedAt: { ref: 'applications.updatedAt', type: 'number' },
  lastTokenAt: { ref: 'applications.lastTokenAt', type: 'number' },
} as const;

/** One page of applications. */
export async function listApplications(db: Db, request: ApplicationListRequest): Promise<Page<ApplicationView>> {
  const asked = await readAskedWords(db, 'application', request.q);
  let rows = matchWords(db.selectFrom('applications').selectAll('applications'), 'applications.id', asked);
  for (const column of ['suiteId', 'projectId', 'authenticatorType', 'status'] as const) {
    const value = request[column];
    if (value !== undefined) rows = rows.where(`applications.${column}`, '=', value);
  }
  if (request.anyOrigin !== undefined) rows = rows.where('applications.anyOrigin', '=', request.anyOrigin ? 1 : 0);
  const page = await listPage(db, rows, sorts, 'applications.id', request);
  return { ...page, items: await withDetails(db, page.items) };
}

/** Finds an application by id. */
export async function findApplication(db: Db, id: string): Promise<ApplicationView | undefined> {
  const row = await db.selectFrom('applications').selectAll().where('id', '=', id).executeTakeFirst();
  return row && (await withDetails(db, [row]))[0];
}

/** Finds an application by its client id. */
export function findApplicationByClientId(db: Db, clientId: string): Promise<ApplicationRow | undefined> {
  return db.selectFrom('applications').selectAll().where('clientId', '=', clientId).executeTakeFirst();
}

async function withDetails(db: Db, rows: ApplicationRow[]): Promise<ApplicationView[]> {
  if (rows.length === 0) return [];
  const details = await db
    .selectFrom('applications')
    .innerJoin('suites', 'suites.id', 'applications.suiteId')
    .innerJoin('projects', 'projects.id', 'applications.projectId')
    .select([
      'applications.id',
      'suites.slug as suiteSlug',
      'suites.name as suiteName',
      'projects.name as projectName',
      countOf('applicationUsers', 'applicationId', 'applications.id').as('userCount'),
    ])
    .where(
      'applications.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, details);
}

/** Adds an application. Breaks a unique constraint when its name is taken in the project. */
export async function insertApplication(tx: Db, application: ApplicationRow): Promise<void> {
  await tx.insertInto('applications').values(application).execute();
  await updateSearchWords(tx, 'application', application.id, wordsOfApplication(application));
}

/** Writes an application if it still has the version it was read with; its version goes up. */
export async function updateApplication(tx: Db, application: ApplicationRow, now: number): Promise<boolean> {
  const { id, version } = application;
  const result = await tx
    .updateTable('applications')
    .set({
      projectId: application.projectId,
      name: application.name,
      nameKey: application.nameKey,
      description: application.description,
      authenticatorType: application.authenticatorType,
      redirectUris: application.redirectUris,
      postLogoutRedirectUris: application.postLogoutRedirectUris,
      allowedOrigins: application.allowedOrigins,
      anyOrigin: application.anyOrigin,
      accessTokenLifespan: application.accessTokenLifespan,
      refreshTokenLifespan: application.refreshTokenLifespan,
      accessTokenFormat: application.accessTokenFormat,
      access: application.access,
      refreshTokens: application.refreshTokens,
      allowPlainPkce: application.allowPlainPkce,
      status: application.status,
      metadata: application.metadata,
      firstParty: application.firstParty,
      updatedAt: now,
      version: version + 1,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'application', id, wordsOfApplication(application));
  return true;
}

/** Lets only one transaction at a time go on with this application; false when it is gone. */
export async function lockApplication(tx: Db, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('applications')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes an application that has no users, with its secrets, grants and tokens; false when it has any. */
export async function deleteApplication(tx: Db, application: { id: string; version: number }): Promise<boolean> {
  const result = await tx
    .deleteFrom('applications')
    .where('id', '=', application.id)
    .where('version', '=', application.version)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('applicationUsers')
            .select('applicationUsers.id')
            .whereRef('applicationUsers.applicationId', '=', 'applications.id'),
        ),
      ),
    )
    .executeTakeFirst();
  await deleteSearchWords(tx, application.id);
  return result.numDeletedRows === 1n;
}

function wordsOfApplication(application: ApplicationRow): string[] {
  const urls = [application.redirectUris, application.postLogoutRedirectUris, application.allowedOrigins].flatMap(
    (list) => JSON.parse(list) as string[],
  );
  return [...wordsOfText(application.name), ...wordsOfText(application.clientId), ...urls.flatMap(wordsOfUrl)];
}

/** Where active applications of one's own send people and accept browsers from, in the order of their ids: to walk through all in parts. */
export function listApplicationUrlsAfter(db: Db, id: string, limit: number) {
  return db
    .selectFrom('applications')
    .innerJoin('projects', 'projects.id', 'applications.projectId')
    .select([
      'applications.id',
      'applications.name',
      'applications.redirectUris',
      'applications.allowedOrigins',
      'applications.anyOrigin',
      'applications.metadata',
      'projects.name as projectName',
      'projects.environment',
    ])
    .where('applications.id', '>', id)
    .where('applications.status', '=', 'active')
    .where('applications.builtIn', '=', 0)
    .orderBy('applications.id')
    .limit(limit)
    .execute();
}
