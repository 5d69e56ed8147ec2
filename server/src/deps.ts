import type { Config } from './config.js';
import { createKeyRing, type KeyRing } from './keys/key-ring.js';
import { type Clock, systemClock } from './platform/clock.js';
import { createLog, type Log } from './platform/log.js';
import { type Db, openDatabase } from './store/db.js';
import { migrate } from './store/migrate.js';
import { createRegistry, type Registry } from './store/registry.js';
import { createUsage, type Usage } from './store/usage.js';

/** What rooms are given, made once at start. */
export interface Deps {
  config: Config;
  clock: Clock;
  log: Log;
  db: Db;
  registry: Registry;
  keys: KeyRing;
  usage: Usage;
}

/** Opens the database, brings it to the newest schema and makes the record of dependencies. */
export async function createDeps(config: Config, overrides: { clock?: Clock; log?: Log } = {}): Promise<Deps> {
  const db = openDatabase(config.databaseUrl);
  await migrate(db);
  return {
    config,
    clock: overrides.clock ?? systemClock,
    log: overrides.log ?? createLog(config.logLevel),
    db,
    registry: createRegistry(db),
    keys: createKeyRing(db, config.masterKey),
    usage: createUsage(db),
  };
}

/** Writes what is pending and closes the database. */
export async function closeDeps(deps: Deps): Promise<void> {
  await deps.usage.flush();
  await deps.db.destroy();
}
