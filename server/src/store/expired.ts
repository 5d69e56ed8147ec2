import { sql } from 'kysely';
import type { Db } from './db.js';

/** Rows taken away in one go, so that a sweep never holds the database for long. */
const batch = 500;

/** Tables whose rows are worthless some time after they expire, with the column and the seconds to wait. */
const expiring = [
  { table: 'codes', key: 'code_hash', column: 'expires_at', after: 86_400 },
  { table: 'refresh_tokens', key: 'token_hash', column: 'expires_at', after: 86_400 },
  { table: 'access_tokens', key: 'token_hash', column: 'expires_at', after: 3_600 },
  { table: 'revoked_tokens', key: 'jti', column: 'expires_at', after: 3_600 },
  { table: 'interactions', key: 'id_hash', column: 'expires_at', after: 86_400 },
  { table: 'sessions', key: 'id', column: 'expires_at', after: 86_400 },
  { table: 'throttles', key: 'subject', column: 'window_ends_at', after: 0 },
] as const;

/** Deletes one batch of each table; answers how many rows went. */
export async function deleteExpired(db: Db, now: number): Promise<number> {
  let deleted = 0;
  for (const { table, key, column, after } of expiring) {
    const result = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)} where ${sql.ref(column)} < ${now - after} limit ${batch}
      )`.execute(db);
    deleted += Number(result.numAffectedRows ?? 0);
  }
  return deleted;
}
