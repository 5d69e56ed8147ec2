import { describe, expect, test } from 'vitest';
import { type OperationId, paths } from './paths.js';
import { problems } from './problems.js';
import { type Route, routes } from './routes.js';

const operations = Object.entries(routes) as [OperationId, Route][];

describe('the list of operations', () => {
  test('every operation has one method and path, and no two have the same', () => {
    expect(Object.keys(routes).sort()).toEqual(Object.keys(paths).sort());
    expect(new Set(Object.values(paths).map((path) => path.join(' '))).size).toBe(operations.length);
  });

  test.each(operations)('%s: its path, verb and answer fit together', (id, route) => {
    const [method, path] = paths[id];
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(route.params?.shape ?? {})).toEqual(named);
    expect(route.status === 204).toBe(route.answer === undefined);
    if (method === 'DELETE') expect(route.status).toBe(204);
    if (method === 'GET') expect([route.status, route.body]).toEqual([200, undefined]);
    if (method === 'PATCH') expect([route.status, route.etag]).toEqual([200, true]);
    if (route.status === 201) expect(method).toBe('POST');
    // What is addressed by an id may be gone.
    if (named.length > 0) expect(route.problems?.some((code) => code.endsWith('_not_found'))).toBe(true);
    for (const code of route.problems ?? []) expect(problems).toHaveProperty(code);
  });

  // Secrets, initial access tokens and keys are few: the store answers no more than a fixed number.
  test('no list is unbounded', () => {
    for (const [id, route] of operations) {
      if (!id.startsWith('list') || ['listSecrets', 'listRegistrationTokens', 'listSuiteKeys'].includes(id)) continue;
      expect(route.query?.safeParse({}).data, id).toMatchObject({ limit: 20 });
      expect(route.query?.safeParse({ limit: '101' }).success, id).toBe(false);
    }
  });
});

test('every problem has the status of an error, and a title', () => {
  for (const { status, title } of Object.values(problems)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z]/);
  }
});
