import { sql } from 'kysely';
import { type Db, isPostgres } from './db.js';

/**
 * Runs a job unless another process is at it; true when it ran here. The lock is of a transaction that stays open
 * meanwhile, so that it goes with the process, however that ends. An embedded database has one process.
 */
export async function runAlone(db: Db, name: string, job: () => Promise<unknown>): Promise<boolean> {
  if (!isPostgres(db)) {
    await job();
    return true;
  }
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ ours: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${name} || current_schema(), 0)) as ours`.execute(tx);
    if (rows[0]?.ours !== true) return false;
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
    await job();
    return true;
  });
}
