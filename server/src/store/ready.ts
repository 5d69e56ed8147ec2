import type { Db } from './db.js';
import { isMigrated } from './migrate.js';

/** True when the database answers and has every migration. */
export async function isReady(db: Db): Promise<boolean> {
  try {
    return await isMigrated(db);
  } catch {
    return false;
  }
}
