import { describe, expect, test } from 'vitest';
import { newClientId, newCredential, newId, newOrderedId, randomSecret } from './random.js';

const prefixes = ['tes_ac_', 'tes_at_', 'tes_rt_', 'tes_cs_', 'tes_su_', ''] as const;

describe('domain rule 13: credentials', () => {
  test.each(prefixes)('%j and 256 random bits in base64url', (prefix) => {
    const credential = newCredential(prefix);
    expect(credential.startsWith(prefix)).toBe(true);
    const random = credential.slice(prefix.length);
    expect(random).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(random, 'base64url')).toHaveLength(32);
  });

  test('RFC 6749 §10.10: never come twice', () => {
    for (const make of [() => newCredential('tes_rt_'), newId, newOrderedId, newClientId])
      expect(new Set(Array.from({ length: 1000 }, make)).size).toBe(1000);
  });

  test('RFC 9562 §5.4: ids are UUIDs of version 4', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('RFC 9562 §5.7: ordered ids are UUIDs of version 7, each after the one before', () => {
    const made = Array.from({ length: 10_000 }, newOrderedId);
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  test('a client id has 128 bits in hex', () => {
    expect(newClientId()).toMatch(/^[0-9a-f]{32}$/);
  });

  test('RFC 9562 §5.7: ordered ids are UUIDs of version 7 that sort as they were made, thousands in a millisecond as well', () => {
    const ids = Array.from({ length: 20_000 }, newOrderedId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 100))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16);
    expect(Math.abs(time - Date.now())).toBeLessThan(60_000);
  });
});

test('secret bytes are given out once, whatever their length, and stay what they were', () => {
  const secrets = Array.from({ length: 3_000 }, (_, index) => randomSecret(12 + (index % 3) * 10));
  const seen = secrets.map((secret) => secret.toString('hex'));
  expect(new Set(seen.map((text) => text.slice(0, 24))).size).toBe(3_000);
  randomSecret(4_096);
  expect(secrets.map((secret) => secret.toString('hex'))).toEqual(seen);
  expect(secrets.every((secret) => secret.some((byte) => byte !== 0))).toBe(true);
});
