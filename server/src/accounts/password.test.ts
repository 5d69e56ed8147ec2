import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { OverloadedError } from '../platform/overload.js';
import { countWaitingPasswords, isPasswordRight } from './password.js';

test('a bounded number of passwords waits to be hashed; what comes beyond is refused, and the rest is finished', async () => {
  const easy = await hash('right', { memoryCost: 8, timeCost: 1, parallelism: 1 });
  const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, () => isPasswordRight('right', easy)));
  const refused = outcomes.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(OverloadedError);
  const finished = outcomes.filter((one) => one.status === 'fulfilled');
  // At most three run, with fifty waiting for each.
  expect(finished.length).toBeGreaterThanOrEqual(50);
  expect(finished.length).toBeLessThanOrEqual(160);
  expect(finished.every(({ value }) => value)).toBe(true);
  expect(countWaitingPasswords()).toBe(0);
  expect(await isPasswordRight('wrong', easy)).toBe(false);
});
