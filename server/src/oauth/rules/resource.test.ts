import { describe, expect, test } from 'vitest';
import { chooseResource } from './resource.js';

const known = ['https://api.example.com/orders', 'https://api.example.com/stock'];

describe('RFC 8707 §2: the audience of a token', () => {
  test('is the first resource of the project when none is asked for', () => {
    expect(chooseResource([], known)).toBe(known[0]);
  });

  test('is the resource asked for', () => {
    expect(chooseResource([known[1] ?? ''], known)).toBe(known[1]);
  });

  test.each(['https://api.example.com/orders/', 'https://api.example.com', 'orders', 'https://other.example/'])(
    'refuses the unknown resource %s',
    (resource) => {
      expect(() => chooseResource([resource], known)).toThrow(
        expect.objectContaining({
          error: 'invalid_target',
          status: 400,
          refused: expect.objectContaining({ rule: 'resource.unknown', expected: known.join(' '), received: resource }),
        }),
      );
    },
  );

  test('refuses several at once, and a project without any', () => {
    expect(() => chooseResource(known, known)).toThrow(expect.objectContaining({ error: 'invalid_target' }));
    expect(() => chooseResource([], [])).toThrow(expect.objectContaining({ error: 'invalid_target' }));
  });
});
