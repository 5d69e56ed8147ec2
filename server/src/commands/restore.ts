import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { type MasterKey, masterKeyFile, readMasterKeyFile } from '../config.js';
import { writeWholeFile } from '../platform/whole-file.js';
import { checkWholeDatabase, replaceDatabase } from '../store/backup-file.js';
import { claimDatabase } from '../store/claim.js';
import { databaseFileOf } from '../store/database-file.js';
import { openFinishedFile } from '../store/db.js';
import { checkUsable, opensEveryKey } from './check-usable.js';
import { keyFileOf, timestamp } from './file-names.js';

export interface RestoreOptions {
  file: string;
  /** Where the backup is put. */
  databaseUrl: string;
  /** The key that a server would start with there. */
  masterKey: MasterKey | null;
}

/**
 * Puts a backup in the place of the embedded database, which is kept under another name. Answers what to say at the end.
 * Throws an Error that says what is wrong with the backup or in the way; the database is then as it was.
 */
export async function restore({ file, databaseUrl, masterKey }: RestoreOptions): Promise<string> {
  const path = checkTarget(databaseUrl);
  checkWholeDatabase(file);
  if (existsSync(path) && realpathSync(path) === realpathSync(file))
    throw new Error(`${file} is the database itself. Give a backup of it`);
  const key = await checkBackup(file, masterKey);
  const claim = claimDatabase(databaseUrl);
  try {
    const stamp = timestamp(new Date());
    const kept = existsSync(path) ? `${path}.replaced-${stamp}` : null;
    const prepare = () => placeKey(key, masterKey, databaseUrl, stamp);
    await replaceDatabase(path, file, { keepAs: kept ?? '', prepare });
    return done(file, path, kept);
  } finally {
    claim.release();
  }
}

function checkTarget(databaseUrl: string): string {
  if (/^postgres(ql)?:/.test(databaseUrl))
    throw new Error(
      'a PostgreSQL database is restored with its own tool, while no Tessera runs on it: ' +
        'pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$DATABASE_URL" tessera.dump',
    );
  const path = databaseFileOf(databaseUrl);
  if (path === null) throw new Error('the database to restore to must be written as file:PATH');
  return path;
}

/** Checks what is in the backup, and finds the key that opens it. */
async function checkBackup(file: string, masterKey: MasterKey | null): Promise<MasterKey> {
  const candidates = findCandidates(file, masterKey);
  if (candidates.length === 0)
    throw new Error(
      `there is no master key for ${file}. Set TESSERA_SECRET to the one of the backed-up server, or put it into ${keyFileOf(file)}`,
    );
  const db = openFinishedFile(file);
  try {
    await checkUsable(db, file);
    for (const candidate of candidates) if (await opensEveryKey(db, candidate.key)) return candidate;
  } finally {
    await db.destroy();
  }
  const sources = candidates.map(({ source }) => source).join(' and ');
  throw new Error(
    `the master key of ${sources} does not open the signing keys in ${file}. Set TESSERA_SECRET to the one of the ` +
      `backed-up server, or put it into ${keyFileOf(file)}`,
  );
}

/** A server takes TESSERA_SECRET before every file, so where it is set no other key would do. */
function findCandidates(file: string, masterKey: MasterKey | null): MasterKey[] {
  if (masterKey?.source === 'TESSERA_SECRET') return [masterKey];
  const beside = existsSync(keyFileOf(file)) ? [readMasterKeyFile(keyFileOf(file))] : [];
  return masterKey ? [...beside, masterKey] : beside;
}

/** Puts the key of the backup where the server looks for it; another one stays, since the old database needs it. */
async function placeKey(key: MasterKey, present: MasterKey | null, databaseUrl: string, stamp: string): Promise<void> {
  if (present?.key.equals(key.key)) return;
  const path = masterKeyFile(databaseUrl);
  await writeWholeFile(path, (part) => writeFileSync(part, key.key.toString('base64url')), {
    replace: true,
    keepAs: `${path}.replaced-${stamp}`,
  });
}

function done(file: string, path: string, kept: string | null): string {
  return [
    `${path} is now what ${file} holds.`,
    ...(kept ? [`The database that was there is kept as ${kept}.`] : []),
    'What happened after the backup is not in it: people sign in again, and what was disabled or revoked since then has to',
    'be disabled or revoked again. Start Tessera now.',
    '',
  ].join('\n');
}
