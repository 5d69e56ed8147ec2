import { sql } from 'kysely';
import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { ProjectRow } from './schema.js';
import {
  deleteSearchWords,
  deleteSearchWordsOf,
  matchWords,
  readAskedWords,
  updateSearchWords,
  wordsOfText,
} from './search-words.js';

/** A project with the name of its suite, its default audience and how many applications it has (at most 10,000). */
export interface ProjectView extends ProjectRow {
  suiteName: string;
  defaultResource: string;
  applicationCount: number;
}

const sorts = {
  name: { ref: 'projects.nameKey', type: 'text' },
  createdAt: { ref: 'projects.createdAt', type: 'number' },
  updatedAt: { ref: 'projects.updatedAt', type: 'number' },
} as const;

/** One page of projects, of one suite or of all. */
export async function listProjects(
  db: Db,
  request: ListRequest & { suiteId?: string | undefined },
): Promise<Page<ProjectView>> {
  const asked = await readAskedWords(db, 'project', request.q);
  let rows = matchWords(db.selectFrom('projects').selectAll('projects'), 'projects.id', asked);
  if (request.suiteId !== undefined) rows = rows.where('projects.suiteId', '=', request.suiteId);
  const page = await listPage(db, rows, sorts, 'projects.id', request);
  return { ...page, items: await withDetails(db, page.items) };
}

/** Finds a project by id. */
export async function findProject(db: Db, id: string): Promise<ProjectView | undefined> {
  const row = await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
  return row && (await withDetails(db, [row]))[0];
}

/** Finds a project of a suite by its slug. */
export function findProjectBySlug(db: Db, suiteId: string, slug: string): Promise<ProjectRow | undefined> {
  return db
    .selectFrom('projects')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .where('slug', '=', slug)
    .executeTakeFirst();
}

async function withDetails(db: Db, rows: ProjectRow[]): Promise<ProjectView[]> {
  if (rows.length === 0) return [];
  const details = await db
    .selectFrom('projects')
    .innerJoin('suites', 'suites.id', 'projects.suiteId')
    .select([
      'projects.id',
      'suites.name as suiteName',
      sql<string>`coalesce((select identifier from resources where resources.project_id = projects.id and resources.is_default = 1 limit 1), '')`.as(
        'defaultResource',
      ),
      countOf('applications', 'projectId', 'projects.id').as('applicationCount'),
    ])
    .where(
      'projects.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, details);
}

/** Adds a project. Breaks a unique constraint when its name or slug is taken in the suite. */
export async function insertProject(tx: Db, project: ProjectRow): Promise<void> {
  await tx.insertInto('projects').values(project).execute();
  await updateSearchWords(tx, 'project', project.id, wordsOfProject(project));
}

/** Writes a project if it still has the version it was read with; its version goes up. */
export async function updateProject(tx: Db, project: ProjectRow, now: number): Promise<boolean> {
  const { id, version, name, nameKey, description, environment } = project;
  const result = await tx
    .updateTable('projects')
    .set({ name, nameKey, description, environment, updatedAt: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'project', id, wordsOfProject(project));
  return true;
}

/** Lets only one transaction at a time go on with this project; false when it is gone. */
export async function lockProject(tx: Db, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('projects')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Deletes a project that has no applications, with its API resources and roles; false when it has any. */
export async function deleteProject(tx: Db, project: { id: string; version: number }): Promise<boolean> {
  const resources = tx.selectFrom('resources').select('id').where('projectId', '=', project.id);
  await deleteSearchWordsOf(tx, tx.selectFrom('scopes').select('id').where('resourceId', 'in', resources));
  await deleteSearchWordsOf(tx, resources);
  await deleteSearchWordsOf(tx, tx.selectFrom('roles').select('id').where('projectId', '=', project.id));
  const result = await tx
    .deleteFrom('projects')
    .where('id', '=', project.id)
    .where('version', '=', project.version)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('applications').select('applications.id').whereRef('applications.projectId', '=', 'projects.id'),
        ),
      ),
    )
    .executeTakeFirst();
  await deleteSearchWords(tx, project.id);
  return result.numDeletedRows === 1n;
}

function wordsOfProject(project: ProjectRow): string[] {
  return [...wordsOfText(project.name), ...wordsOfText(project.slug)];
}
