import type { Kysely } from 'kysely';

/** The embedded database without the layers between: no connection to wait for, rows that come with their names. */
export interface Direct {
  /** The first row of what is committed, its names in camelCase. */
  readOne(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown> | undefined>;
  /**
   * Statements that are one transaction; resolves, when it is on disk, with how many rows the first wrote. Where that is
   * none, none of the others runs.
   */
  write(statements: readonly Bound[]): Promise<number>;
}

/** A compiled statement with its values. */
export interface Bound {
  sql: string;
  parameters: readonly unknown[];
}

const known = new WeakMap<object, Direct>();

/** Says how `db` is reached directly. A transaction on it is not: its statements belong to its turn. */
export function registerDirect<T>(db: Kysely<T>, direct: Direct): void {
  known.set(db, direct);
}

/** The direct way to `db`, where there is one. */
export function directOf<T>(db: Kysely<T>): Direct | undefined {
  return known.get(db);
}
