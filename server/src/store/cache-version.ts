import { sql } from 'kysely';
import type { Client } from 'pg';
import { type Db, isPostgres, type Tx } from './db.js';
import { connectionSettings } from './postgres.js';
import { transact } from './transact.js';

const channel = 'tessera_changes';

/** Milliseconds between two looks at the version, and so the longest that a process whose notification was lost obeys the state before. */
export const checkEvery = 2_000;

/** Milliseconds before a broken listener is made anew. */
const listenAgainAfter = 1_000;

/**
 * Runs a transaction that changes suites, clients or keys, and tells every process of it. Announced by its last
 * statement, since the row of the version is locked until the commit.
 */
export function transactAnnounced<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(db, async (tx) => {
    const done = await work(tx);
    await announceChange(tx);
    return done;
  });
}

async function announceChange(tx: Tx): Promise<void> {
  await tx
    .updateTable('cacheVersion')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', 1)
    .execute();
  if (isPostgres(tx)) await sql`select pg_notify(${channel}, '')`.execute(tx);
}

/** True when the version is there to be counted up; where it is not, no process learns of a change. */
export async function hasCacheVersion(db: Db): Promise<boolean> {
  return (await db.selectFrom('cacheVersion').select('id').where('id', '=', 1).executeTakeFirst()) !== undefined;
}

export interface Watch {
  stop(): Promise<void>;
}

/**
 * Calls `forget` when another process announced a change: at once by a notification, and when that was lost by the
 * version, which is read every `checkEvery` ms. What cannot be checked is forgotten too. An embedded database has one
 * process, whose own changes are forgotten where they are made.
 */
export function watchChanges(db: Db, url: string, forget: () => void): Watch {
  if (!isPostgres(db)) return { stop: async () => {} };
  const checks = checkVersion(db, forget);
  const listener = listen(url, forget);
  return {
    async stop() {
      checks.stop();
      await listener.stop();
    },
  };
}

function checkVersion(db: Db, forget: () => void) {
  let seen: number | undefined;
  let checking = false;
  const check = async () => {
    // The last look has not come back: whatever is kept may be old.
    if (checking) return forget();
    checking = true;
    try {
      const { version } = await db.selectFrom('cacheVersion').select('version').executeTakeFirstOrThrow();
      if (version !== seen) forget();
      seen = version;
    } catch {
      forget();
    } finally {
      checking = false;
    }
  };
  const timer = setInterval(check, checkEvery);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** A connection of its own: a pooled one may be another the next time. Without it the version alone is looked at. */
function listen(url: string, forget: () => void) {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function start(): Promise<void> {
    const { default: pg } = await import('pg');
    if (stopped) return;
    const own = new pg.Client(connectionSettings(url));
    client = own;
    own.on('notification', forget);
    own.on('error', () => undefined);
    own.on('end', again);
    try {
      await own.connect();
      await own.query(`LISTEN ${channel}`);
      // What was announced while nobody listened.
      forget();
    } catch {
      await own.end().catch(() => undefined);
      again();
    }
  }

  function again(): void {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void start();
    }, listenAgainAfter);
    timer.unref();
  }

  void start();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
