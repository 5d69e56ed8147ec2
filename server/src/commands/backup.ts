import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { MasterKey } from '../config.js';
import { writeWholeFile } from '../platform/whole-file.js';
import { databaseFileOf } from '../store/database-file.js';
import { openFinishedFile } from '../store/db.js';
import { isDamage } from '../store/integrity.js';
import { snapshotDatabase } from '../store/snapshot.js';
import { checkUsable, opensEveryKey } from './check-usable.js';
import { keyFileOf, timestamp } from './file-names.js';

export interface BackupOptions {
  databaseUrl: string;
  masterKey: MasterKey | null;
  /** The file to make; beside the database by default. */
  to?: string | undefined;
  /** Keeps the master key as well, in a file beside the backup. */
  withKey?: boolean | undefined;
}

/**
 * Copies the embedded database to a file while a server may be running on it. Answers what to say at the end. Throws an
 * Error that says what is in the way, and then leaves no file.
 */
export async function backup({ databaseUrl, masterKey, to, withKey = false }: BackupOptions): Promise<string> {
  const path = checkSource(databaseUrl);
  if (!masterKey)
    throw new Error(
      `there is no master key, without which nobody can use a backup. Set TESSERA_SECRET to the one that ${path} was made with`,
    );
  const file = to ?? `${path}.backup-${timestamp(new Date())}`;
  if (withKey)
    await writeWholeFile(keyFileOf(file), (part) => writeFileSync(part, masterKey.key.toString('base64url')));
  try {
    await snapshotDatabase(path, file, { check: (copy) => checkCopy(copy, path, masterKey) });
  } catch (error) {
    if (withKey) rmSync(keyFileOf(file), { force: true });
    if (isDamage(error)) throw new Error(`${path} cannot be read: ${(error as Error).message}. Run: tessera verify`);
    throw error;
  }
  return [
    `${file} holds the database as it was a moment ago (${statSync(file).size} bytes); it was checked.`,
    withKey
      ? `${keyFileOf(file)} holds the master key. Who has both files has the signing keys.`
      : `The master key is not in it. Without it the backup cannot be used, so keep that of ${masterKey.source} in another safe place.`,
    '',
  ].join('\n');
}

function checkSource(databaseUrl: string): string {
  if (/^postgres(ql)?:/.test(databaseUrl))
    throw new Error(
      'a PostgreSQL database is backed up with its own tool: pg_dump --format=custom --file=tessera.dump "$DATABASE_URL" ' +
        '(and keep TESSERA_SECRET in another safe place: without it the dump cannot be used)',
    );
  const path = databaseFileOf(databaseUrl);
  if (path === null) throw new Error('DATABASE_URL must start with file: or postgres://');
  if (!existsSync(path)) throw new Error(`there is no database at ${path}. Set DATABASE_URL to the one to back up`);
  return path;
}

async function checkCopy(copy: string, path: string, masterKey: MasterKey): Promise<void> {
  const db = openFinishedFile(copy);
  try {
    await checkUsable(db, path);
    if (!(await opensEveryKey(db, masterKey.key)))
      throw new Error(
        `the master key of ${masterKey.source} does not open the signing keys in ${path}, so a backup could not be used. ` +
          'Set TESSERA_SECRET to the one that the database was made with',
      );
  } finally {
    await db.destroy();
  }
}
