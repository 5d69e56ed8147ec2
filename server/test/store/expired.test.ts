import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteExpired } from '../../src/store/expired.js';
import { insertReplay } from '../../src/store/replays.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function countReplays(): Promise<number> {
  const { count } = await server.deps.db
    .selectFrom('replays')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

test('RFC 9449 §11.1: a sweep takes all that is worthless, however much a busy minute left, and nothing else', async () => {
  const { db } = server.deps;
  const now = server.clock.now();
  const ids = Array.from({ length: 1_700 }, (_, n) => ({ idHash: `old ${n}`, expiresAt: now - 61 }));
  for (let from = 0; from < ids.length; from += 500)
    await db
      .insertInto('replays')
      .values(ids.slice(from, from + 500))
      .execute();
  // A proof may come again until it expires; clocks of several processes differ by less than a minute.
  await insertReplay(db, 'expired lately', now - 60);
  await insertReplay(db, 'alive', now + 1);
  await deleteExpired(db, now, server.deps.config.retention);
  expect(await countReplays()).toBe(2);
  expect(await insertReplay(db, 'alive', now + 1)).toBe(false);
});
