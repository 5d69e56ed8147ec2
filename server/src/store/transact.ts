import type { Db, Tx } from './db.js';

/** A row that changed between its read and its write; the transaction is worth another try. */
export class StaleRowError extends Error {}

const maxAttempts = 5;

/** Runs a transaction, again when another changed its rows in the meantime or the database broke a deadlock. */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === maxAttempts || !isWorthAnotherTry(error)) throw error;
    }
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof StaleRowError) return true;
  // PostgreSQL: serialization_failure, deadlock_detected.
  return error instanceof Error && ['40001', '40P01'].includes((error as Error & { code?: string }).code ?? '');
}

/** True when the database cannot be reached or has no time now, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as Error & { code?: string };
  // PostgreSQL: connection exceptions, too many connections, query cancelled by its time limit, shutting down.
  return (
    /^(ECONN|ETIMEDOUT|ENOTFOUND|EPIPE|SQLITE_BUSY|08|53|57)/.test(code) ||
    /timeout exceeded when trying to connect|^Connection terminated|^Client has encountered a connection error/.test(
      error.message,
    )
  );
}
