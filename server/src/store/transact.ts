import type { Db, Tx } from './db.js';
import { isConnectionLost, isStalePlan } from './postgres.js';

/** A row that changed between its read and its write; the transaction is worth another try. */
export class StaleRowError extends Error {}

const maxAttempts = 5;

/**
 * Runs a transaction, again when another changed its rows in the meantime, the database broke a deadlock, or the
 * connection broke before the commit was sent. A commit that was cut may have happened: that is for the caller to find out.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let committing = false;
    try {
      return await db.transaction().execute(async (tx) => {
        const done = await work(tx);
        committing = true;
        return done;
      });
    } catch (error) {
      if (attempt === maxAttempts || !isWorthAnotherTry(error, committing)) throw error;
    }
  }
}

function isWorthAnotherTry(error: unknown, committing: boolean): boolean {
  if (error instanceof StaleRowError || isStalePlan(error)) return true;
  if (isConnectionLost(error)) return !committing;
  // PostgreSQL: serialization_failure, deadlock_detected.
  return error instanceof Error && ['40001', '40P01'].includes((error as Error & { code?: string }).code ?? '');
}

/** True when the database cannot be reached or has no time now, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (isConnectionLost(error)) return true;
  // PostgreSQL: too many connections, a lock that was not to be had, query cancelled by its time limit.
  const { code = '' } = (error instanceof Error ? error : {}) as { code?: string };
  return /^(SQLITE_BUSY|53|55P03|57|25P03)/.test(code);
}
