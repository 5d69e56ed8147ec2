import { expect, test } from 'vitest';
import { systemClock } from './clock.js';

test('the system clock tells Unix time in whole seconds', () => {
  const before = Math.floor(Date.now() / 1000);
  const now = systemClock.now();
  expect(Number.isInteger(now)).toBe(true);
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
});
