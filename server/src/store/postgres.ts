import { PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { sha256 } from '../platform/hash.js';
import { measureQueue } from '../platform/metrics.js';
import { toCamelCase } from './column-name.js';
import type { Direct } from './direct.js';

/** How one process uses PostgreSQL. */
export interface PoolSettings {
  /** Connections at most, beside the one that listens. */
  connections: number;
  /** Statements are parsed once a connection. Off behind a pooler that gives each transaction another one and does not carry names over. */
  namedStatements: boolean;
}

/** Of a command, whose few queries gain nothing by names. */
export const defaultPool: PoolSettings = { connections: 10, namedStatements: false };

/** Milliseconds: a statement, the wait for a lock in it, a transaction that says nothing, a new connection and the wait for a free one. */
const limits = {
  statement_timeout: 15_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  connectionTimeoutMillis: 5_000,
};

/** What every connection to PostgreSQL is made with. */
export function connectionSettings(url: string) {
  return {
    connectionString: url,
    connectionTimeoutMillis: limits.connectionTimeoutMillis,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    fallback_application_name: 'tessera',
  };
}

/** A pool of connections that survives the loss of each of them. */
export function openPostgres(url: string, settings: PoolSettings): { dialect: PostgresDialect; direct: Direct } {
  let made: Promise<PostgresPool> | undefined;
  const findPool = () => {
    made ??= createPool(url, settings);
    return made;
  };

  async function run(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const pool = await findPool();
    const connection = await pool.connect();
    try {
      return await connection.query<unknown>(sql, parameters);
    } finally {
      connection.release();
    }
  }

  const direct: Direct = {
    async readOne({ sql, parameters }) {
      const [row] = (await run(asJson(sql), parameters)).rows as { found: string }[];
      return row && readJson(row.found);
    },
    writeOne: async ({ sql, parameters }) => (await run(sql, parameters)).rowCount,
    writeAll: null,
  };
  return { dialect: new PostgresDialect({ pool: findPool }), direct };
}

/**
 * PostgreSQL describes every column with every answer, and its driver reads the description anew each time: for a wide row
 * that takes longer than the row itself. As JSON it is one column. Texts and whole numbers come out as they are.
 */
function asJson(sql: string): string {
  return `select row_to_json(found)::text as found from (${sql}) as found`;
}

const propertyOf = new Map<string, string>();

function readJson(text: string): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
    const property = propertyOf.get(column) ?? toCamelCase(column);
    propertyOf.set(column, property);
    row[property] = value;
  }
  return row;
}

async function createPool(url: string, { connections, namedStatements }: PoolSettings): Promise<PostgresPool> {
  // Read only where it is used: it takes time and memory that the embedded database does not need.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    ...limits,
    ...connectionSettings(url),
    max: connections,
    types: {
      // bigint holds Unix seconds and counts here, which a JavaScript number holds exactly.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // An error event without a listener would end the process: the pool emits it for idle connections, and the client for
  // one that is in use and breaks between two queries. Either is replaced at its next use.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const forgetQueue = measureQueue(() => pool.waitingCount);
  const names = createNames(namedStatements ? 500 : 0);
  return {
    connect: async () => checkOut(pool, await pool.connect(), names),
    end() {
      forgetQueue();
      return pool.end();
    },
  };
}

/**
 * One use of a connection. Where it turns out to be broken at its first query, and that only reads or begins, another one
 * is taken: nothing was done on it yet.
 */
function checkOut(pool: Pool, taken: PoolClient, names: Names): PostgresPoolClient {
  let client: PoolClient | undefined = taken;
  let isFirst = true;
  let broken: Error | undefined;

  async function run(text: string, values: unknown[]): Promise<PostgresQueryResult<unknown>> {
    if (!client) throw new Error('Connection terminated');
    const name = names.of(text);
    const { command, rowCount, rows } = await client.query(
      name === undefined ? { text, values } : { name, text, values },
    );
    return { command: command as 'SELECT', rowCount: rowCount ?? 0, rows };
  }

  async function query(text: string, values: readonly unknown[] = []): Promise<PostgresQueryResult<unknown>> {
    const mayRepeat = isFirst && /^(select|begin)\b/.test(text);
    isFirst = false;
    try {
      return await run(text, [...values]);
    } catch (error) {
      if (isStalePlan(error)) names.forget();
      else if (isMalformed(error)) names.drop(text);
      else if (isConnectionLost(error)) broken = error as Error;
      // A transaction that cannot be rolled back must not be the next one's.
      else if (text === 'rollback') broken = error as Error;
      if (!mayRepeat || !(isStalePlan(error) || isConnectionLost(error))) throw error;
    }
    if (broken) {
      client?.release(broken);
      client = undefined;
      broken = undefined;
      client = await pool.connect();
    }
    return run(text, [...values]);
  }

  return {
    query: query as PostgresPoolClient['query'],
    release: () => client?.release(broken),
  };
}

interface Names {
  of(text: string): string | undefined;
  /** From now on every statement is parsed anew, on every connection. */
  forget(): void;
  /** The same of one statement. */
  drop(text: string): void;
}

/**
 * Gives statements names, by which a connection knows what it has parsed. Lists have many shapes: at most `max` are named.
 * A name says which statement it is of, so that no process runs one that another has parsed on the same connection.
 */
function createNames(max: number): Names {
  const known = new Map<string, string>();
  let given = 0;
  return {
    of(text) {
      const found = known.get(text);
      if (found !== undefined) return found;
      if (known.size >= max || !/^(select|insert|update|delete|with) /.test(text)) return undefined;
      given += 1;
      const name = `t${given}_${sha256(text)}`;
      known.set(text, name);
      return name;
    },
    forget: () => known.clear(),
    drop: (text) => void known.delete(text),
  };
}

/** True when a connection was refused or broke, or PostgreSQL ended it; what was not committed is undone. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as Error & { code?: string };
  // PostgreSQL: connection exceptions; ended by an admin, by a crash, not accepting connections yet.
  return (
    /^(ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|08|57P0[1-3])/.test(code) ||
    /^Connection terminated|^Client has encountered a connection error|timeout exceeded when trying to connect/.test(
      error.message,
    )
  );
}

/** True when PostgreSQL could not parse a statement, whose name a pooler may keep all the same. */
function isMalformed(error: unknown): boolean {
  // Syntax errors; columns, objects, functions and tables that are not there.
  const codes = ['42601', '42703', '42704', '42883', '42P01', '42P02'];
  return error instanceof Error && codes.includes((error as Error & { code?: string }).code ?? '');
}

/** True when a statement that was parsed before does not fit the tables any more, or the name is not known on this connection. */
export function isStalePlan(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: string };
  return code === '26000' || (code === '0A000' && /cached plan/.test(error.message));
}
