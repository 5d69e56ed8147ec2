import { sql } from 'kysely';
import type { Db } from './db.js';

/** A table as the catalogue of the database describes it. */
export interface Table {
  name: string;
  columns: string[];
  /** Columns of text. */
  texts: string[];
  /** Columns of the primary key, in its order. */
  key: string[];
}

/**
 * What belongs to one database and never goes to another: which migrations have run there, and the version that the
 * processes of that database compare with what they have seen.
 */
const ownTables = ['kysely_migration', 'kysely_migration_lock', 'cache_version'];

/**
 * The tables of an embedded database that hold what people have entered and tokens that were issued; a table comes after
 * those that it refers to. Read from the catalogue, so that a new table cannot be forgotten.
 */
export async function readTables(db: Db): Promise<Table[]> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_master
    where type = 'table' and substr(name, 1, 7) <> 'sqlite_' order by name`.execute(db);
  const names = rows.map(({ name }) => name).filter((name) => !ownTables.includes(name));
  const references = new Map<string, string[]>();
  for (const name of names) references.set(name, await readReferences(db, name));
  return Promise.all(inOrder(references).map((name) => readTable(db, name)));
}

async function readReferences(db: Db, name: string): Promise<string[]> {
  const { rows } = await sql<{ to: string }>`select "table" as "to" from pragma_foreign_key_list(${name})`.execute(db);
  return rows.map(({ to }) => to).filter((to) => to !== name);
}

async function readTable(db: Db, name: string): Promise<Table> {
  const { rows } = await sql<{ name: string; type: string; pk: number }>`
    select name, type, pk from pragma_table_info(${name}) order by cid`.execute(db);
  const key = rows.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  if (key.length === 0) throw new Error(`the table ${name} has no primary key, by which it could be read in parts`);
  return {
    name,
    columns: rows.map((column) => column.name),
    texts: rows.filter(({ type }) => type.toLowerCase() === 'text').map((column) => column.name),
    key: key.map((column) => column.name),
  };
}

/** Each name after all that it refers to. */
function inOrder(references: Map<string, string[]>): string[] {
  const ordered = new Set<string>();
  while (ordered.size < references.size) {
    const next = [...references].filter(([name, to]) => !ordered.has(name) && to.every((one) => ordered.has(one)));
    if (next.length === 0) throw new Error('tables refer to each other in a circle');
    for (const [name] of next) ordered.add(name);
  }
  return [...ordered];
}
