import { sql } from 'kysely';
import type { Db } from './db.js';

/** Releases of PostgreSQL from this one on are supported. */
export const oldestPostgres = 14;

const names = [
  'server_version',
  'server_version_num',
  'server_encoding',
  'max_connections',
  'superuser_reserved_connections',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
] as const;

export type PostgresSettings = Partial<Record<(typeof names)[number], string>>;

/** The settings of a PostgreSQL server, as they are for this connection. */
export async function readPostgresSettings(db: Db): Promise<PostgresSettings> {
  const { rows } = await sql<{ name: keyof PostgresSettings; setting: string }>`
    select name, setting from pg_settings where name in (${sql.join([...names])})`.execute(db);
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

/** The tables in the schema in which unqualified names are looked up; null where the user may make none there. */
export async function findTablesOfTarget(db: Db): Promise<string[] | null> {
  const { rows } = await sql<{ allowed: boolean | null }>`
    select has_schema_privilege(current_schema(), 'CREATE') as allowed`.execute(db);
  if (rows[0]?.allowed !== true) return null;
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name limit 1000`.execute(db);
  return tables.rows.map(({ name }) => name);
}

/** Unix time in seconds, with fractions, by the clock of the server. */
export async function readServerClock(db: Db): Promise<number> {
  const { rows } = await sql<{ at: number }>`select extract(epoch from clock_timestamp())::float8 as at`.execute(db);
  return Number(rows[0]?.at);
}

/** Connections that are open on the server, by whomever. */
export async function countConnections(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity where backend_type = 'client backend'`.execute(db);
  return Number(rows[0]?.count);
}

/** Commits one transaction that changes nothing but is written to the log all the same. */
export async function commitNothing(db: Db): Promise<void> {
  await sql`select pg_logical_emit_message(true, 'tessera', '')`.execute(db);
}
