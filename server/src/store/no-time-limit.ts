import { sql } from 'kysely';
import { type Db, isPostgres, type Tx } from './db.js';

/**
 * Lets a transaction take as long as it needs: large tables, and work between two statements, take longer than a request
 * may. For this transaction only, since a pooler may give the connection to somebody else after it.
 */
export async function liftTimeLimits(tx: Tx): Promise<void> {
  if (!isPostgres(tx)) return;
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
}

/** Runs one statement that only reads, for as long as it takes; more would keep the locks of the first ones. */
export function readWithoutTimeLimit<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  if (!isPostgres(db)) return work(db);
  return db.transaction().execute(async (tx) => {
    await liftTimeLimits(tx);
    return work(tx);
  });
}
