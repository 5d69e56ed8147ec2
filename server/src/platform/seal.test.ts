import { describe, expect, test } from 'vitest';
import { deriveKey, keyOfCredential, seal, unseal } from './seal.js';

const key = Buffer.alloc(32, 1);

describe('domain rule 12: sealing with AES-256-GCM', () => {
  test.each(['', 'a private key', 'ünï¢ode 🔑', 'x'.repeat(100_000)])('opens what it closed', (plain) => {
    expect(unseal(key, seal(key, plain, 'here'), 'here')).toBe(plain);
  });

  test('does not show what it closed, and closes the same text differently each time', () => {
    const [first, second] = [seal(key, 'a private key', 'here'), seal(key, 'a private key', 'here')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64url').includes('private')).toBe(false);
  });

  test('opens with the same key and the same context only', () => {
    const sealed = seal(key, 'a private key', 'here');
    expect(() => unseal(Buffer.alloc(32, 2), sealed, 'here')).toThrow();
    expect(() => unseal(key, sealed, 'there')).toThrow();
  });

  test('refuses a value of which any byte was changed', () => {
    const bytes = Buffer.from(seal(key, 'abc', 'here'), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(() => unseal(key, changed.toString('base64url'), 'here'), `byte ${index}`).toThrow();
    }
  });

  test('refuses a value whose tag was cut short', () => {
    const bytes = Buffer.from(seal(key, '', 'here'), 'base64url');
    for (const length of [4, 12, 15])
      expect(() => unseal(key, bytes.subarray(0, 12 + length).toString('base64url'), 'here')).toThrow();
  });

  test.each(['', 'AAAA', 'not sealed at all'])('refuses %j', (value) => {
    expect(() => unseal(key, value, 'here')).toThrow();
  });
});

describe('RFC 5869: keys derived from a secret', () => {
  test('are 256 bits, the same for the same purpose, another for another', () => {
    expect(deriveKey(key, 'one')).toHaveLength(32);
    expect(deriveKey(key, 'one')).toEqual(deriveKey(key, 'one'));
    expect(deriveKey(key, 'one')).not.toEqual(deriveKey(key, 'two'));
    expect(deriveKey(key, 'one')).not.toEqual(deriveKey(Buffer.alloc(32, 9), 'one'));
  });

  test('RFC 5869 §3.3: a credential of our own needs no extraction; one key for each credential and purpose', () => {
    expect(keyOfCredential('one', 'a')).toHaveLength(32);
    expect(keyOfCredential('one', 'a')).toEqual(keyOfCredential('one', 'a'));
    expect(keyOfCredential('one', 'a')).not.toEqual(keyOfCredential('two', 'a'));
    expect(keyOfCredential('one', 'a')).not.toEqual(keyOfCredential('one', 'b'));
  });
});
