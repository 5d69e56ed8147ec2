import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import LibsqlDatabase from 'libsql';
import { createGroups } from './group-commit.js';

/**
 * The embedded database: one connection writes, its transactions committed in groups, and another reads what is
 * committed, so that no read waits for a write.
 */
export function sqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver() {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const writer = openFile(path);
      const reader = openFile(path);
      // The groups wait by themselves, without stopping the event loop.
      writer.exec('PRAGMA busy_timeout = 0');
      const groups = createGroups(writer);
      const write = prepared(writer);
      const read = prepared(reader);
      const inTransaction = new WeakSet<DatabaseConnection>();

      async function run<R>(connection: DatabaseConnection, query: CompiledQuery): Promise<QueryResult<R>> {
        if (inTransaction.has(connection)) return write<R>(query);
        if (SelectQueryNode.is(query.query) || /^\s*select\b/i.test(query.sql)) return read<R>(query);
        await groups.enter();
        let result: QueryResult<R>;
        try {
          result = write<R>(query);
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
            streamQuery: () => {
              throw new Error('the embedded database does not stream');
            },
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
          reader.close();
          writer.close();
        },
      };
    },
  };
}

function openFile(path: string): LibsqlDatabase.Database {
  const file = new LibsqlDatabase(path);
  // FULL: an answer that left after the commit survives a power cut.
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'busy_timeout = 5000'])
    file.exec(`PRAGMA ${pragma}`);
  return file;
}

interface Prepared {
  reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number };
}

/** Runs queries with statements that are prepared once: preparing costs more than the query. */
function prepared(file: LibsqlDatabase.Database): <R>(query: CompiledQuery) => QueryResult<R> {
  const known = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const found = known.get(sql);
    if (found) return found;
    const statement = file.prepare(sql) as unknown as Prepared;
    const { reader } = statement;
    const kept: Prepared = {
      reader,
      all: (parameters) => statement.all(parameters),
      run: (parameters) => statement.run(parameters),
    };
    // Schema changes need fresh statements, and lists have many shapes: only a bounded number is kept.
    if (/^(select|insert|update|delete|with) /i.test(sql) && known.size < 500) known.set(sql, kept);
    return kept;
  }

  return <R>({ sql, parameters }: CompiledQuery): QueryResult<R> => {
    const statement = prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  };
}
