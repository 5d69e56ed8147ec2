import { describe, expect, test } from 'vitest';
import { chooseAudience, chooseResource, chooseResources, listOf } from './resource.js';

const orders = { identifier: 'https://api.example.com/orders' };
const stock = { identifier: 'https://api.example.com/stock' };
const known = [orders, stock];
const invalidTarget = (rule: string) =>
  expect.objectContaining({ error: 'invalid_target', status: 400, refused: expect.objectContaining({ rule }) });

describe('RFC 8707 §2.1: the resources of an authorization', () => {
  test('are the default one when none is asked for', () => {
    expect(chooseResources([], known)).toEqual([orders]);
  });

  test('are those asked for, each once, in the order asked', () => {
    expect(chooseResources([stock.identifier, orders.identifier, stock.identifier], known)).toEqual([stock, orders]);
  });

  test('are refused when one is unknown', () => {
    expect(() => chooseResources([orders.identifier, 'urn:x'], known)).toThrow(invalidTarget('resource.unknown'));
    expect(() => chooseResources([], [])).toThrow(invalidTarget('resource.unknown'));
  });
});

describe('RFC 8707 §2: the audience of a token', () => {
  test('is the first resource of the project when none is asked for', () => {
    expect(chooseResource([], known)).toBe(orders);
  });

  test('is the resource asked for', () => {
    expect(chooseResource([stock.identifier], known)).toBe(stock);
  });

  test.each(['https://api.example.com/orders/', 'https://api.example.com', 'orders', 'https://other.example/'])(
    'refuses the unknown resource %s',
    (resource) => {
      expect(() => chooseResource([resource], known)).toThrow(
        expect.objectContaining({
          error: 'invalid_target',
          status: 400,
          refused: expect.objectContaining({ rule: 'resource.unknown', expected: listOf(known), received: resource }),
        }),
      );
    },
  );

  test('refuses several at once: a token has one audience', () => {
    expect(() => chooseResource([orders.identifier, stock.identifier], known)).toThrow(
      invalidTarget('resource.several'),
    );
    expect(chooseResource([stock.identifier, stock.identifier], known)).toBe(stock);
  });
});

describe('RFC 8707 §2.2: the audience of a token on a grant', () => {
  test('is the first granted resource when none is asked for, even if another is the default', () => {
    expect(chooseAudience([], listOf([stock, orders]), known)).toBe(stock);
  });

  test('is the granted resource asked for', () => {
    expect(chooseAudience([orders.identifier], listOf([stock, orders]), known)).toBe(orders);
  });

  test('is none that was not granted, although the application may name it', () => {
    expect(() => chooseAudience([stock.identifier], orders.identifier, known)).toThrow(
      expect.objectContaining({ refused: expect.objectContaining({ expected: orders.identifier }) }),
    );
  });

  test('is none that the application may not name any more', () => {
    const granted = listOf(known);
    expect(chooseAudience([], granted, [stock])).toBe(stock);
    expect(() => chooseAudience([orders.identifier], granted, [stock])).toThrow(invalidTarget('resource.unknown'));
  });

  test('a grant of which no resource is left is worth nothing', () => {
    expect(() => chooseAudience([], orders.identifier, [stock])).toThrow(
      expect.objectContaining({
        error: 'invalid_grant',
        refused: expect.objectContaining({ rule: 'resource.gone', received: orders.identifier }),
      }),
    );
  });
});
