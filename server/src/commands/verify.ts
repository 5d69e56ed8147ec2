import { existsSync } from 'node:fs';
import type { MasterKey } from '../config.js';
import { listClosedKeys, listClosedSecrets } from '../keys/check-master-key.js';
import { findApplicationByClientId } from '../store/applications.js';
import { hasCacheVersion } from '../store/cache-version.js';
import { databaseFileOf } from '../store/database-file.js';
import { type Db, isPostgres, openDatabase } from '../store/db.js';
import { countRows, isDamage, listBrokenReferences, listDamage } from '../store/integrity.js';
import { NewerDatabaseError, readMigrations } from '../store/migrate.js';
import { findSuiteBySlug } from '../store/suites.js';
import { reasonOf } from './reason-of.js';

interface Fault {
  what: string;
  fix: string;
}

const maxKeys = 20;

/**
 * Checks the database that `DATABASE_URL` names and tells how many rows each table has; reads only. Throws an Error with
 * the number of faults where there are any, each of which was told together with its fix.
 */
export async function verify(
  { databaseUrl, masterKey }: { databaseUrl: string; masterKey: MasterKey | null },
  tell: (line: string) => void,
): Promise<void> {
  const path = databaseFileOf(databaseUrl);
  // Opening would make the file.
  if (path !== null && !existsSync(path))
    throw new Error(`there is no database at ${path}. Set DATABASE_URL to the one to check`);
  const faults = await findFaults(databaseUrl, masterKey, tell);
  for (const { what, fix } of faults) tell(`fault: ${what}\n  fix: ${fix}`);
  if (faults.length > 0) throw new Error(`${faults.length} ${faults.length === 1 ? 'fault was' : 'faults were'} found`);
  tell('no faults');
}

async function findFaults(databaseUrl: string, masterKey: MasterKey | null, tell: (line: string) => void) {
  let db: Db | undefined;
  try {
    db = openDatabase(databaseUrl);
    return await checkAll(db, masterKey, tell);
  } catch (error) {
    if (isDamage(error)) return [damaged((error as Error).message)];
    const what = `the database cannot be read: ${reasonOf(error)}`;
    return [{ what, fix: 'see that it runs, and that DATABASE_URL is right' }];
  } finally {
    await db?.destroy();
  }
}

async function checkAll(db: Db, masterKey: MasterKey | null, tell: (line: string) => void): Promise<Fault[]> {
  // What is read from damaged pages proves nothing.
  const damage = await listDamage(db);
  if (damage.length > 0) return damage.map(damaged);
  const migrations = await checkMigrations(db, tell);
  if (migrations) return [migrations];
  const counts = await countRows(db);
  const widest = Math.max(...counts.map(({ table }) => table.length));
  for (const { table, rows } of counts) tell(`${table.padEnd(widest)} ${String(rows).padStart(10)}`);
  return [
    ...(await listBrokenReferences(db)).map((what) => ({ what, fix: isPostgres(db) ? fixReference : fixRow })),
    ...(await checkKeys(db, masterKey)),
    ...(await checkRows(db)),
  ];
}

const fixRow = 'restore a backup that is sound, or, with the server stopped, delete the row in sqlite3';
const fixReference = 'alter table … validate constraint …; alter table … enable trigger all; reindex index …';

function damaged(what: string): Fault {
  return {
    what: `the file is damaged: ${what}`,
    fix: 'stop the server and restore the newest sound backup: tessera restore FILE',
  };
}

async function checkMigrations(db: Db, tell: (line: string) => void): Promise<Fault | null> {
  try {
    const { executed, pending } = await readMigrations(db);
    tell(`at migration ${executed.at(-1) ?? '(none)'}`);
    if (pending.length === 0) return null;
    return {
      what: `${pending.join(', ')} ${pending.length === 1 ? 'has' : 'have'} not run, so the rest was not checked`,
      fix: 'start the server once',
    };
  } catch (error) {
    if (error instanceof NewerDatabaseError) return { what: error.message, fix: 'start the newer version' };
    throw error;
  }
}

async function checkKeys(db: Db, masterKey: MasterKey | null): Promise<Fault[]> {
  const fix =
    'set TESSERA_SECRET, or the file master.key beside the embedded database, to the key that the database was made with';
  if (!masterKey) return [{ what: 'there is no master key, so nothing says that the signing keys open', fix }];
  const keys = await listClosedKeys(db, masterKey.key, maxKeys);
  const secrets = await listClosedSecrets(db, masterKey.key, maxKeys);
  const of = `the master key of ${masterKey.source} does not open`;
  return [
    ...keys.map(({ kid, suiteId }) => ({ what: `${of} the signing key ${kid} of suite ${suiteId}`, fix })),
    ...secrets.map(({ id }) => ({ what: `${of} the client secret ${id}`, fix })),
  ];
}

/** Rows without which no server works. */
async function checkRows(db: Db): Promise<Fault[]> {
  const faults: Fault[] = [];
  const fix = 'restore a backup in which it is';
  if (!(await findSuiteBySlug(db, 'system')))
    faults.push({ what: 'the suite "system" is missing', fix: 'start the server once, which makes it' });
  else if (!(await findApplicationByClientId(db, 'console')))
    faults.push({ what: 'the application "console" of suite "system" is missing', fix });
  if (!(await hasCacheVersion(db)))
    faults.push({
      what: 'cache_version has no row, so processes do not learn of changes',
      fix: 'insert into cache_version (id, version) values (1, 1)',
    });
  return faults;
}
