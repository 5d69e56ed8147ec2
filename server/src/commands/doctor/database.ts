import { existsSync } from 'node:fs';
import type { Settings } from '../../config.js';
import { databaseFileOf } from '../../store/database-file.js';
import type { Db } from '../../store/db.js';
import { readMigrations } from '../../store/migrate.js';
import {
  commitNothing,
  countConnections,
  oldestPostgres,
  type PostgresSettings,
  readPostgresSettings,
  readServerClock,
} from '../../store/postgres-state.js';
import { readDatabaseSize } from '../../store/size.js';
import { withoutPassword } from '../database-url.js';
import { reasonOf } from '../reason-of.js';
import { compareClocks } from './clock.js';
import { checkFiles, judgeCommit, median } from './files.js';
import { type Finding, fault, note, ok } from './finding.js';

/** Before anything is opened: a finding that says why there is nothing to open, or null. */
export function checkThere(databaseUrl: string): Finding | null {
  const path = databaseFileOf(databaseUrl);
  if (path !== null)
    return existsSync(path)
      ? null
      : note('Database', `there is none at ${path}`, 'the first start makes it; or set DATABASE_URL to where it is');
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return null;
  return fault('Database', 'DATABASE_URL is neither file:… nor postgres://…', 'set it to one of the two');
}

/** Whether the database answers, and its schema fits this release. Throws when it does not answer. */
export async function checkSchema(db: Db, databaseUrl: string): Promise<Finding> {
  const where = `${withoutPassword(databaseUrl)} (${Math.ceil((await readDatabaseSize(db)) / 1024 / 1024)} MiB)`;
  const state = await readMigrations(db).catch((error: unknown) => reasonOf(error));
  if (typeof state === 'string') return fault('Database', state, 'start a release that is as new as the database');
  const { executed, pending } = state;
  if (pending.length === 0) return ok('Database', `${where} answers and is at ${executed.at(-1)}`);
  const age = executed.length === 0 ? 'is empty' : `is at ${executed.at(-1)}, of an older release`;
  return note('Database', `${where} ${age}; ${pending.join(', ')} will run`, 'the next start brings it up to date');
}

/** How the database keeps what it is given. */
export async function checkStorage(db: Db, settings: Settings, now: () => number): Promise<Finding[]> {
  const path = databaseFileOf(settings.databaseUrl);
  if (path !== null) return checkFiles(path);
  const state = await readPostgresSettings(db);
  return [
    checkRelease(state),
    checkDurability(state),
    checkLimits(state),
    judgeConnections(state, await countConnections(db), settings.pool.connections),
    await checkCommit(db),
    await checkClock(db, now),
    ok('Disk space', 'that of the database server was not looked at'),
  ];
}

function checkRelease({ server_version: version = '?', server_version_num: number = '0' }: PostgresSettings): Finding {
  if (Number(number) >= oldestPostgres * 10_000) return ok('PostgreSQL', version);
  return fault('PostgreSQL', `${version}; ${oldestPostgres} or later is needed`, 'upgrade PostgreSQL');
}

/** Any of these off may lose what was answered, or damage the database, when the power fails. */
export function checkDurability(state: PostgresSettings): Finding {
  const names = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;
  const off = names.filter((name) => state[name] === 'off');
  if (off.length === 0) return ok('Durability', `${names.join(', ')} are on`);
  const found = `${off.join(', ')} off: a power cut loses what was answered, such as the rotation of a token`;
  return fault(
    'Durability',
    found,
    off
      .map((name) => `alter system set ${name} = on`)
      .join('; ')
      .concat('; select pg_reload_conf()'),
  );
}

/** What every connection asks for when it is made; some poolers are told to leave that out. */
export function checkLimits(state: PostgresSettings): Finding {
  const wanted = { statement_timeout: '15s', lock_timeout: '10s', idle_in_transaction_session_timeout: '15s' } as const;
  const missing = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => state[name] === '0');
  if (missing.length === 0) return ok('Limits', 'a statement, a lock and a silent transaction have theirs');
  return note(
    'Limits',
    `${missing.join(', ')} not set on this connection, as behind a pooler that ignores them: one slow statement can hold up others`,
    `give them to the role: ${missing.map((name) => `alter role … set ${name} = '${wanted[name]}'`).join('; ')}`,
  );
}

/** `open` connections are in use by whomever; a process has its pool and one that listens. */
export function judgeConnections(state: PostgresSettings, open: number, pool: number): Finding {
  const free = Number(state.max_connections ?? 0) - Number(state.superuser_reserved_connections ?? 0);
  const [each, fitting] = [pool + 1, Math.floor(free / (pool + 1))];
  const found = `${free} are to be had and ${open} in use; a process of Tessera takes up to ${each}, so ${fitting} of them fit`;
  if (fitting < 1) return fault('Connections', found, 'raise max_connections, or lower TESSERA_DATABASE_POOL');
  if (open > 0.9 * free) return note('Connections', found, 'raise max_connections, or lower TESSERA_DATABASE_POOL');
  return ok('Connections', found);
}

async function checkCommit(db: Db): Promise<Finding> {
  const times: number[] = [];
  try {
    for (let n = 0; n < 5; n += 1) {
      const from = performance.now();
      await commitNothing(db);
      times.push(performance.now() - from);
    }
  } catch (error) {
    return note('Commit', `how long one takes could not be measured: ${reasonOf(error)}`, 'nothing has to be done');
  }
  return judgeCommit(median(times));
}

async function checkClock(db: Db, now: () => number): Promise<Finding> {
  const from = performance.now();
  const theirs = await readServerClock(db);
  return compareClocks('the database', theirs, now(), (performance.now() - from) / 1_000 + 1);
}
