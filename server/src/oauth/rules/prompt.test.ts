import { describe, expect, test } from 'vitest';
import { readPrompt } from './prompt.js';

describe('OpenID Connect Core §3.1.2.1: prompt', () => {
  test.each([
    [undefined, []],
    [' ', []],
    ['none', ['none']],
    ['login', ['login']],
    ['login  consent', ['login', 'consent']],
    ['select_account', ['select_account']],
  ])('reads %j', (prompt, values) => {
    expect(readPrompt(prompt)).toEqual(values);
  });

  test.each(['none login', 'login none', 'none none'])('refuses none beside another value: %j', (prompt) => {
    expect(() => readPrompt(prompt)).toThrow(
      expect.objectContaining({ error: 'invalid_request', refused: expect.objectContaining({ rule: 'prompt.mixed' }) }),
    );
  });

  test.each(['create', 'LOGIN', 'login,consent'])('refuses the unknown value %j', (prompt) => {
    expect(() => readPrompt(prompt)).toThrow(
      expect.objectContaining({
        error: 'invalid_request',
        refused: expect.objectContaining({ rule: 'prompt.unknown', received: prompt }),
      }),
    );
  });
});
