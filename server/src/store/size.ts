import { sql } from 'kysely';
import { type Db, isPostgres } from './db.js';

/** The tables that grow with use. */
const growing = [
  'accounts',
  'applications',
  'grants',
  'refresh_tokens',
  'access_tokens',
  'codes',
  'sessions',
  'refusals',
  'audit_events',
];

/** Bytes of the database. */
export async function readDatabaseSize(db: Db): Promise<number> {
  const size = isPostgres(db)
    ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
    : sql<{ bytes: number }>`
        select pages.page_count * sizes.page_size as bytes from pragma_page_count as pages, pragma_page_size as sizes`;
  const { rows } = await size.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

/**
 * About how many rows the growing tables have, without counting them: PostgreSQL's own estimate, and on SQLite the span
 * of the row numbers, which is too high where rows in the middle were deleted.
 */
export async function estimateRows(db: Db): Promise<{ table: string; rows: number }[]> {
  const estimate = isPostgres(db)
    ? sql<{ table: string; rows: number }>`
        select relname as table, greatest(reltuples, 0)::float8 as rows from pg_class
        where relname in (${sql.join(growing)}) and relkind = 'r' and relnamespace = current_schema()::regnamespace`
    : sql<{ table: string; rows: number }>`${sql.join(
        growing.map(
          (table) => sql`select ${sql.lit(table)} as "table",
            coalesce((select max(rowid) from ${sql.table(table)}) - (select min(rowid) from ${sql.table(table)}) + 1, 0)
            as rows`,
        ),
        sql` union all `,
      )}`;
  return (await estimate.execute(db)).rows;
}
