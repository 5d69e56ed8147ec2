import { describe, expect, test } from 'vitest';
import { passwordFault } from './password.js';

describe('domain rule 12: a new password', () => {
  test.each([
    ['8 characters', 'abcdefgh', true],
    ['7 characters', 'abcdefg', false],
    ['128 characters', 'a'.repeat(128), true],
    ['129 characters', 'a'.repeat(129), false],
    ['8 characters of two UTF-16 units', '🔑'.repeat(8), true],
    ['4 characters of two UTF-16 units', '🔑'.repeat(4), false],
    ['blanks', '        ', true],
    ['nothing', '', false],
  ])('%s', (_, password, accepted) => {
    expect(passwordFault(password) === null).toBe(accepted);
  });

  test('is not the e-mail address, however it is written', () => {
    expect(passwordFault('Ana@Example.com', 'ana@example.com')?.code).toBe('password_policy');
    expect(passwordFault('ana@example.com.', 'ana@example.com')).toBeNull();
  });
});
