import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDatabase } from '../../src/store/db.js';
import { migrate } from '../../src/store/migrate.js';
import { updateSetting } from '../../src/store/settings.js';
import { StaleRowError, transact } from '../../src/store/transact.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

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

describe('transact', () => {
  it('tries again when a row was stale, and keeps nothing of the try before', async () => {
    let tries = 0;
    await transact(db, async (tx) => {
      tries += 1;
      await tx
        .insertInto('settings')
        .values({ name: `try ${tries}`, value: '' })
        .execute();
      if (tries < 3) throw new StaleRowError();
    });
    const rows = await db.selectFrom('settings').select('name').where('name', 'like', 'try%').execute();
    expect(rows).toEqual([{ name: 'try 3' }]);
  });

  it('gives up after five tries', async () => {
    let tries = 0;
    const failing = transact(db, async () => {
      tries += 1;
      throw new StaleRowError();
    });
    await expect(failing).rejects.toBeInstanceOf(StaleRowError);
    expect(tries).toBe(5);
  });

  it('tries once when the work itself fails', async () => {
    let tries = 0;
    const failing = transact(db, async () => {
      tries += 1;
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(tries).toBe(1);
  });

  it.runIf(databaseKind === 'postgres')('two that lock each other’s rows both come through', async () => {
    await updateSetting(db, 'product_name', '');
    await updateSetting(db, 'setup_token_hash', '');
    const write = (
      first: 'product_name' | 'setup_token_hash',
      second: 'product_name' | 'setup_token_hash',
      value: string,
    ) =>
      transact(db, async (tx) => {
        await updateSetting(tx, first, value);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await updateSetting(tx, second, value);
      });
    await Promise.all([write('product_name', 'setup_token_hash', 'a'), write('setup_token_hash', 'product_name', 'b')]);
    const values = await db
      .selectFrom('settings')
      .select('value')
      .where('name', 'in', ['product_name', 'setup_token_hash'])
      .execute();
    expect(new Set(values.map((row) => row.value)).size).toBe(1);
  });
});
