import { describe, expect, test } from 'vitest';
import { equalInConstantTime, hmac, sha256 } from './hash.js';

describe('hashes', () => {
  test('FIPS 180-4: SHA-256 of "abc", in base64url', () => {
    const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256('abc')).toBe(Buffer.from(hex, 'hex').toString('base64url'));
  });

  test('RFC 4231 §4.3: HMAC-SHA-256 with the key "Jefe"', () => {
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    expect(hmac(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      Buffer.from(hex, 'hex').toString('base64url'),
    );
  });

  test('strings are equal only when every character is', () => {
    expect(equalInConstantTime('secret', 'secret')).toBe(true);
    expect(equalInConstantTime('', '')).toBe(true);
    for (const other of ['Secret', 'secret ', 'secre', '', 'secret\0'])
      expect(equalInConstantTime('secret', other)).toBe(false);
  });
});
