import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { preparedOne, preparedWrite, writeTogether } from '../../src/store/prepared.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

const names = (count: number, word: string) => Array.from({ length: count }, (_, index) => `${word} ${index}`);

/** How often the log was committed: its frames that say how large the database is afterwards (SQLite file format §4.1). */
function countCommits(url: string): number {
  const log = readFileSync(`${url.slice('file:'.length)}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) > 0) commits += 1;
  return commits;
}

describe.runIf(databaseKind === 'sqlite')('the embedded database commits in groups', () => {
  let database: TestDatabase;
  let db: Db;
  /** What another process would see: the file, not our connections. */
  let other: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase(database.url);
    await migrate(db);
    other = openDatabase(database.url);
  });
  afterAll(async () => {
    await other.destroy();
    await db.destroy();
    await database.drop();
  });

  const put = (to: Pick<Db, 'insertInto'>, name: string) =>
    to.insertInto('settings').values({ name, value: '' }).execute();
  const seen = async (word: string, by = other) => {
    const rows = await by.selectFrom('settings').select('name').where('name', 'like', `${word} %`).execute();
    return rows.map(({ name }) => name).sort();
  };

  test('forty transactions at once need a handful of fsyncs, and each is there when it is answered', async () => {
    const before = countCommits(database.url);
    await Promise.all(
      names(40, 'many').map(async (name) => {
        await db.transaction().execute((tx) => put(tx, name));
        expect(await seen('many')).toContain(name);
      }),
    );
    expect(await seen('many')).toHaveLength(40);
    expect(countCommits(database.url) - before).toBeLessThan(10);
  });

  test('one that fails takes back its own rows and nobody else’s', async () => {
    const results = await Promise.allSettled(
      names(20, 'some').map((name, index) =>
        db.transaction().execute(async (tx) => {
          await put(tx, name);
          if (index % 3 === 0) throw new Error('no');
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(7);
    const kept = names(20, 'some').filter((_, index) => index % 3 !== 0);
    expect(await seen('some')).toEqual(kept.sort());
  });

  test('one that breaks a constraint, in a transaction or alone, harms no other', async () => {
    await put(db, 'same 0');
    const results = await Promise.allSettled([
      put(db, 'same 0'),
      db.transaction().execute((tx) => put(tx, 'same 0')),
      put(db, 'same 1'),
      db.transaction().execute((tx) => put(tx, 'same 2')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await seen('same')).toEqual(['same 0', 'same 1', 'same 2']);
  });

  test('who reads beside a transaction waits for nothing and sees nothing of it', async () => {
    await db.transaction().execute(async (tx) => {
      await put(tx, 'hidden 0');
      expect(await seen('hidden', tx)).toEqual(['hidden 0']);
      expect(await seen('hidden', db)).toEqual([]);
    });
    expect(await seen('hidden', db)).toEqual(['hidden 0']);
  });

  test('while another program writes to the file, who wants to write waits, and nobody else does', async () => {
    const order: string[] = [];
    const writing = other.transaction().execute(async (tx) => {
      await put(tx, 'foreign 0');
      const waiting = put(db, 'foreign 1').then(() => order.push('second'));
      expect(await seen('foreign', db)).toEqual([]);
      order.push('first');
      return { waiting };
    });
    await (await writing).waiting;
    expect(order).toEqual(['first', 'second']);
    expect(await seen('foreign')).toEqual(['foreign 0', 'foreign 1']);
  });

  test('who lost against another in the group sees afterwards what it lost against', async () => {
    await put(db, 'won 0');
    const take = async () => {
      await db
        .transaction()
        .execute(async (tx) => {
          const result = await tx.deleteFrom('settings').where('name', '=', 'won 0').executeTakeFirst();
          if (result.numDeletedRows === 0n) throw new Error('lost');
        })
        .catch(() => undefined);
      expect(await seen('won', db)).toEqual([]);
    };
    await Promise.all([take(), take(), take()]);
  });

  test('single statements at once are one group, and who fails harms no other', async () => {
    await put(db, 'single 3');
    const before = countCommits(database.url);
    const results = await Promise.allSettled(names(40, 'single').map((name) => put(db, name)));
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([3]);
    expect(await seen('single')).toEqual(names(40, 'single').sort());
    expect(countCommits(database.url) - before).toBeLessThan(10);
  });

  test('however many wait for one transaction, each is answered, and what was answered is there', async () => {
    const waiting = await db.transaction().execute(async (tx) => {
      await put(tx, 'behind first');
      const insert = preparedWrite((to, { name }: { name: string }) =>
        to.insertInto('settings').values({ name, value: '' }),
      );
      return { all: Promise.allSettled(names(20_000, 'behind').map((name) => writeTogether(db, [insert({ name })]))) };
    });
    expect((await waiting.all).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await seen('behind')).toHaveLength(20_001);
  });

  test('what was not on disk when the database was closed is written first', async () => {
    const closing = openDatabase(database.url);
    const insert = preparedWrite((to, { name }: { name: string }) =>
      to.insertInto('settings').values({ name, value: '' }),
    );
    const writing = writeTogether(closing, [insert({ name: 'closing 0' })]);
    await closing.destroy();
    expect(await writing).toBe(true);
    expect(await seen('closing')).toEqual(['closing 0']);
  });

  test('what comes when the database is closed is refused', async () => {
    const closed = openDatabase(database.url);
    const find = preparedOne((to, { name }: { name: string }) =>
      to.selectFrom('settings').selectAll().where('name', '=', name),
    );
    const late = [put(closed, 'late 0'), find(closed, { name: 'late 0' })];
    await closed.destroy();
    for (const one of late) await expect(one).rejects.toThrow('closed');
  });

  test.each([
    ['transactions', (work: (to: Pick<Db, 'insertInto'>) => Promise<unknown>) => db.transaction().execute(work)],
    ['single statements', (work: (to: Pick<Db, 'insertInto'>) => Promise<unknown>) => work(db)],
  ])('where the disk is full, who is told so has left nothing, and the others are there: %s', async (kind, write) => {
    const { rows } = await sql<{ pages: number }>`select page_count as pages from pragma_page_count`.execute(other);
    await sql`pragma max_page_count = ${sql.lit((rows[0]?.pages ?? 0) + 8)}`.execute(db);
    const results = await Promise.allSettled(
      names(40, `full ${kind}`).map((name) =>
        write((to) =>
          to
            .insertInto('settings')
            .values({ name, value: 'x'.repeat(4_000) })
            .execute(),
        ),
      ),
    );
    await sql`pragma max_page_count = 1000000`.execute(db);
    const written = names(40, `full ${kind}`).filter((_, index) => results[index]?.status === 'fulfilled');
    expect(written.length).toBeLessThan(40);
    expect(await seen(`full ${kind}`)).toEqual(written.sort());
    await put(db, `after ${kind} 0`);
    expect(await seen(`after ${kind}`)).toEqual([`after ${kind} 0`]);
  });
});
