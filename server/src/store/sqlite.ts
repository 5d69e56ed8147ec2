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
import { createTogether } from '../platform/together.js';
import { toCamelCase } from './column-name.js';
import type { Bound, Direct } from './direct.js';
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
export function openSqlite(path: string): { dialect: Dialect; direct: Direct } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const writer = openFile(path);
  const reader = openFile(path);
  // The groups wait by themselves, without stopping the event loop.
  writer.exec('PRAGMA busy_timeout = 0');
  const groups = createGroups(writer);
  const readTogether = createTogether();
  const forgetQueue = measureQueue(groups.countWaiting);
  const write = prepared(writer);
  const read = prepared(reader);
  const [readDirectly, readOnWriter] = [prepared(reader, toCamelCase), prepared(writer, toCamelCase)];
  const inTransaction = new WeakSet<DatabaseConnection>();

  let isClosed = false;
  /** A statement on a closed file ends the process. */
  function checkOpen(): void {
    if (isClosed) throw new Error('the database is closed');
  }

  async function run<R>(connection: DatabaseConnection, query: CompiledQuery): Promise<QueryResult<R>> {
    checkOpen();
    if (!dataStatement.test(query.sql)) for (const one of [write, read, readDirectly, readOnWriter]) one.forget();
    if (inTransaction.has(connection)) return write.run<R>(query);
    // Between two groups the writer sees what is committed, and it still has in memory what it wrote.
    if (SelectQueryNode.is(query.query) || /^\s*select\b/i.test(query.sql))
      return (writer.inTransaction ? read : write).run<R>(query);
    return groups.run(() => write.run<R>(query));
  }

  const direct: Direct = {
    readOne: ({ sql, parameters }) =>
      readTogether(() => {
        checkOpen();
        return (writer.inTransaction ? readDirectly : readOnWriter).first(sql, parameters);
      }),
    async writeOne(statement) {
      checkOpen();
      return groups.run(() => write.count(statement));
    },
    async writeAll([first, ...others]) {
      checkOpen();
      return groups.run(() =>
        asOne(writer, () => {
          const written = write.count(first);
          if (written > 0) for (const other of others) write.count(other);
          return written;
        }),
      );
    },
  };

  const driver = {
    init: async () => {},
    async acquireConnection() {
      const connection: DatabaseConnection = {
        executeQuery: (query) => run(connection, query),
        streamQuery: noStream,
      };
      return connection;
    },
    async beginTransaction(connection: DatabaseConnection) {
      await groups.enter();
      inTransaction.add(connection);
    },
    async commitTransaction(connection: DatabaseConnection) {
      inTransaction.delete(connection);
      await groups.leave();
    },
    async rollbackTransaction(connection: DatabaseConnection) {
      // Where the commit failed there is nothing left to take back.
      if (inTransaction.delete(connection)) await groups.takeBack();
    },
    releaseConnection: async () => {},
    async destroy() {
      groups.commitNow();
      isClosed = true;
      forgetQueue();
      reader.close();
      writer.close();
    },
  };
  return { dialect: { ...sqliteParts, createDriver: () => driver }, direct };
}

/** Runs statements so that all of them count or none; for use in the turn of a group. */
function asOne<T>(writer: LibsqlDatabase.Database, statements: () => T): T {
  writer.exec('SAVEPOINT statements');
  try {
    const answer = statements();
    writer.exec('RELEASE statements');
    return answer;
  } catch (error) {
    // SQLite may have ended the whole transaction by itself.
    if (writer.inTransaction) writer.exec('ROLLBACK TO statements; RELEASE statements');
    throw error;
  }
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
  get(parameters: readonly unknown[]): unknown[] | undefined;
  run(parameters: readonly unknown[]): { changes: number };
}

/** A statement that was prepared, and what makes a row of its values; undefined where it has none. */
interface Known {
  statement: Statement;
  toRow: ((values: readonly unknown[]) => Record<string, unknown>) | undefined;
}

/** Statements that read or write rows; others, such as changes of the schema, make what is prepared worthless. */
const dataStatement = /^\s*(select|insert|update|delete|with)\b/i;

/** Runs queries with statements that are prepared once: preparing costs more than the query. Lists have many shapes, so only a bounded number is kept. */
function prepared(file: LibsqlDatabase.Database, nameOf = (column: string) => column) {
  const known = new Map<string, Known>();

  function find(sql: string): Known {
    const found = known.get(sql);
    if (found) return found;
    const statement = file.prepare(sql) as unknown as Statement;
    const made = { statement, toRow: statement.reader ? rowMaker(statement, nameOf) : undefined };
    if (dataStatement.test(sql) && known.size < 500) known.set(sql, made);
    return made;
  }

  return {
    first(sql: string, parameters: readonly unknown[]): Record<string, unknown> | undefined {
      const { statement, toRow } = find(sql);
      const values = statement.get(parameters);
      return values && toRow?.(values);
    },
    count: ({ sql, parameters }: Bound): number => find(sql).statement.run(parameters).changes,
    run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
      const { statement, toRow } = find(sql);
      if (toRow) return { rows: statement.all(parameters).map(toRow) as R[] };
      return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
    },
    forget: () => known.clear(),
  };
}

/** Rows come as lists of values: naming them here takes half the time of having it done on the other side. */
function rowMaker(statement: Statement, nameOf: (column: string) => string) {
  const names = statement.columns().map(({ name }) => nameOf(name));
  // All rows of a statement begin as copies of one, so that they stay objects of one shape, however wide they are.
  const empty = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null])))) as object;
  statement.raw();
  return (values: readonly unknown[]): Record<string, unknown> => {
    const row: Record<string, unknown> = { ...empty };
    for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index];
    return row;
  };
}
