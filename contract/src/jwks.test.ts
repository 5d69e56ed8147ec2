import { describe, expect, test } from 'vitest';
import { jwksFault } from './jwks.js';

const ec = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
const rsa = { kty: 'RSA', n: 'n'.repeat(342), e: 'AQAB' };

describe('RFC 7517 §5: a JWKS of an application', () => {
  test.each([
    ['EC', [ec]],
    ['RSA with 2048 bits', [rsa]],
    ['Ed25519', [{ kty: 'OKP', crv: 'Ed25519', x: 'x', use: 'sig', kid: 'a' }]],
    ['one for encryption beside one that verifies', [{ ...rsa, use: 'enc' }, ec]],
  ])('%s is taken', (_, keys) => expect(jwksFault({ keys })).toBeNull());

  test.each([
    ['nothing', undefined, 'jwks_invalid'],
    ['a text', 'x', 'jwks_invalid'],
    ['a list', [ec], 'jwks_invalid'],
    ['one key alone', ec, 'jwks_invalid'],
    ['no key', { keys: [] }, 'jwks_invalid'],
    ['a key that is a text', { keys: ['x'] }, 'jwks_invalid'],
    ['21 keys', { keys: Array.from({ length: 21 }, () => ec) }, 'jwks_invalid'],
    ['a private EC key', { keys: [{ ...ec, d: 'd' }] }, 'jwks_private'],
    ['a private RSA key beside a public one', { keys: [ec, { ...rsa, p: 'p' }] }, 'jwks_private'],
    ['a shared key', { keys: [{ kty: 'oct', k: 'k' }] }, 'jwks_private'],
    ['an EC key without y', { keys: [{ kty: 'EC', crv: 'P-256', x: 'x' }] }, 'jwks_invalid'],
    ['an unknown kind', { keys: [{ kty: 'XY' }] }, 'jwks_invalid'],
    ['a kind that every object has', { keys: [{ kty: 'constructor' }] }, 'jwks_invalid'],
    ['RSA with 1024 bits', { keys: [{ ...rsa, n: 'n'.repeat(171) }] }, 'jwks_invalid'],
    ['only keys for encryption', { keys: [{ ...rsa, use: 'enc' }] }, 'jwks_invalid'],
    ['only P-384', { keys: [{ ...ec, crv: 'P-384' }] }, 'jwks_invalid'],
  ])('%s is refused', (_, value, code) => expect(jwksFault(value)?.code).toBe(code));
});
