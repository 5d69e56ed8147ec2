import type { Kysely } from 'kysely';

/** A database without the layers between: for the busiest queries, which are compiled already. */
export interface Direct {
  /** The first row of what is committed, its names in camelCase. */
  readOne(statement: Bound): Promise<Record<string, unknown> | undefined>;
  /** Resolves, when it is on disk, with how many rows were written. */
  writeOne(statement: Bound): Promise<number>;
  /**
   * Statements that are one transaction; resolves, when it is on disk, with how many rows the first wrote. Where that is
   * none, none of the others runs. Null where a transaction may have to be tried again.
   */
  writeAll: ((statements: readonly [Bound, ...Bound[]]) => Promise<number>) | null;
}

/** A compiled statement with its values. */
export interface Bound {
  sql: string;
  parameters: readonly unknown[];
}

const known = new WeakMap<object, Direct>();

/** Says how `db` is reached directly. A transaction on it is not: its statements belong to its turn or its connection. */
export function registerDirect<T>(db: Kysely<T>, direct: Direct): void {
  known.set(db, direct);
}

/** The direct way to `db`, where there is one. */
export function directOf<T>(db: Kysely<T>): Direct | undefined {
  return known.get(db);
}
