import { existsSync } from 'node:fs';
import { type MasterKey, masterKeyFile } from '../config.js';
import { checkMasterKey } from '../keys/check-master-key.js';
import { claimDatabase } from '../store/claim.js';
import { type CopiedTable, checkEmpty, checkText, copyTables } from '../store/copy.js';
import { databaseFileOf } from '../store/database-file.js';
import { type Db, openDatabase } from '../store/db.js';
import { migrate, readMigrations } from '../store/migrate.js';
import { findTablesOfTarget, oldestPostgres, readPostgresSettings } from '../store/postgres-state.js';
import { readTables, type Table } from '../store/tables.js';
import { withoutPassword } from './database-url.js';
import { reasonOf } from './reason-of.js';

/**
 * Copies an embedded database into an empty PostgreSQL. Answers what to say at the end. Throws an Error that says what is in
 * the way; the target then has no rows, and the file is as it was.
 */
export async function move(
  { databaseUrl, masterKey, to }: { databaseUrl: string; masterKey: MasterKey | null; to: string },
  report: (line: string) => void,
): Promise<string> {
  const path = checkSource(databaseUrl);
  if (!/^postgres(ql)?:\/\//.test(to)) throw new Error('--to takes the URL of a PostgreSQL database, postgres://…');
  if (!masterKey)
    throw new Error(`there is no master key: set TESSERA_SECRET, or put the file at ${masterKeyFile(databaseUrl)}`);
  const claim = claimDatabase(databaseUrl);
  const [source, target] = [openDatabase(databaseUrl), openDatabase(to)];
  try {
    report(`checking ${path}`);
    const tables = await checkContents(source, masterKey.key);
    report(`checking ${withoutPassword(to)}`);
    await checkTarget(target, tables);
    await migrate(target);
    return done(await copyTables(source, target, tables, report), { path, to, keySource: masterKey.source });
  } finally {
    await Promise.all([source.destroy(), target.destroy()]);
    claim.release();
  }
}

/** Before anything is opened, as opening would make the file. */
function checkSource(databaseUrl: string): string {
  const path = databaseFileOf(databaseUrl);
  if (path === null)
    throw new Error('DATABASE_URL is not an embedded database: `tessera move` goes from file:… to PostgreSQL');
  if (!existsSync(path)) throw new Error(`there is no database at ${path}; set DATABASE_URL to the file to move`);
  return path;
}

async function checkContents(source: Db, masterKey: Buffer): Promise<Table[]> {
  if ((await readMigrations(source)).pending.length > 0)
    throw new Error('the database is of an older release. Start this release on it once, stop it, and move then');
  await checkMasterKey(source, masterKey);
  const tables = await readTables(source);
  for (const table of tables) await checkText(source, table);
  return tables;
}

async function checkTarget(target: Db, tables: readonly Table[]): Promise<void> {
  const settings = await readPostgresSettings(target).catch((error: unknown) => {
    throw new Error(`the target cannot be reached: ${reasonOf(error)}`);
  });
  const { server_version: version = '', server_version_num: number = '0', server_encoding: encoding } = settings;
  if (Number(number) < oldestPostgres * 10_000)
    throw new Error(`the target is PostgreSQL ${version}; ${oldestPostgres} or later is needed`);
  if (encoding !== 'UTF8')
    throw new Error(`the encoding of the target is ${encoding}. Make it with: CREATE DATABASE … ENCODING 'UTF8'`);
  const found = await findTablesOfTarget(target);
  if (found === null)
    throw new Error('the user of the target may not make tables there. Let it own the database, or grant CREATE');
  const known = tables.filter(({ name }) => found.includes(name));
  await checkEmpty(target, known);
  if (known.length > 0 && !found.includes('kysely_migration'))
    throw new Error(
      `the target has tables that are not Tessera's but are called alike: ${known.map(({ name }) => name).join(', ')}. ` +
        'Give an empty database',
    );
}

function done(
  copied: readonly CopiedTable[],
  { path, to, keySource }: { path: string; to: string; keySource: string },
): string {
  const rows = copied.reduce((sum, table) => sum + table.rows, 0);
  const secret =
    keySource === 'TESSERA_SECRET'
      ? 'the same value as now'
      : `the content of the file ${keySource}, which is not kept in the database`;
  const widest = Math.max(...copied.map(({ name }) => name.length));
  return [
    ...copied.map(({ name, rows: own, checksum }) => `${name.padEnd(widest)} ${String(own).padStart(9)}  ${checksum}`),
    '',
    `${copied.length} tables with ${rows} rows are in PostgreSQL; counts and checksums are the same on both sides.`,
    '',
    'Start Tessera from now on with',
    `  DATABASE_URL    ${withoutPassword(to)}`,
    `  TESSERA_SECRET  ${secret}`,
    '',
    `${path} is as it was. Do not start Tessera on it any more: what happens on one of the two is not known to the other.`,
    '',
  ].join('\n');
}
