import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import LibsqlDatabase from 'libsql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { backup } from '../../src/commands/backup.js';
import { verify } from '../../src/commands/verify.js';
import { createAdmin } from '../support/admin.js';
import { databaseKind } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { runTessera } from '../support/tessera.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;

/** One for all: each test takes back what it changed. */
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Everything that was told, and the error at the end. */
async function run(
  key: Buffer | null = server.deps.config.masterKey,
  databaseUrl = server.database.url,
): Promise<{ told: string[]; error: string | null }> {
  const told: string[] = [];
  const masterKey = key && { key, source: 'TESSERA_SECRET' };
  const error = await verify({ databaseUrl, masterKey }, (line) => told.push(line)).then(
    () => null,
    (thrown: Error) => thrown.message,
  );
  return { told, error };
}

const faults = ({ told }: { told: string[] }) => told.filter((line) => line.startsWith('fault: '));

/** Changes the database as no server would. */
async function tamper(statements: { sqlite: string; postgres: string }): Promise<void> {
  const { url } = server.database;
  if (databaseKind === 'sqlite') {
    const database = new LibsqlDatabase(url.slice('file:'.length));
    database.exec(`PRAGMA foreign_keys = OFF; ${statements.sqlite}`);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statements.postgres);
  await client.end();
}
const both = (sql: string) => tamper({ sqlite: sql, postgres: sql });

describe('tessera verify', () => {
  test('finds no fault in a database that a server runs on, and counts the rows of each table', async () => {
    const { told, error } = await run();
    expect(error).toBeNull();
    expect(told.at(-1)).toBe('no faults');
    expect(told[0]).toMatch(/^at migration 0\d{3}-/);
    const { count } = await server.deps.db
      .selectFrom('signingKeys')
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    expect(told.map((line) => line.split(/ +/))).toEqual(
      expect.arrayContaining([
        ['suites', '2'],
        ['signing_keys', String(count)],
        ['refresh_tokens', '0'],
      ]),
    );
  });

  test('the command ends with 0, and with 1 where there is a fault, which stands above with its fix', async () => {
    const env = { DATABASE_URL: server.database.url };
    const right = { TESSERA_SECRET: server.deps.config.masterKey.toString('base64url') };
    expect(await runTessera(['verify'], { ...env, ...right })).toMatchObject({ code: 0, stderr: '' });
    const wrong = { TESSERA_SECRET: Buffer.alloc(32, 9).toString('base64url') };
    const { code, stdout, stderr } = await runTessera(['verify'], { ...env, ...wrong });
    const { length } = await server.deps.db
      .selectFrom('signingKeys')
      .select('kid')
      .where('privateSealed', '!=', '')
      .execute();
    expect(code).toBe(1);
    expect(stderr).toBe(`tessera verify: ${length} faults were found\n`);
    expect(stdout).toMatch(
      /fault: the master key of TESSERA_SECRET does not open the signing key \S+ of suite \S+\n {2}fix: set TESSERA_SECRET/,
    );
    expect(stdout + stderr).not.toContain(wrong.TESSERA_SECRET);
  });

  test('one signing key and one client secret that do not open are named', async () => {
    const { db } = server.deps;
    const admin = createAdmin(server);
    const project = await admin.givenProject((await admin.givenSuite()).id);
    const app = await admin.givenApplication(project, 'client_credentials');
    await db.updateTable('clientSecrets').set({ secretSealed: 'AAAA' }).where('applicationId', '=', app.id).execute();
    const { kid, privateSealed } = await db
      .selectFrom('signingKeys')
      .selectAll()
      .orderBy('kid')
      .limit(1)
      .executeTakeFirstOrThrow();
    const seal = (value: string) =>
      db.updateTable('signingKeys').set({ privateSealed: value }).where('kid', '=', kid).execute();
    await seal('AAAA');
    const found = faults(await run());
    await seal(privateSealed);
    await db.updateTable('clientSecrets').set({ secretSealed: null }).where('applicationId', '=', app.id).execute();
    expect(found).toHaveLength(2);
    expect(found[0]).toContain(`the signing key ${kid} of suite`);
    expect(found[1]).toContain('does not open the client secret');
  });

  test('without a master key it says that nothing was opened', async () => {
    const found = await run(null);
    expect(faults(found)).toEqual([expect.stringContaining('there is no master key')]);
    expect(found.error).toBe('1 fault was found');
  });

  test('rows without which no server works are missed', async () => {
    const { db } = server.deps;
    const rename = (from: string, to: string) =>
      db.updateTable('applications').set({ clientId: to }).where('clientId', '=', from).execute();
    const move = (from: string, to: string) =>
      db.updateTable('suites').set({ slug: to }).where('slug', '=', from).execute();
    await rename('console', 'gone');
    await db.deleteFrom('cacheVersion').execute();
    expect(faults(await run())).toEqual([
      expect.stringContaining('the application "console" of suite "system" is missing'),
      expect.stringContaining('cache_version has no row'),
    ]);
    await move('system', 'other');
    expect(faults(await run())[0]).toContain('the suite "system" is missing');
    await move('other', 'system');
    await rename('gone', 'console');
    await db.insertInto('cacheVersion').values({ id: 1, version: 1 }).execute();
    expect(faults(await run())).toEqual([]);
  });

  test('a newer database, and one that waits for a migration, are told from each other', async () => {
    await both("insert into kysely_migration values ('9001-newer', '2030-01-01')");
    expect(faults(await run())).toEqual([expect.stringMatching(/at 9001-newer, and this version .*newer version/)]);
    await both("delete from kysely_migration where name in ('9001-newer', '0004-retention')");
    expect(faults(await run())).toEqual([
      expect.stringMatching(/^fault: 0004-retention has not run, so the rest was not checked/),
    ]);
    await both("insert into kysely_migration values ('0004-retention', '2026-11-23')");
    expect(faults(await run())).toEqual([]);
  });

  test('a row that refers to nothing, or what would let it be, is found', async () => {
    await tamper({
      sqlite: "insert into projects select 'p', 'no such suite', 'p', 'p', 'p', '', 'staging', 0, 0, 0, 1",
      postgres: `alter table projects disable trigger all;
        alter table scopes add constraint scopes_checked check (id <> '') not valid`,
    });
    const found = faults(await run());
    await tamper({
      sqlite: "delete from projects where id = 'p'",
      postgres: 'alter table projects enable trigger all; alter table scopes drop constraint scopes_checked',
    });
    expect(faults(await run())).toEqual([]);
    if (databaseKind === 'sqlite') {
      expect(found).toEqual([expect.stringMatching(/row \d+ of projects refers to a row of suites that is not there/)]);
      return;
    }
    expect(found.join('\n')).toContain('a trigger that checks references of projects is turned off');
    expect(found.join('\n')).toContain('the constraint scopes_checked of scopes was never checked');
  });
});

describe.runIf(databaseKind === 'sqlite')('tessera verify of the embedded database', () => {
  const path = () => server.database.url.slice('file:'.length);

  test('finds damaged pages', async () => {
    const { masterKey: key } = server.deps.config;
    const copy = `${path()}-copy`;
    await backup({ databaseUrl: server.database.url, masterKey: { key, source: 'TESSERA_SECRET' }, to: copy });
    const bytes = readFileSync(copy);
    writeFileSync(copy, bytes.fill(7, bytes.length / 2, bytes.length / 2 + 20_000));
    const found = await run(key, `file:${copy}`);
    expect(faults(found)[0]).toContain('the file is damaged');
    expect(found.told[0]).toContain('fix: stop the server and restore the newest sound backup');
  });

  test('finds that a file is none of SQLite, and leaves it as it is', async () => {
    const other = `${path()}-other`;
    writeFileSync(other, 'something else '.repeat(100));
    expect(faults(await run(null, `file:${other}`))).toEqual([expect.stringContaining('file is not a database')]);
    expect(statSync(other).size).toBe(1500);
  });

  test('a path at which nothing is makes nothing', async () => {
    const none = `${dirname(path())}/none/tessera.db`;
    expect(await run(null, `file:${none}`)).toEqual({
      told: [],
      error: `there is no database at ${none}. Set DATABASE_URL to the one to check`,
    });
    expect(readdirSync(dirname(path()))).not.toContain('none');
  });
});

describe.runIf(databaseKind === 'postgres')('tessera verify of PostgreSQL', () => {
  test('says that it cannot be reached, without its password', async () => {
    const away = new URL(server.database.url);
    away.port = '1';
    const found = await run(null, away.href);
    expect(faults(found)).toEqual([expect.stringMatching(/cannot be read: .*ECONNREFUSED/)]);
    expect(JSON.stringify(found)).not.toContain(away.password);
  });
});
