import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { preparedOne, preparedWrite, writeIn, writeTogether } from '../../src/store/prepared.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const put = preparedWrite((db, row: { name: string; value: string }) =>
  db.insertInto('settings').values({ name: row.name, value: row.value }),
);
const take = preparedWrite((db, { name }: { name: string }) => db.deleteFrom('settings').where('name', '=', name));
const find = preparedOne((db, { name }: { name: string }) =>
  db.selectFrom('settings').select(['name', 'value']).where('name', '=', name),
);

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await migrate(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const valueIn = async (name: string, by = db) => (await find(by, { name }))?.value;

test('statements that are run together are all there when it is answered', async () => {
  const writes = [put({ name: 'a', value: '1' }), put({ name: 'b', value: '2' })] as const;
  expect(await writeTogether(db, writes)).toBe(true);
  expect([await valueIn('a'), await valueIn('b')]).toEqual(['1', '2']);
});

test('where the first writes nothing, none of the others runs', async () => {
  expect(await writeTogether(db, [take({ name: 'nobody' }), put({ name: 'c', value: '1' })])).toBe(false);
  expect(await valueIn('c')).toBeUndefined();
  expect(await writeTogether(db, [take({ name: 'nobody' })])).toBe(false);
});

test('where a later one fails, the first is taken back, and others at the same time are not', async () => {
  await writeTogether(db, [put({ name: 'kept', value: '1' })]);
  const results = await Promise.allSettled([
    writeTogether(db, [put({ name: 'd', value: '1' })]),
    writeTogether(db, [take({ name: 'kept' }), put({ name: 'e', value: '1' }), put({ name: 'a', value: 'twice' })]),
    writeTogether(db, [put({ name: 'f', value: '1' })]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const values = await Promise.all(['kept', 'd', 'e', 'f', 'a'].map((name) => valueIn(name)));
  expect(values).toEqual(['1', '1', undefined, '1', '1']);
});

test('domain rule 8: of many that use the same row up, one succeeds, and its statements alone are there', async () => {
  await writeTogether(db, [put({ name: 'once', value: '1' })]);
  const names = Array.from({ length: 20 }, (_, index) => `by ${index}`);
  const done = await Promise.all(
    names.map((name) => writeTogether(db, [take({ name: 'once' }), put({ name, value: '1' })])),
  );
  expect(done.filter(Boolean)).toHaveLength(1);
  const values = await Promise.all(names.map((name) => valueIn(name)));
  expect(values.map((value) => value === '1')).toEqual(done);
});

test('in a transaction that fails afterwards nothing is left, and nobody else sees it before its end', async () => {
  const failing = db.transaction().execute(async (tx) => {
    expect(await writeIn(tx, [put({ name: 'g', value: '1' }), put({ name: 'h', value: '1' })])).toBe(true);
    expect([await valueIn('h', tx), await valueIn('h')]).toEqual(['1', undefined]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await valueIn('g')).toBeUndefined();
});
