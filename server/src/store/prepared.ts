import type { Compilable, CompiledQuery } from 'kysely';
import { toCamelCase } from './column-name.js';
import { type Db, isPostgres } from './db.js';
import { directOf } from './direct.js';
import { transact } from './transact.js';

/** Stands for a value while a query is built once; the value itself comes with each run. */
class Placeholder {
  constructor(readonly name: string) {}
}

/**
 * A query with one row at most. It is built and compiled once for each kind of database, since building it takes longer
 * than running it: `build` gets the values it will be run with, by name; it may pass them on to the query, and nothing else.
 */
export function preparedOne<V extends object, R>(
  build: (db: Db, values: V) => Compilable<R>,
): (db: Db, values: V) => Promise<R | undefined> {
  const compile = compileOnce(build);
  return async (db, values) => {
    const query = compile(db);
    const parameters = parametersOf(query, values);
    const direct = directOf(db);
    if (direct) return (await direct.readOne(query.sql, parameters)) as R | undefined;
    if (!isPostgres(db)) return (await db.executeQuery<R>({ ...query, parameters })).rows[0];
    const { rows } = await db.executeQuery<{ found: string }>({ ...query, sql: asJson(query.sql), parameters });
    return rows[0] && readJson<R>(rows[0].found);
  };
}

/**
 * PostgreSQL describes every column with every answer, and its driver reads the description anew each time: for a wide row
 * that takes longer than the row itself. As JSON it is one column. Texts and whole numbers come out as they are.
 */
function asJson(sql: string): string {
  return `select row_to_json(found)::text as found from (${sql}) as found`;
}

const propertyOf = new Map<string, string>();

function readJson<R>(text: string): R {
  const row: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
    const property = propertyOf.get(column) ?? toCamelCase(column);
    propertyOf.set(column, property);
    row[property] = value;
  }
  return row as R;
}

/** A statement that writes, with its values; `writeTogether` or `writeIn` runs it. */
export type Write = (db: Db) => CompiledQuery;

/** A statement that writes, built and compiled once like `preparedOne`. */
export function preparedWrite<V extends object, R>(build: (db: Db, values: V) => Compilable<R>): (values: V) => Write {
  const compile = compileOnce(build);
  return (values) => (db) => {
    const query = compile(db);
    return { ...query, parameters: parametersOf(query, values) };
  };
}

/** Takes a transaction back whose first statement wrote nothing. */
const nothingWritten = new Error('the first statement wrote nothing');

/** Runs statements as one transaction; false, and nothing is done, where the first writes no row. */
export async function writeTogether(db: Db, writes: readonly [Write, ...Write[]]): Promise<boolean> {
  const direct = directOf(db);
  if (direct) return (await direct.write(writes.map((write) => write(db)))) > 0;
  if (writes.length === 1) return writeIn(db, writes);
  try {
    await transact(db, async (tx) => {
      if (!(await writeIn(tx, writes))) throw nothingWritten;
    });
    return true;
  } catch (error) {
    if (error === nothingWritten) return false;
    throw error;
  }
}

/** Runs statements of a transaction; false where the first writes no row, and then none of the others runs. */
export async function writeIn(tx: Db, [first, ...others]: readonly [Write, ...Write[]]): Promise<boolean> {
  const { numAffectedRows } = await tx.executeQuery(first(tx));
  if (!numAffectedRows) return false;
  for (const other of others) await tx.executeQuery(other(tx));
  return true;
}

function compileOnce<V extends object, R>(build: (db: Db, values: V) => Compilable<R>) {
  const placeholders = new Proxy({} as V, { get: (_, name) => new Placeholder(String(name)) });
  const compiled: { sqlite?: CompiledQuery<R>; postgres?: CompiledQuery<R> } = {};
  return (db: Db): CompiledQuery<R> => {
    const kind = isPostgres(db) ? 'postgres' : 'sqlite';
    compiled[kind] ??= build(db, placeholders).compile();
    return compiled[kind];
  };
}

function parametersOf<V extends object>(query: CompiledQuery, values: V): unknown[] {
  return query.parameters.map((parameter) =>
    parameter instanceof Placeholder ? values[parameter.name as keyof V] : parameter,
  );
}
