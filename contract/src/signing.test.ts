import { describe, expect, it } from 'vitest';
import { rotationDaysFault } from './signing.js';

describe('days between key rotations', () => {
  it.each([7, 90, 3_650])('%d is fine', (days) => {
    expect(rotationDaysFault(days)).toBeNull();
  });

  it.each([
    [6, 'Must be at least 7 days.'],
    [0, 'Must be at least 7 days.'],
    [3_651, 'Cannot exceed 3,650 days.'],
    [7.5, 'Enter a whole number.'],
    [Number.NaN, 'Enter a whole number.'],
  ])('%d is not: %s', (days, message) => {
    expect(rotationDaysFault(days)?.message).toBe(message);
  });
});
