import type { Config } from './config.js';
import { createKeyRing, type KeyRing } from './keys/key-ring.js';
import { createRemoteKeys, type RemoteKeys } from './keys/remote-keys.js';
import { type Clock, systemClock } from './platform/clock.js';
import { createLog, type Log } from './platform/log.js';
import { createOutboundFetch, type OutboundFetch } from './platform/outbound-fetch.js';
import { type Watch, watchChanges } from './store/cache-version.js';
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
  /** The one way to addresses that clients name. */
  fetch: OutboundFetch;
  /** Keys that clients publish. */
  remoteKeys: RemoteKeys;
  /** Keeps what is in memory sound while other processes change the database. */
  watch: Watch;
}

/** Opens the database, brings it to the newest schema and makes the record of dependencies. */
export async function createDeps(
  config: Config,
  overrides: Partial<Pick<Deps, 'clock' | 'log' | 'fetch'>> = {},
): Promise<Deps> {
  const log = overrides.log ?? createLog(config.logLevel);
  const db = openDatabase(config.databaseUrl, config.pool, { tellQueries: config.tracesUrl !== null });
  const migrated = await migrate(db).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  if (migrated.migrations.length > 0) log.info(migrated, 'the database was brought to the newest schema');
  const clock = overrides.clock ?? systemClock;
  const fetch = overrides.fetch ?? createOutboundFetch(config.outbound);
  const registry = createRegistry(db);
  const keys = createKeyRing(db, config.masterKey, clock);
  const watch = watchChanges(db, config.databaseUrl, () => {
    registry.clear();
    keys.clear();
  });
  return {
    config,
    clock,
    log,
    db,
    registry,
    keys,
    watch,
    usage: createUsage(db),
    fetch,
    remoteKeys: createRemoteKeys(fetch, clock),
  };
}

/** Writes what is pending and closes the database. */
export async function closeDeps(deps: Deps): Promise<void> {
  try {
    await deps.watch.stop();
    await deps.usage.flush();
  } finally {
    await deps.db.destroy();
  }
}
