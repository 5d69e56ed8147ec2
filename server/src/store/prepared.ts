import type { Compilable, CompiledQuery } from 'kysely';
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
    if (direct) return (await direct.readOne({ sql: query.sql, parameters })) as R | undefined;
    return (await db.executeQuery<R>({ ...query, parameters })).rows[0];
  };
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
  const [first, ...others] = writes;
  if (others.length === 0) return direct ? (await direct.writeOne(first(db))) > 0 : writeIn(db, writes);
  if (direct?.writeAll) return (await direct.writeAll([first(db), ...others.map((write) => write(db))])) > 0;
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
