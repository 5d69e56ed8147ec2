import { DEFAULT_MIGRATION_TABLE, type Migration, sql } from 'kysely';
import { type Db, isPostgres, type Tx } from './db.js';
import * as firstTables from './migrations/0001-first-tables.js';
import * as openId from './migrations/0002-openid.js';
import * as cacheVersion from './migrations/0003-cache-version.js';
import * as retention from './migrations/0004-retention.js';
import * as refreshFamilies from './migrations/0005-refresh-families.js';
import * as rotationColumns from './migrations/0006-rotation-columns.js';
import { liftTimeLimits } from './no-time-limit.js';
import { findDatabaseFile, snapshotDatabase } from './snapshot.js';

export type Migrations = Record<string, Migration>;

/** The one list of migrations, for both databases, in order. */
export const migrations: Migrations = {
  '0001-first-tables': firstTables,
  '0002-openid': openId,
  '0003-cache-version': cacheVersion,
  '0004-retention': retention,
  '0005-refresh-families': refreshFamilies,
  '0006-rotation-columns': rotationColumns,
};

/** What a migration of the database did. */
export interface Migrated {
  migrations: string[];
  /** The file with the embedded database as it was before; null where it was empty or nothing was to do. */
  snapshot: string | null;
}

/**
 * Brings the database to the newest schema, each migration in a transaction of its own. An embedded database that holds
 * something is copied first. Processes that do this at once wait for each other. Throws where a newer version has changed
 * the database, and where a migration fails: then the database is as it was before that one.
 */
export async function migrate(db: Db, known: Migrations = migrations): Promise<Migrated> {
  const { executed, pending } = await readMigrations(db, known);
  const [first] = pending;
  if (first === undefined) return { migrations: [], snapshot: null };
  const snapshot = executed.length > 0 && !isPostgres(db) ? await snapshotBefore(db, first) : null;
  await alone(db, makeMigrationTable);
  for (const name of pending) await migrateOne(db, name, known);
  return { migrations: pending, snapshot };
}

/** A newer version of Tessera has changed the database. */
export class NewerDatabaseError extends Error {}

/**
 * Which migrations the database has had and which it will get, in order. Throws where it has had one that is not known
 * here, with what to do.
 */
export async function readMigrations(
  db: Db,
  known: Migrations = migrations,
): Promise<{ executed: string[]; pending: string[] }> {
  const executed = await listExecuted(db);
  const names = Object.keys(known).sort();
  const newest = executed.at(-1);
  if (executed.some((name) => !names.includes(name)))
    throw new NewerDatabaseError(
      `this database is at ${newest}, and this version of Tessera knows it up to ${names.at(-1)}: a newer version has ` +
        'changed it. Start that version, or restore what was kept before the upgrade',
    );
  return { executed, pending: names.filter((name) => !executed.includes(name)) };
}

/** True when every migration has run; used by `/readyz`. */
export async function isMigrated(db: Db): Promise<boolean> {
  const executed = await listExecuted(db);
  return Object.keys(migrations).every((name) => executed.includes(name));
}

/** The number that Kysely's Migrator locks, by which releases before this one wait as well. */
const lock = sql.lit(3_853_314_791_062_309_107n);

/**
 * Runs work in a transaction while no other process runs its own, however long either takes. The lock is of the transaction,
 * so that it goes with it, also behind a pooler. An embedded database is one process's alone.
 */
function alone(db: Db, work: (tx: Tx) => Promise<void>): Promise<void> {
  return db.transaction().execute(async (tx) => {
    if (isPostgres(tx)) {
      await liftTimeLimits(tx);
      await sql`set local lock_timeout = 0`.execute(tx);
      await sql`select pg_advisory_xact_lock(${lock})`.execute(tx);
      await sql`set local lock_timeout to default`.execute(tx);
    }
    await work(tx);
  });
}

/** As Kysely's Migrator makes it, which is not used: it runs all in one transaction or, as it thinks of SQLite, in none. */
async function makeMigrationTable(tx: Tx): Promise<void> {
  await tx.schema
    .createTable(DEFAULT_MIGRATION_TABLE)
    .ifNotExists()
    .addColumn('name', 'varchar(255)', (c) => c.primaryKey())
    .addColumn('timestamp', 'varchar(255)', (c) => c.notNull())
    .execute();
}

async function migrateOne(db: Db, name: string, known: Migrations): Promise<void> {
  await alone(db, async (tx) => {
    // Read again: another process may have done it by now, and may be newer.
    const { executed } = await readMigrations(tx, known);
    if (executed.includes(name)) return;
    try {
      await (known[name] as Migration).up(tx);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`migration ${name} failed, and changed nothing: ${reason}`, { cause: error });
    }
    const record = sql`insert into ${sql.table(DEFAULT_MIGRATION_TABLE)} (name, timestamp)`;
    await sql`${record} values (${name}, ${new Date().toISOString()})`.execute(tx);
  });
}

async function snapshotBefore(db: Db, migration: string): Promise<string> {
  const path = await findDatabaseFile(db);
  const snapshot = `${path}.before-${migration}`;
  // One of that name is of an upgrade that failed or was taken back; what matters is how the database is now.
  await snapshotDatabase(path, snapshot, { replace: true });
  return snapshot;
}

/** The migrations that the database has had, in order; none where it is empty. */
async function listExecuted(db: Db): Promise<string[]> {
  try {
    const table = sql.table(DEFAULT_MIGRATION_TABLE);
    const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db);
    return rows.map((row) => row.name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // PostgreSQL: undefined_table.
  return (error as Error & { code?: string }).code === '42P01' || /^no such table/.test(error.message);
}
