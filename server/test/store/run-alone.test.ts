import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { runAlone } from '../../src/store/run-alone.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let first: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  first = openDatabase(database.url);
});
afterAll(async () => {
  await first.destroy();
  await database.drop();
});

/** A job that goes on until it is told to end. */
function longJob() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const job = () => {
    begin();
    return ended;
  };
  return { begun, end: () => end(), job };
}

test('a job that nobody else is at runs, and its fault is told', async () => {
  let ran = 0;
  expect(await runAlone(first, 'sweep', async () => (ran += 1))).toBe(true);
  expect(ran).toBe(1);
  await expect(runAlone(first, 'sweep', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await runAlone(first, 'sweep', async () => {})).toBe(true);
});

describe.runIf(databaseKind === 'postgres')('processes that share a database', () => {
  let second: Db;
  beforeAll(() => {
    second = openDatabase(database.url);
  });
  afterAll(() => second.destroy());

  test('one runs a job at a time; other jobs are not in its way', async () => {
    const long = longJob();
    const running = runAlone(first, 'sweep', long.job);
    await long.begun;
    const notHere = () => Promise.reject(new Error('ran at the same time'));
    expect(await runAlone(second, 'sweep', notHere)).toBe(false);
    expect(await runAlone(second, 'keys', async () => {})).toBe(true);
    long.end();
    expect(await running).toBe(true);
    expect(await runAlone(second, 'sweep', async () => {})).toBe(true);
  });

  test('when the process that is at it is gone, the next one runs it at once', async () => {
    const long = longJob();
    const running = runAlone(first, 'sweep', long.job);
    await long.begun;
    // What the database sees of a process that was killed.
    await onDatabase(
      "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    expect(await runAlone(second, 'sweep', async () => {})).toBe(true);
    long.end();
    await expect(running).rejects.toThrow();
  });
});

async function onDatabase(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
