import { describe, expect, test } from 'vitest';
import { accessLifespanFault, lifespanInWords, lifespans, refreshLifespanFault } from './lifespan.js';

describe('domain rule 5: life spans', () => {
  test.each([
    [60, null],
    [900, null],
    [86_400, null],
    [59, 'lifespan_range'],
    [86_401, 'lifespan_range'],
    [0, 'lifespan_range'],
    [-60, 'lifespan_range'],
    [60.5, 'not_integer'],
    [Number.NaN, 'not_integer'],
    [Number.POSITIVE_INFINITY, 'not_integer'],
  ])('an access token life span of %d: %s', (access, code) => {
    expect(accessLifespanFault(access)?.code ?? null).toBe(code);
  });

  test.each([
    [901, 900, null],
    [31_536_000, 86_400, null],
    [900, 900, 'lifespan_order'],
    [899, 900, 'lifespan_order'],
    [31_536_001, 900, 'lifespan_range'],
    [901.5, 900, 'not_integer'],
  ])('a refresh token life span of %d beside %d: %s', (refresh, access, code) => {
    expect(refreshLifespanFault(refresh, access)?.code ?? null).toBe(code);
  });

  test('the defaults hold the rules', () => {
    expect(accessLifespanFault(lifespans.access.default)).toBeNull();
    expect(refreshLifespanFault(lifespans.refresh.default, lifespans.access.default)).toBeNull();
    expect([lifespans.access.default, lifespans.refresh.default]).toEqual([900, 2_592_000]);
  });

  test('manual M6: the text says which life span has to be greater than which', () => {
    expect(refreshLifespanFault(900, 900)?.message).toBe(
      'Refresh Token Life Span must be greater than Access Token Life Span (15 minutes).',
    );
  });
});

test.each([
  [1, '1 second'],
  [90, '90 seconds'],
  [60, '1 minute'],
  [900, '15 minutes'],
  [3600, '1 hour'],
  [86_400, '1 day'],
  [2_592_000, '30 days'],
  [90_000, '25 hours'],
  [1_000_001, '1,000,001 seconds'],
])('%d seconds in words: %s', (seconds, words) => {
  expect(lifespanInWords(seconds)).toBe(words);
});
