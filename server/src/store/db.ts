import { CamelCasePlugin, type Dialect, Kysely, type LogEvent, PostgresAdapter, type Transaction } from 'kysely';
import { type Query, queries } from '../platform/queries.js';
import { databaseFileOf } from './database-file.js';
import { type Direct, registerDirect } from './direct.js';
import { defaultPool, openPostgres, type PoolSettings } from './postgres.js';
import type { Schema } from './schema.js';
import { finishedFileDialect, lookedAtDialect, openSqlite } from './sqlite.js';

/** What store functions take: the database, or a transaction on it. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** Opens `file:PATH` (made when missing) or `postgres://…`; tells of every query where that is wanted. */
export function openDatabase(url: string, pool: PoolSettings = defaultPool, { tellQueries = false } = {}): Db {
  const settings = { plugins: [new CamelCasePlugin()], ...(tellQueries ? { log: tellQuery } : {}) };
  const { dialect, direct } = open(url, pool);
  const db = new Kysely<Schema>({ dialect, ...settings });
  // What goes the direct way is not told of.
  if (!tellQueries) registerDirect(db, direct);
  return db;
}

function open(url: string, pool: PoolSettings): { dialect: Dialect; direct: Direct } {
  const file = databaseFileOf(url);
  if (file !== null) return openSqlite(file);
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, pool);
  throw new Error('DATABASE_URL must start with file: or postgres://');
}

function tellQuery({ query, queryDurationMillis, level }: LogEvent): void {
  const told: Query = { text: query.sql, milliseconds: queryDurationMillis, failed: level === 'error' };
  queries.publish(told);
}

/** Opens a file that no process writes to, such as a backup, to read it. It stays as it is. */
export function openFinishedFile(path: string): Db {
  return new Kysely<Schema>({ dialect: finishedFileDialect(path), plugins: [new CamelCasePlugin()] });
}

/** Opens a database to look at it, whoever uses it: an embedded one must be there, and stays as it is. */
export function openToLookAt(url: string): Db {
  const file = databaseFileOf(url);
  if (file === null) return openDatabase(url);
  const dialect = lookedAtDialect(file);
  return new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
}

/** True where several processes may share the database. */
export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Which constraint an insert or update broke, or null when the error is another. */
export function brokenConstraint(error: unknown): { kind: 'unique' | 'foreign_key'; detail: string } | null {
  if (!(error instanceof Error)) return null;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === '23505') return { kind: 'unique', detail: constraint ?? '' };
  if (code === '23503') return { kind: 'foreign_key', detail: constraint ?? '' };
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return { kind: 'unique', detail: error.message };
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return { kind: 'foreign_key', detail: error.message };
  return null;
}
