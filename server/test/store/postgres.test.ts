import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { findSetting, updateSetting } from '../../src/store/settings.js';
import { isUnavailable, transact } from '../../src/store/transact.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

describe.runIf(databaseKind === 'postgres')('connections to PostgreSQL', () => {
  let database: TestDatabase;
  let db: Db;

  beforeEach(async () => {
    database = await createTestDatabase();
    // One connection, so that a test knows which one is used.
    db = openDatabase(database.url, { connections: 1, namedStatements: true });
    await migrate(db);
    await updateSetting(db, 'product_name', 'before');
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const onDatabase = async (text: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const endConnections = () =>
    onDatabase(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  const prepared = async (of: Db) =>
    (await sql<{ count: number }>`select count(*) as count from pg_prepared_statements`.execute(of)).rows[0]?.count;

  test('a read on a connection that the database ended is read on another one', async () => {
    await endConnections();
    expect(await findSetting(db, 'product_name')).toBe('before');
  });

  test('a transaction begins on another connection, and one that is cut before its commit is run again', async () => {
    await endConnections();
    let tries = 0;
    await transact(db, async (tx) => {
      tries += 1;
      await updateSetting(tx, 'product_name', `try ${tries}`);
      if (tries === 1) await endConnections();
      await findSetting(tx, 'product_name');
    });
    expect(tries).toBe(2);
    expect(await findSetting(db, 'product_name')).toBe('try 2');
  });

  test('a connection that ends while a transaction says nothing does not end the process', async () => {
    const cut = db.transaction().execute(async (tx) => {
      await updateSetting(tx, 'product_name', 'in between');
      await endConnections();
      // The end is heard by the event loop before anything is asked again.
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await expect(cut).rejects.toSatisfy(isUnavailable);
    expect(await findSetting(db, 'product_name')).toBe('before');
  });

  test('a statement is parsed once, and anew after the table has changed', async () => {
    const all = () => db.selectFrom('settings').selectAll().where('name', '=', 'product_name').execute();
    await all();
    const count = await prepared(db);
    await all();
    expect(await prepared(db)).toBe(count);
    await onDatabase('alter table settings add column later text');
    expect(await all()).toEqual([{ name: 'product_name', value: 'before', later: null }]);
    await onDatabase('alter table settings drop column later');
    await transact(db, async (tx) => {
      await updateSetting(tx, 'product_name', 'after');
      expect(await tx.selectFrom('settings').selectAll().where('name', '=', 'product_name').execute()).toEqual([
        { name: 'product_name', value: 'after' },
      ]);
    });
  });

  test('behind a pooler without them, no statement has a name', async () => {
    const plain = openDatabase(database.url, { connections: 1, namedStatements: false });
    expect(await findSetting(plain, 'product_name')).toBe('before');
    expect(await prepared(plain)).toBe(0);
    await plain.destroy();
  });

  test('no two statements have the same name, whichever process named them', async () => {
    const other = openDatabase(database.url, { connections: 1, namedStatements: true });
    await findSetting(db, 'product_name');
    await other.selectFrom('suites').select('id').execute();
    await findSetting(other, 'product_name');
    const texts = new Map<string, string>();
    for (const one of [db, other]) {
      const { rows } = await sql<{ name: string; statement: string }>`
        select name, statement from pg_prepared_statements`.execute(one);
      expect(rows.length).toBeGreaterThan(0);
      for (const { name, statement } of rows) expect(texts.get(name) ?? statement).toBe(statement);
      for (const { name, statement } of rows) texts.set(name, statement);
    }
    await other.destroy();
  });

  test('a statement that could not be parsed has another name the next time', async () => {
    const names = async () => {
      const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements
        where statement like 'select "id" from "planets"%'`.execute(db);
      return rows.map(({ name }) => Number(/^t(\d+)_/.exec(name)?.[1]));
    };
    const planets = sql`select "id" from "planets"`;
    await expect(planets.execute(db)).rejects.toThrow(/does not exist/);
    await findSetting(db, 'product_name');
    await db.selectFrom('suites').select('slug').execute();
    await sql`create table planets (id text)`.execute(db);
    await planets.execute(db);
    const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements
      where statement = 'select "slug" from "suites"'`.execute(db);
    const between = Number(/^t(\d+)_/.exec(rows[0]?.name ?? '')?.[1]);
    expect(await names()).toEqual([expect.toSatisfy((number: number) => number > between)]);
  });

  test('a command names no statement', async () => {
    const command = openDatabase(database.url);
    expect(await findSetting(command, 'product_name')).toBe('before');
    expect(await prepared(command)).toBe(0);
    await command.destroy();
  });

  test('every connection has its limits: of a statement, of a lock, of a silent transaction', async () => {
    const { rows } = await sql<{ name: string; setting: string }>`
      select name, setting from pg_settings where name in
        ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name')
      order by name`.execute(db);
    expect(rows.map(({ setting }) => setting)).toEqual(['tessera', '15000', '10000', '15000']);
  });

  test('who waits too long for a connection is told to try again', async () => {
    const waiting = db.transaction().execute(() => findSetting(db, 'product_name'));
    await expect(waiting).rejects.toSatisfy(isUnavailable);
  });
});
