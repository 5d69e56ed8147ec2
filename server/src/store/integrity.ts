import { sql } from 'kysely';
import { type Db, isPostgres } from './db.js';
import { readWithoutTimeLimit } from './no-time-limit.js';

/** Faults of one kind that are told; after the first ones the next step is the same. */
const maxFaults = 20;

/**
 * What is wrong inside the files of an embedded database, in the words of SQLite; at most 20. Reads all of the file. Of
 * PostgreSQL nothing, since it checks its own pages.
 */
export async function listDamage(db: Db): Promise<string[]> {
  if (isPostgres(db)) return [];
  try {
    const check = sql.raw(`pragma_integrity_check(${maxFaults})`);
    const { rows } = await sql<{ text: string }>`select integrity_check as text from ${check}`.execute(db);
    return rows.map((row) => row.text).filter((text) => text !== 'ok');
  } catch (error) {
    if (isDamage(error)) return [(error as Error).message];
    throw error;
  }
}

/** True when SQLite says that a file is none of its own, or is broken. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && /^SQLITE_(CORRUPT|NOTADB)/.test((error as Error & { code?: string }).code ?? '');
}

/** Rows that refer to rows that are not there, or what keeps the database from preventing them; at most 20. */
export async function listBrokenReferences(db: Db): Promise<string[]> {
  return isPostgres(db) ? listUncheckedReferences(db) : listDanglingRows(db);
}

async function listDanglingRows(db: Db): Promise<string[]> {
  const { rows } = await sql<{ table: string; parent: string; rowid: number | null }>`
    select "table", parent, rowid from pragma_foreign_key_check limit ${maxFaults}`.execute(db);
  return rows.map(
    ({ table, parent, rowid }) => `row ${rowid} of ${table} refers to a row of ${parent} that is not there`,
  );
}

/** PostgreSQL keeps references sound by itself, unless that was turned off: by a trigger, or a constraint that was not checked. */
async function listUncheckedReferences(db: Db): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    select format('the constraint %s of %s was never checked', conname, conrelid::regclass) as fault
    from pg_constraint where connamespace = current_schema()::regnamespace and not convalidated
    union all
    select format('a trigger that checks references of %s is turned off', tgrelid::regclass)
    from pg_trigger join pg_class on pg_class.oid = tgrelid
    where relnamespace = current_schema()::regnamespace and tgisinternal and tgenabled = 'D'
    union all
    select format('the index %s is not complete', indexrelid::regclass)
    from pg_index join pg_class on pg_class.oid = indexrelid
    where relnamespace = current_schema()::regnamespace and not indisvalid
    limit ${maxFaults}`.execute(db);
  return rows.map((row) => row.fault);
}

/** How many rows each table has, counted one after the other. */
export async function countRows(db: Db): Promise<{ table: string; rows: number }[]> {
  const tables = await sql<{ name: string }>`${
    isPostgres(db)
      ? sql`select tablename as name from pg_tables where schemaname = current_schema() order by tablename`
      : sql`select name from sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_' order by name`
  }`.execute(db);
  const counts: { table: string; rows: number }[] = [];
  for (const { name } of tables.rows) {
    const count = sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`;
    const { rows } = await readWithoutTimeLimit(db, (reader) => count.execute(reader));
    counts.push({ table: name, rows: Number(rows[0]?.rows) });
  }
  return counts;
}
