import { describe, expect, it } from 'vitest';
import { toLifeSpan, toSeconds } from './life-span';

describe('life spans as they are typed', () => {
  it.each([
    [900, '15', 'minutes'],
    [3_600, '1', 'hours'],
    [2_592_000, '30', 'days'],
    [61, '61', 'seconds'],
    [5_400, '90', 'minutes'],
  ])('%i seconds are %s %s, and back', (seconds, amount, unit) => {
    expect(toLifeSpan(seconds)).toEqual({ amount, unit });
    expect(toSeconds(toLifeSpan(seconds))).toBe(seconds);
  });

  it.each(['', '1.5', '-1', 'ten', '1e3', '0x10'])('%j is no whole number', (amount) => {
    expect(toSeconds({ amount, unit: 'minutes' })).toBeNaN();
  });
});
