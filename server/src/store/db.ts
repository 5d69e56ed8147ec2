import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  CamelCasePlugin,
  Kysely,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  type Transaction,
} from 'kysely';
import LibsqlDatabase from 'libsql';
import pg from 'pg';
import type { Schema } from './schema.js';

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

function sqliteDialect(path: string): SqliteDialect {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = new LibsqlDatabase(path);
  // FULL: an answer that left after the commit survives a power cut.
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'busy_timeout = 5000'])
    file.exec(`PRAGMA ${pragma}`);
  return new SqliteDialect({ database: withPreparedStatements(file) });
}

/** Keeps prepared statements: Kysely prepares anew for each query, which costs more than the query. */
function withPreparedStatements(file: LibsqlDatabase.Database): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const statement = file.prepare(sql) as unknown as SqliteStatement;
      const { reader } = statement;
      const kept: SqliteStatement = {
        reader,
        all: (parameters) => statement.all(parameters),
        run: (parameters) => statement.run(parameters),
        iterate: (parameters) => statement.iterate(parameters),
      };
      // Schema changes need fresh statements, and lists have many shapes: only a bounded number is kept.
      if (/^(select|insert|update|delete|with) /i.test(sql) && prepared.size < 500) prepared.set(sql, kept);
      return kept;
    },
    close: () => file.close(),
  };
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
