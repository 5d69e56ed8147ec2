import { CamelCasePlugin, Kysely, PostgresAdapter, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.js';
import { sqliteDialect } from './sqlite.js';

/** What store functions take: the database, or a transaction on it. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** Opens `file:PATH` (made when missing) or `postgres://…`. */
export function openDatabase(url: string): Db {
  const plugins = [new CamelCasePlugin()];
  if (url.startsWith('file:'))
    return new Kysely<Schema>({ dialect: sqliteDialect(url.slice('file:'.length)), plugins });
  if (/^postgres(ql)?:\/\//.test(url)) return new Kysely<Schema>({ dialect: postgresDialect(url), plugins });
  throw new Error('DATABASE_URL must start with file: or postgres://');
}

/** True where several processes may share the database. */
export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

function postgresDialect(url: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    types: {
      // bigint holds Unix seconds and counts here, which a JavaScript number holds exactly.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool });
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
