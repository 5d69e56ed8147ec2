import { describe, expect, test } from 'vitest';
import { isTooOld, readMaxAge } from './max-age.js';

describe('OpenID Connect Core §3.1.2.1: max_age', () => {
  test('reads whole seconds', () => {
    expect(readMaxAge(undefined)).toBeNull();
    expect(readMaxAge('0')).toBe(0);
    expect(readMaxAge('10000')).toBe(10_000);
  });

  test.each(['-1', '1.5', 'abc', '1e3', '0x10', ' 1', '1\n', '99999999999'])('refuses %j', (value) => {
    expect(() => readMaxAge(value)).toThrow(
      expect.objectContaining({
        error: 'invalid_request',
        refused: expect.objectContaining({ rule: 'max_age.invalid', received: value }),
      }),
    );
  });

  test.each([
    ['without max_age no sign-in is too old', 0, null, 1_000_000, false],
    ['a sign-in as old as max_age is not too old', 1000, 10, 1010, false],
    ['one second more is', 1000, 10, 1011, true],
    ['with 0 even the sign-in of this second is', 1000, 0, 1000, true],
  ])('%s', (_, authTime, maxAge, now, tooOld) => {
    expect(isTooOld(authTime, maxAge, now)).toBe(tooOld);
  });
});
