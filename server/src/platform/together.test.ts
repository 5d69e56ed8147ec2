import { expect, test } from 'vitest';
import { createTogether } from './together.js';

test('work that comes together runs in its order, once, after what is going on', async () => {
  const together = createTogether();
  const ran: string[] = [];
  const work = (name: string) => together(() => ran.push(name));
  const done = [work('first'), work('second')];
  expect(ran).toEqual([]);
  await Promise.all(done);
  await work('third');
  expect(ran).toEqual(['first', 'second', 'third']);
});

test('what is thrown goes to who asked for it, and to nobody else', async () => {
  const together = createTogether();
  const results = await Promise.allSettled([
    together(() => 1),
    together(() => {
      throw new Error('no');
    }),
    together(() => 3),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
