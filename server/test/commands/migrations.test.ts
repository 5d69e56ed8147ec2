import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Kysely, type Migration, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Db, openDatabase, openFinishedFile } from '../../src/store/db.js';
import { type Migrations, migrate, migrations, readMigrations } from '../../src/store/migrate.js';
import { updateSetting } from '../../src/store/settings.js';
import { environmentOf } from '../crash/product.js';
import { type ServerProcess, serverProcess } from '../crash/server-process.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { runTessera } from '../support/tessera.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let database: TestDatabase;
let db: Db;

beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
});
afterEach(async () => {
  await db.destroy();
  await database.drop();
});

const newest = Object.keys(migrations).sort().at(-1);

/** Makes a table, and writes to one that is there. */
const makesPlanets: Migration = {
  async up(on: Kysely<unknown>) {
    await on.schema.createTable('planets').addColumn('name', 'text').execute();
    await sql`insert into planets (name) values ('Mercury')`.execute(on);
    await sql`update settings set value = 'changed'`.execute(on);
  },
};
/** Gets as far, and fails. */
const failsMidway: Migration = {
  async up(on: Kysely<unknown>) {
    await makesPlanets.up(on);
    await on.schema.alterTable('settings').addColumn('added', 'text').execute();
    await sql`insert into no_such_table values (1)`.execute(on);
  },
};

const withMore = (more: Migrations): Migrations => ({ ...migrations, ...more });

const hasTable = async (of: Db, name: string) =>
  (await of.introspection.getTables()).some((table) => table.name === name);

const columnsOfSettings = async () =>
  (await db.introspection.getTables()).find(({ name }) => name === 'settings')?.columns.map(({ name }) => name);

const folder = () => dirname(database.url.slice('file:'.length));

describe('migrations', () => {
  test('an empty database gets all of them, and there is nothing to keep a snapshot of', async () => {
    expect(await migrate(db)).toEqual({ migrations: Object.keys(migrations), snapshot: null });
    expect(await migrate(db)).toEqual({ migrations: [], snapshot: null });
    expect(await readMigrations(db)).toEqual({ executed: Object.keys(migrations), pending: [] });
    if (databaseKind === 'sqlite') expect(readdirSync(folder()).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('one that fails midway leaves nothing behind, and those before it stay', async () => {
    await migrate(db);
    await updateSetting(db, 'product_name', 'Acme');
    const before = await columnsOfSettings();
    const more = withMore({
      '9001-works': { up: async () => {} },
      '9002-fails': failsMidway,
      '9003-later': makesPlanets,
    });
    await expect(migrate(db, more)).rejects.toThrow(
      /^migration 9002-fails failed, and changed nothing: .*no_such_table/,
    );
    expect(await readMigrations(db, more)).toEqual({
      executed: [...Object.keys(migrations), '9001-works'],
      pending: ['9002-fails', '9003-later'],
    });
    expect(await hasTable(db, 'planets')).toBe(false);
    expect(await columnsOfSettings()).toEqual(before);
    expect(await db.selectFrom('settings').selectAll().execute()).toEqual([{ name: 'product_name', value: 'Acme' }]);

    const mended = withMore({ '9001-works': { up: async () => {} }, '9002-fails': makesPlanets });
    await migrate(db, mended);
    expect(await hasTable(db, 'planets')).toBe(true);
  });

  test('of one whose process is killed midway nothing is there, and it runs anew', async () => {
    await migrate(db);
    const loader = new URL('../../../scripts/load-typescript.mjs', import.meta.url).href;
    const code = `
      const { loadTypeScript } = await import(${JSON.stringify(loader)});
      const { openDatabase } = await loadTypeScript('server/src/store/db.ts');
      const { migrate, migrations } = await loadTypeScript('server/src/store/migrate.ts');
      await migrate(openDatabase(${JSON.stringify(database.url)}), { ...migrations, '9001-killed': { async up(on) {
        await on.schema.createTable('planets').addColumn('name', 'text').execute();
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => setInterval(() => {}, 1000));
      } } });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const known = withMore({ '9001-killed': makesPlanets });
    expect((await readMigrations(db, known)).pending).toEqual(['9001-killed']);
    expect(await hasTable(db, 'planets')).toBe(false);
    await migrate(db, known);
    expect(await hasTable(db, 'planets')).toBe(true);
  });

  test.runIf(databaseKind === 'postgres')('the wait for another process may be longer than a lock may', async () => {
    const other = openDatabase(database.url);
    const impatient = openDatabase(`${database.url}?lock_timeout=100&statement_timeout=100`);
    const waiting = async () => {
      const { rows } = await sql`select pid from pg_stat_activity where datname = current_database()
        and wait_event = 'advisory' and clock_timestamp() - query_start > interval '300 ms'`.execute(db);
      return rows.length > 0;
    };
    const migrated = await other.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(3_853_314_791_062_309_107n)})`.execute(tx);
      const begun = migrate(impatient);
      // It may end while the lock is held, by an error that is looked at below.
      begun.catch(() => undefined);
      await vi.waitUntil(waiting, { timeout: 10_000 });
      return { begun };
    });
    expect((await migrated.begun).migrations).toEqual(Object.keys(migrations));
    const locks = sql`select 1 from pg_locks where locktype = 'advisory' and database =
      (select oid from pg_database where datname = current_database())`;
    expect((await locks.execute(db)).rows).toEqual([]);
    const limit = sql<{ limit: string }>`select current_setting('statement_timeout') as limit`;
    expect((await limit.execute(impatient)).rows).toEqual([{ limit: '100ms' }]);
    await Promise.all([other.destroy(), impatient.destroy()]);
  });

  test('processes that migrate at once wait for each other, and each migration runs once', async () => {
    const others = [openDatabase(database.url), openDatabase(database.url)];
    let runs = 0;
    const counted = withMore({
      '9001-counted': {
        async up(on: Kysely<unknown>) {
          runs += 1;
          await makesPlanets.up(on);
        },
      },
    });
    await Promise.all([db, ...others].map((one) => migrate(one, counted)));
    expect(runs).toBe(1);
    for (const one of [db, ...others]) expect((await readMigrations(one, counted)).pending).toEqual([]);
    await Promise.all(others.map((one) => one.destroy()));
  });

  test('a database that a newer version has changed is refused with both versions, and stays as it is', async () => {
    await migrate(db, withMore({ '9001-newer': makesPlanets }));
    await expect(migrate(db)).rejects.toThrow(
      `this database is at 9001-newer, and this version of Tessera knows it up to ${newest}: a newer version has changed it`,
    );
    // Also where this one would have something to do.
    const { '0004-retention': _, ...older } = migrations;
    const newer = withMore({ '9001-newer': makesPlanets });
    await expect(migrate(db, { ...older, '0005-other': failsMidway })).rejects.toThrow('is at 9001-newer');
    expect(await readMigrations(db, newer)).toEqual({ executed: Object.keys(newer), pending: [] });

    const { code, stderr } = await runTessera(['start'], environmentOf('http://localhost:1', database.url));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tessera start: this database is at 9001-newer, .* up to 0\d{3}-[a-z-]+: .*Start that version/,
    );
  });

  test.runIf(databaseKind === 'postgres')(
    'three servers that start at once on an empty database all come up',
    async () => {
      const ports = await Promise.all([freePort(), freePort(), freePort()]);
      const servers: ServerProcess[] = ports.map((port) =>
        serverProcess(port, environmentOf(`http://localhost:${ports[0]}`, database.url)),
      );
      await Promise.all(servers.map((server) => server.start()));
      for (const { origin } of servers) expect((await fetch(`${origin}/readyz`)).status).toBe(200);
      expect(await Promise.all(servers.map((server) => server.stop()))).toEqual([0, 0, 0]);
      expect((await readMigrations(db)).pending).toEqual([]);
    },
  );
});

describe.runIf(databaseKind === 'sqlite')('before an embedded database is migrated', () => {
  const snapshotOf = (name: string) => join(folder(), `tessera.db.before-${name}`);

  beforeEach(async () => {
    await migrate(db);
    await updateSetting(db, 'product_name', 'Acme');
  });

  test('a snapshot is kept, which opens and holds what was there before', async () => {
    const { snapshot } = await migrate(
      db,
      withMore({ '9001-planets': makesPlanets, '9002-none': { up: async () => {} } }),
    );
    expect(snapshot).toBe(snapshotOf('9001-planets'));
    expect(statSync(snapshot ?? '').mode & 0o777).toBe(0o600);
    expect(readdirSync(folder()).filter((name) => name.includes('before'))).toHaveLength(1);
    const kept = openFinishedFile(snapshot ?? '');
    expect(await readMigrations(kept)).toEqual({ executed: Object.keys(migrations), pending: [] });
    expect(await kept.selectFrom('settings').selectAll().execute()).toEqual([{ name: 'product_name', value: 'Acme' }]);
    expect(await hasTable(kept, 'planets')).toBe(false);
    await kept.destroy();
    expect(await db.selectFrom('settings').select('value').execute()).toEqual([{ value: 'changed' }]);
  });

  test('a snapshot of an earlier try gives way to one of the database as it is now', async () => {
    await expect(migrate(db, withMore({ '9001-planets': failsMidway }))).rejects.toThrow('failed');
    await updateSetting(db, 'product_name', 'Later');
    await migrate(db, withMore({ '9001-planets': makesPlanets }));
    const kept = openFinishedFile(snapshotOf('9001-planets'));
    expect(await kept.selectFrom('settings').select('value').execute()).toEqual([{ value: 'Later' }]);
    await kept.destroy();
  });

  test('where the snapshot cannot be made, nothing is migrated', async () => {
    // A folder of that name is in the way.
    mkdirSync(snapshotOf('9001-planets'));
    await expect(migrate(db, withMore({ '9001-planets': makesPlanets }))).rejects.toThrow();
    expect(await hasTable(db, 'planets')).toBe(false);
    expect((await readMigrations(db, withMore({ '9001-planets': makesPlanets }))).pending).toEqual(['9001-planets']);
    expect(readdirSync(folder()).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
