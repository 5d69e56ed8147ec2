import { sql } from 'kysely';
import LibsqlDatabase from 'libsql';
import { writeWholeFile } from '../platform/whole-file.js';
import type { Db } from './db.js';

/**
 * Copies an embedded database to a new file, as it is at one moment, while a server may go on writing to it. `check` gets
 * the copy before it has its name. Throws like `writeWholeFile`.
 */
export async function snapshotDatabase(
  path: string,
  to: string,
  { check, replace }: { check?: (copy: string) => Promise<void>; replace?: boolean } = {},
): Promise<void> {
  await writeWholeFile(
    to,
    async (copy) => {
      const file = new LibsqlDatabase(path);
      try {
        file.exec('PRAGMA busy_timeout = 5000');
        file.prepare('VACUUM INTO ?').run(copy);
      } finally {
        file.close();
      }
      await check?.(copy);
    },
    replace ? { replace } : {},
  );
}

/** The whole path of the file that an embedded database is in. */
export async function findDatabaseFile(db: Db): Promise<string> {
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(db);
  return rows[0]?.file ?? '';
}
