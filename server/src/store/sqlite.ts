import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import LibsqlDatabase from 'libsql';
import { measureQueue } from '../platform/metrics.js';
import { createGroups } from './group-commit.js';

const sqliteParts = {
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
} satisfies Partial<Dialect>;

/**
 * A file that nobody writes to, such as a backup. It is read as it lies there: no lock, no log, no change of its settings.
 */
export function finishedFileDialect(path: string): Dialect {
  return readingDialect(`${pathToFileURL(path).href}?immutable=1`);
}

/** A file that a process may write to meanwhile; nothing in it changes by being looked at, nor is a file made beside it. */
export function lookedAtDialect(path: string): Dialect {
  // Without its log there is nobody who writes, and a connection that could be written to would make one.
  return existsSync(`${path}-wal`) ? readingDialect(`${pathToFileURL(path).href}?mode=ro`) : finishedFileDialect(path);
}

function readingDialect(url: string): Dialect {
  return {
    ...sqliteParts,
    createDriver() {
      const file = new LibsqlDatabase(url);
      const read = prepared(file);
      return {
        init: async () => {},
        acquireConnection: async () => ({
          executeQuery: async <R>(query: CompiledQuery) => read.run<R>(query),
          streamQuery: noStream,
        }),
        beginTransaction: async () => {},
        commitTransaction: async () => {},
        rollbackTransaction: async () => {},
        releaseConnection: async () => {},
        destroy: async () => {
          file.close();
        },
      };
    },
  };
}

function noStream(): never {
  throw new Error('the embedded database does not stream');
}

/**
 * The embedded database: one connection writes, its transactions committed in groups, and another reads what is
 * committed, so that no read waits for a write.
 */
export function sqliteDialect(path: string): Dialect {
  return {
    ...sqliteParts,
    createDriver() {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const writer = openFile(path);
      const reader = openFile(path);
      // The groups wait by themselves, without stopping the event loop.
      writer.exec('PRAGMA busy_timeout = 0');
      const groups = createGroups(writer);
      const forgetQueue = measureQueue(groups.countWaiting);
      const write = prepared(writer);
      const read = prepared(reader);
      const inTransaction = new WeakSet<DatabaseConnection>();

      async function run<R>(connection: DatabaseConnection, query: CompiledQuery): Promise<QueryResult<R>> {
        if (!dataStatement.test(query.sql)) for (const one of [write, read]) one.forget();
        if (inTransaction.has(connection)) return write.run<R>(query);
        if (SelectQueryNode.is(query.query) || /^\s*select\b/i.test(query.sql)) return read.run<R>(query);
        await groups.enter();
        let result: QueryResult<R>;
        try {
          result = write.run<R>(query);
        } catch (error) {
          await groups.takeBack();
          throw error;
        }
        await groups.leave();
        return result;
      }

      return {
        init: async () => {},
        async acquireConnection() {
          const connection: DatabaseConnection = {
            executeQuery: (query) => run(connection, query),
            streamQuery: noStream,
          };
          return connection;
        },
        async beginTransaction(connection) {
          await groups.enter();
          inTransaction.add(connection);
        },
        async commitTransaction(connection) {
          inTransaction.delete(connection);
          await groups.leave();
        },
        async rollbackTransaction(connection) {
          // Where the commit failed there is nothing left to take back.
          if (inTransaction.delete(connection)) await groups.takeBack();
        },
        releaseConnection: async () => {},
        async destroy() {
          groups.commitNow();
          forgetQueue();
          reader.close();
          writer.close();
        },
      };
    },
  };
}

/** FULL: an answer that left after the commit survives a power cut. What is read often stays in memory; sizes in KiB and pages. */
const settings = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'busy_timeout = 5000',
  'cache_size = -4000',
  'wal_autocheckpoint = 4000',
];

function openFile(path: string): LibsqlDatabase.Database {
  const file = new LibsqlDatabase(path);
  for (const setting of settings) file.exec(`PRAGMA ${setting}`);
  return file;
}

interface Statement {
  reader: boolean;
  raw(): Statement;
  columns(): { name: string }[];
  all(parameters: readonly unknown[]): unknown[][];
  run(parameters: readonly unknown[]): { changes: number };
}

type Run = <R>(query: CompiledQuery) => QueryResult<R>;

/** Statements that read or write rows; others, such as changes of the schema, make what is prepared worthless. */
const dataStatement = /^\s*(select|insert|update|delete|with)\b/i;

/** Runs queries with statements that are prepared once: preparing costs more than the query. Lists have many shapes, so only a bounded number is kept. */
function prepared(file: LibsqlDatabase.Database): { run: Run; forget(): void } {
  const known = new Map<string, Run>();

  function prepare(sql: string): Run {
    const statement = file.prepare(sql) as unknown as Statement;
    const run = statement.reader ? reading(statement) : writing(statement);
    if (dataStatement.test(sql) && known.size < 500) known.set(sql, run);
    return run;
  }

  return {
    run: (query) => (known.get(query.sql) ?? prepare(query.sql))(query),
    forget: () => known.clear(),
  };
}

function writing(statement: Statement): Run {
  return ({ parameters }) => ({ rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) });
}

/** Rows come as lists of values: naming them here takes half the time of having it done on the other side. */
function reading(statement: Statement): Run {
  const names = statement.columns().map(({ name }) => name);
  statement.raw();
  return <R>({ parameters }: CompiledQuery) => ({
    rows: statement.all(parameters).map((values) => named(names, values) as R),
  });
}

function named(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index];
  return row;
}
