import { existsSync, statSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { move } from '../../src/commands/move.js';
import { findMasterKey } from '../../src/config.js';
import { claimDatabase } from '../../src/store/claim.js';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { readTables, type Table } from '../../src/store/tables.js';
import { claimsOf, credentials, form, send, startWorld, type TokenBody, type World } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { createSqliteDatabase, createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { startTestServer, type TestServer } from '../support/server.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TESSERA_SECRET = Buffer.alloc(32, 7).toString('base64url');

/** A table without a row would not show that it was forgotten: each that is empty gets one. */
async function fillEmptyTables(db: Db): Promise<void> {
  for (const { name } of await readTables(db)) {
    if ((await countRows(db, name)) > 0) continue;
    const { rows: references } = await sql<{ from: string; table: string; to: string }>`
      select "from", "table", "to" from pragma_foreign_key_list(${name})`.execute(db);
    const { rows: columns } = await sql<{ name: string; type: string }>`
      select name, type from pragma_table_info(${name})`.execute(db);
    const values = columns.map((column) => {
      const reference = references.find(({ from }) => from === column.name);
      if (reference) return sql`(select ${sql.ref(reference.to)} from ${sql.table(reference.table)} limit 1)`;
      return { text: sql`${`a ${column.name}`}`, integer: sql`7`, bigint: sql`${2 ** 40}` }[column.type.toLowerCase()];
    });
    const into = sql.join(columns.map((column) => sql.ref(column.name)));
    await sql`insert into ${sql.table(name)} (${into}) values (${sql.join(values)})`.execute(db);
  }
}

/** More rows than are copied at once, with words whose order is not the same everywhere. */
async function addManyWords(db: Db): Promise<void> {
  const starts = ['z', 'Z', 'a', 'ä', 'é', '_', '"', "'", '\\', '{', '\u{1f600}', '\uffff', '', ' ', '\n'];
  for (const start of starts)
    await db
      .insertInto('searchWords')
      .values(Array.from({ length: 150 }, (_, n) => ({ kind: 'account', word: `${start}${n}`, objectId: `${start}` })))
      .execute();
}

async function countRows(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(db);
  return Number(rows[0]?.count);
}

async function using<T>(database: TestDatabase, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase(database.url);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

const countAll = (database: TestDatabase, names: string[]) =>
  using(database, (db) => Promise.all(names.map(async (name) => `${name} ${await countRows(db, name)}`)));

/** From a file to the PostgreSQL of the run: only there are both at hand. */
describe.runIf(databaseKind === 'postgres')('tessera move', () => {
  let file: TestDatabase;
  let target: TestDatabase;
  let tables: Table[];
  let world: World;
  let web: GivenApplication;
  let tokens: TokenBody;
  let opaque: TokenBody;

  beforeAll(async () => {
    file = createSqliteDatabase();
    world = await startWorld({ database: file });
    web = await world.admin.givenApplication(world.project, 'authorization_flow');
    const reports = await world.admin.givenApplication(world.project, 'authorization_flow', {
      accessTokenFormat: 'opaque',
      access: 'everyone',
    });
    const user = await world.admin.givenUser(web.id);
    const browser = await world.signedIn(web, user);
    const first = await world.tokensFor(browser, web, { scope: 'openid email' });
    const next = await world.as(web, '/token', {
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token ?? '',
    });
    tokens = next.body as TokenBody;
    opaque = await world.tokensFor(browser, reports);
    await world.server.close({ keepDatabase: true });
    tables = await using(file, async (db) => {
      await fillEmptyTables(db);
      await addManyWords(db);
      return readTables(db);
    });
  });
  afterAll(() => file.drop());

  const open: TestServer[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close({ keepDatabase: true });
    await target?.drop();
  });

  const lines: string[] = [];
  async function moveTo(to: TestDatabase, given: { databaseUrl?: string; secret?: string } = {}): Promise<string> {
    lines.length = 0;
    const { databaseUrl = file.url, secret = TESSERA_SECRET } = given;
    return move(
      { databaseUrl, masterKey: findMasterKey({ TESSERA_SECRET: secret }, databaseUrl), to: to.url },
      (line) => lines.push(line),
    );
  }

  async function expectNothingThere(): Promise<void> {
    const names = tables.map(({ name }) => name);
    expect(await countAll(target, names)).toEqual(names.map((name) => `${name} 0`));
  }

  test('tokens of before work on a server on PostgreSQL, and every table has the rows it had', async () => {
    target = await createTestDatabase();
    const said = await moveTo(target);
    const names = await using(target, async (db) => {
      const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables
        where table_schema = current_schema()`.execute(db);
      return rows.map(({ name }) => name).filter((name) => !/^kysely_|^cache_version$/.test(name));
    });
    // What a migration adds is moved as well: the catalogue of PostgreSQL has no table that is not copied.
    expect(names.sort()).toEqual(tables.map(({ name }) => name).sort());
    const counts = await countAll(file, names);
    expect(await countAll(target, names)).toEqual(counts);
    expect(counts.filter((line) => line.endsWith(' 0'))).toEqual([]);

    const server = await startTestServer({ database: target, env: { TESSERA_URL: world.server.url } });
    open.push(server);
    const issuer = server.issuer(world.suite.slug);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...credentials(web) };
    for (const { access_token } of [tokens, opaque]) {
      const { status } = await send(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
      expect(status).toBe(200);
    }
    const refreshed = await send(`${issuer}/token`, {
      method: 'POST',
      headers,
      body: form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
    });
    expect(refreshed.status).toBe(200);
    expect(claimsOf(refreshed.body.access_token).sub).toBe(claimsOf(tokens.access_token).sub);

    expect(said).toMatch(/counts and checksums are the same/);
    expect(said).toContain(`DATABASE_URL    ${target.url.replace(/:[^:@/]+@/, ':***@')}`);
    expect([said, ...lines].join('\n')).not.toContain(TESSERA_SECRET);
    expect([said, ...lines].join('\n')).not.toContain(new URL(target.url).password);
    expect(lines).toContainEqual(expect.stringMatching(/^search_words: \d{4} of \d{4}$/));
  });

  test('a target that has been migrated and has no rows is taken; one with rows is refused, and stays as it is', async () => {
    target = await createTestDatabase();
    await using(target, migrate);
    await moveTo(target);
    const before = await countAll(target, ['accounts', 'suites']);
    await expect(moveTo(target)).rejects.toThrow(/the target is not empty: there are rows in .*suites, /);
    expect(await countAll(target, ['accounts', 'suites'])).toEqual(before);
  });

  test('a target with tables of others that are called alike is refused', async () => {
    target = await createTestDatabase();
    await using(target, (db) => sql`create table accounts (id integer)`.execute(db));
    await expect(moveTo(target)).rejects.toThrow(/not Tessera's but are called alike: accounts/);
  });

  test('an encoding that cannot hold every text is refused', async () => {
    target = await createTestDatabase();
    const name = new URL(target.url).pathname.slice(1);
    const latin = { ...target, url: target.url.replace(name, `${name}_latin`) };
    await using(target, (db) =>
      sql.raw(`create database ${name}_latin encoding 'LATIN1' locale 'C' template template0`).execute(db),
    );
    await expect(moveTo(latin)).rejects.toThrow(/the encoding of the target is LATIN1.*ENCODING 'UTF8'/);
    await using(target, (db) => sql.raw(`drop database ${name}_latin`).execute(db));
  });

  test.each([
    ['a row that is refused', 'check (false)', /refresh_tokens could not be copied: .*check constraint/],
    ['a connection that breaks', 'check (pg_terminate_backend(pg_backend_pid()))', /terminat/],
  ])('after %s midway the target has no rows, and the move can be made again', async (_, check, message) => {
    target = await createTestDatabase();
    await using(target, async (db) => {
      await migrate(db);
      await sql.raw(`alter table refresh_tokens add constraint breaks ${check}`).execute(db);
    });
    await expect(moveTo(target)).rejects.toThrow(message);
    expect(lines).toContainEqual(expect.stringMatching(/^accounts: /));
    await expectNothingThere();
    await using(target, (db) => sql`alter table refresh_tokens drop constraint breaks`.execute(db));
    expect(await moveTo(target)).toMatch(/counts and checksums are the same/);
  });

  test('a copy that differs is found by its checksum, and not kept', async () => {
    target = await createTestDatabase();
    await using(target, async (db) => {
      await migrate(db);
      await sql`create function alter_name() returns trigger language plpgsql as
        $$ begin new.given_name = 'Bea'; return new; end $$`.execute(db);
      await sql`create trigger alters before insert on accounts for each row execute function alter_name()`.execute(db);
    });
    await expect(moveTo(target)).rejects.toThrow(/^accounts differs after the copy: .* Nothing was kept/);
    await expectNothingThere();
  });

  test('a wrong master key, and none, are refused before anything is made', async () => {
    target = await createTestDatabase();
    const wrong = { secret: Buffer.alloc(32, 9).toString('base64url') };
    await expect(moveTo(target, wrong)).rejects.toThrow(/master key does not open the signing key/);
    await expect(moveTo(target, { secret: '' })).rejects.toThrow(/there is no master key: set TESSERA_SECRET/);
    await expect(countAll(target, ['suites'])).rejects.toThrow(/does not exist/);
  });

  test('a file that a server uses is refused', async () => {
    target = await createTestDatabase();
    const claim = claimDatabase(file.url);
    await expect(moveTo(target)).rejects.toThrow(/another Tessera process uses .*tessera\.db\. Stop it first/);
    claim.release();
  });

  test('a text that PostgreSQL cannot hold is named before anything is copied', async () => {
    target = await createTestDatabase();
    const id = await using(file, async (db) => {
      const row = await db.selectFrom('accounts').select('id').limit(1).executeTakeFirstOrThrow();
      await sql`update accounts set family_name = 'x' || char(0) || 'y' where id = ${row.id}`.execute(db);
      return row.id;
    });
    const refused = expect(moveTo(target)).rejects;
    await refused.toThrow(new RegExp(`the row of accounts with .*${id}.* has a NUL character`));
    await using(file, (db) => sql`update accounts set family_name = '' where id = ${id}`.execute(db));
  });

  test('a target that does not answer is told, without its password', async () => {
    target = await createTestDatabase();
    const url = `postgres://ana:s3cret@127.0.0.1:${await freePort()}/tessera`;
    await expect(moveTo({ ...target, url })).rejects.toThrow(/^the target cannot be reached: .*ECONNREFUSED/);
    expect(lines.join('\n')).not.toContain('s3cret');
  });

  test('a file that is not there is not made, and PostgreSQL is no source', async () => {
    target = await createTestDatabase();
    const missing = `${file.url}-missing/tessera.db`;
    await expect(moveTo(target, { databaseUrl: missing })).rejects.toThrow(/there is no database at .*-missing/);
    expect(existsSync(missing.slice('file:'.length))).toBe(false);
    await expect(moveTo(target, { databaseUrl: target.url })).rejects.toThrow(/goes from file:/);
    expect(statSync(file.url.slice('file:'.length)).size).toBeGreaterThan(0);
  });
});
