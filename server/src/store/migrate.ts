import { type Migration, Migrator } from 'kysely';
import type { Db } from './db.js';
import * as firstTables from './migrations/0001-first-tables.js';
import * as openId from './migrations/0002-openid.js';
import * as cacheVersion from './migrations/0003-cache-version.js';
import * as retention from './migrations/0004-retention.js';

/** The one list of migrations, for both databases, in order. */
const migrations: Record<string, Migration> = {
  '0001-first-tables': firstTables,
  '0002-openid': openId,
  '0003-cache-version': cacheVersion,
  '0004-retention': retention,
};

/** Brings the database to the newest schema. Throws, and changes nothing, when a migration fails. */
export async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** True when every migration has run; used by `/readyz`. */
export async function isMigrated(db: Db): Promise<boolean> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  return (await migrator.getMigrations()).every((migration) => migration.executedAt !== undefined);
}
