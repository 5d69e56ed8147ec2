import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { up } from '../../src/store/migrations/0006-rotation-columns.js';
import { findRotations } from '../../src/store/refresh-tokens.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let db: Db;

/** What the migration changes, as the one before leaves it. */
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
  await sql`create table refresh_tokens (family_hash text primary key, rotations text not null default '[]')`.execute(
    db,
  );
  await sql`create table grants (id text primary key, kept_until bigint)`.execute(db);
  await sql`create index grants_kept_until on grants (kept_until)`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const rotation = (tokenHash: string, at: number) => ({ tokenHash, at, requestHash: 'r', answerSealed: 's_-"é' });

test('domain rule 7: the answers that were kept for a repeat are still there after the upgrade', async () => {
  const [first, second] = [rotation('one', 1_780_000_000), rotation('two', 1_780_000_007)];
  const before = { none: [], once: [first], twice: [first, second] };
  for (const [name, rotations] of Object.entries(before))
    await sql`insert into refresh_tokens values (${name}, ${JSON.stringify(rotations)})`.execute(db);
  await up(db as never);
  expect(await findRotations(db, 'none')).toEqual([]);
  expect(await findRotations(db, 'once')).toEqual([first]);
  expect(await findRotations(db, 'twice')).toEqual([second, first]);
});
