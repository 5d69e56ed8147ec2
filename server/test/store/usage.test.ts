import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/db.js';
import { createUsage } from '../../src/store/usage.js';
import { startWorld, type World } from '../oauth/requests.js';
import { databaseKind } from '../support/database.js';
import { openWay, type Way } from '../support/way.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const at = 1_800_000_000;
const issuedBy = async (applicationId: string) => {
  const { db } = world.server.deps;
  const rows = await db.selectFrom('usageHours').selectAll().where('applicationId', '=', applicationId).execute();
  return rows.map(({ hourAt, issued, issuedInLab }) => [hourAt, issued, issuedInLab]);
};

test('what was issued is counted by the hour, however often it is written', async () => {
  const app = await world.admin.givenApplication(world.project, 'client_credentials');
  const usage = createUsage(world.server.deps.db);
  const issued = { applicationId: app.id, accountId: null, secretId: null, inLab: false, at };
  usage.count(issued);
  usage.count({ ...issued, inLab: true });
  await usage.flush();
  usage.count({ ...issued, at: at + 1 });
  usage.count({ ...issued, at: at + 3_600 });
  await usage.flush();
  expect(await issuedBy(app.id)).toEqual([
    [at, 3, 1],
    [at + 3_600, 1, 0],
  ]);
});

test.runIf(databaseKind === 'postgres')('after an outage of the database it is written again', async () => {
  const app = await world.admin.givenApplication(world.project, 'client_credentials');
  const way: Way = await openWay(world.server.database.url);
  const db = openDatabase(way.url);
  const usage = createUsage(db);
  const issued = { applicationId: app.id, accountId: null, secretId: null, inLab: false, at };
  await way.cut();
  usage.count(issued);
  await expect(usage.flush()).rejects.toThrow();
  await way.mend();
  usage.count(issued);
  await usage.flush();
  expect(await issuedBy(app.id)).toEqual([[at, 1, 0]]);
  await db.destroy();
  await way.cut();
});
