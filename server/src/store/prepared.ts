import type { Compilable, CompiledQuery } from 'kysely';
import { type Db, isPostgres } from './db.js';

/** Stands for a value while a query is built once; the value itself comes with each run. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** The rows of one run, and how many were written. */
interface Answer<R> {
  rows: R[];
  written: number;
}

/**
 * A query that is built and compiled once for each kind of database, since building it takes longer than running it.
 * `build` gets the values it will be run with, by name; it may pass them on to the query, and nothing else.
 */
export function prepared<V extends object, R>(
  build: (db: Db, values: V) => Compilable<R>,
): (db: Db, values: V) => Promise<Answer<R>> {
  const placeholders = new Proxy({} as V, { get: (_, name) => new Placeholder(String(name)) });
  const compiled: { sqlite?: CompiledQuery<R>; postgres?: CompiledQuery<R> } = {};
  return async (db, values) => {
    const kind = isPostgres(db) ? 'postgres' : 'sqlite';
    compiled[kind] ??= build(db, placeholders).compile();
    const query = compiled[kind];
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof V] : parameter,
    );
    const { rows, numAffectedRows } = await db.executeQuery<R>({ ...query, parameters });
    return { rows, written: Number(numAffectedRows ?? 0) };
  };
}
