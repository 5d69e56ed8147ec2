import { countOf } from './capped-count.js';
import type { Db } from './db.js';
import { joinById, type ListRequest, listPage, type Page } from './list-page.js';
import type { SuiteRow } from './schema.js';
import { deleteSearchWords, matchWords, readAskedWords, updateSearchWords, wordsOfText } from './search-words.js';

/** A suite with how much it holds; counts stop at 10,000. */
export interface SuiteView extends SuiteRow {
  projectCount: number;
  applicationCount: number;
  accountCount: number;
}

const sorts = {
  name: { ref: 'suites.nameKey', type: 'text' },
  createdAt: { ref: 'suites.createdAt', type: 'number' },
  updatedAt: { ref: 'suites.updatedAt', type: 'number' },
} as const;

/** One page of suites. */
export async function listSuites(db: Db, request: ListRequest): Promise<Page<SuiteView>> {
  const asked = await readAskedWords(db, 'suite', request.q);
  const rows = matchWords(db.selectFrom('suites').selectAll('suites'), 'suites.id', asked);
  const page = await listPage(db, rows, sorts, 'suites.id', request);
  return { ...page, items: await withCounts(db, page.items) };
}

/** Finds a suite by id. */
export async function findSuite(db: Db, id: string): Promise<SuiteView | undefined> {
  const row = await db.selectFrom('suites').selectAll().where('id', '=', id).executeTakeFirst();
  return row && (await withCounts(db, [row]))[0];
}

/** Finds a suite by its slug. */
export function findSuiteBySlug(db: Db, slug: string): Promise<SuiteRow | undefined> {
  return db.selectFrom('suites').selectAll().where('slug', '=', slug).executeTakeFirst();
}

async function withCounts(db: Db, rows: SuiteRow[]): Promise<SuiteView[]> {
  if (rows.length === 0) return [];
  const counts = await db
    .selectFrom('suites')
    .select([
      'suites.id',
      countOf('projects', 'suiteId', 'suites.id').as('projectCount'),
      countOf('applications', 'suiteId', 'suites.id').as('applicationCount'),
      countOf('accounts', 'suiteId', 'suites.id').as('accountCount'),
    ])
    .where(
      'suites.id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  return joinById(rows, counts);
}

/** Adds a suite. Breaks a unique constraint when its name or slug is taken. */
export async function insertSuite(tx: Db, suite: SuiteRow): Promise<void> {
  await tx.insertInto('suites').values(suite).execute();
  await updateSearchWords(tx, 'suite', suite.id, wordsOfSuite(suite));
}

/** Writes a suite if it still has the version it was read with; its version goes up. */
export async function updateSuite(tx: Db, suite: SuiteRow, now: number): Promise<boolean> {
  const { id, version, name, nameKey, description, registration, registrationProjectId, keyRotationDays } = suite;
  const result = await tx
    .updateTable('suites')
    .set({
      name,
      nameKey,
      description,
      registration,
      registrationProjectId,
      keyRotationDays,
      updatedAt: now,
      version: version + 1,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await updateSearchWords(tx, 'suite', id, wordsOfSuite(suite));
  return true;
}

/** The project that a client registering itself belongs to: the chosen one, else the suite's first. */
export async function findRegistrationPlace(db: Db, suiteId: string): Promise<string | undefined> {
  const { registrationProjectId } =
    (await db.selectFrom('suites').select('registrationProjectId').where('id', '=', suiteId).executeTakeFirst()) ?? {};
  const projects = db.selectFrom('projects').select('id').where('suiteId', '=', suiteId);
  const chosen = registrationProjectId
    ? await projects.where('id', '=', registrationProjectId).executeTakeFirst()
    : undefined;
  return (chosen ?? (await projects.orderBy('createdAt').orderBy('id').executeTakeFirst()))?.id;
}

/** Deletes a suite that has no projects, with its accounts, sessions, grants and keys; false when it has any. */
export async function deleteSuite(tx: Db, suite: { id: string; version: number }): Promise<boolean> {
  await tx
    .deleteFrom('searchWords')
    .where('objectId', 'in', tx.selectFrom('accounts').select('id').where('suiteId', '=', suite.id))
    .execute();
  const result = await tx
    .deleteFrom('suites')
    .where('id', '=', suite.id)
    .where('version', '=', suite.version)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('projects').select('projects.id').whereRef('projects.suiteId', '=', 'suites.id'))),
    )
    .executeTakeFirst();
  await deleteSearchWords(tx, suite.id);
  return result.numDeletedRows === 1n;
}

function wordsOfSuite(suite: SuiteRow): string[] {
  return [...wordsOfText(suite.name), ...wordsOfText(suite.slug)];
}
