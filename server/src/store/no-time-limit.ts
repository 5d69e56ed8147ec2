import { sql } from 'kysely';
import { type Db, isPostgres } from './db.js';

/**
 * Runs work on one connection whose statements may take as long as they need: large tables, and the wait for another
 * process, take longer than a request may.
 */
export function withoutTimeLimit<T>(db: Db, work: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    if (!isPostgres(db)) return work(connection);
    await sql`set statement_timeout = 0`.execute(connection);
    try {
      return await work(connection);
    } finally {
      // Fails only where the connection is gone, which then nobody uses again.
      await sql`reset statement_timeout`.execute(connection).catch(() => undefined);
    }
  });
}
