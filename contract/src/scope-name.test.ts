import { describe, expect, it } from 'vitest';
import { scopeNameFault } from './scope-name.js';

describe('RFC 6749 §3.3: the name of a scope', () => {
  it.each(['read', 'orders:read', 'https://api.example.com/orders.read', '!', '~', "it's", 'a'.repeat(100)])(
    'takes %s',
    (name) => {
      expect(scopeNameFault(name)).toBeNull();
    },
  );

  it.each([
    ['', 'Enter a scope.'],
    ['read write', 'A scope has no spaces.'],
    ['read\t', 'A scope has no spaces.'],
    ['read\u00a0', 'A scope has no spaces.'],
    ['say"hi"', 'Use ASCII letters, digits and signs, without quotes and backslash.'],
    ['a\\b', 'Use ASCII letters, digits and signs, without quotes and backslash.'],
    ['größe', 'Use ASCII letters, digits and signs, without quotes and backslash.'],
    ['a\u0000', 'Use ASCII letters, digits and signs, without quotes and backslash.'],
    ['a'.repeat(101), 'Use at most 100 characters.'],
  ])('refuses %j: %s', (name, message) => {
    expect(scopeNameFault(name)).toEqual({ code: 'scope_invalid', message });
  });

  it.each(['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'OpenID'])(
    'leaves %s to OpenID Connect',
    (name) => {
      expect(scopeNameFault(name)?.message).toBe(`“${name}” is a scope of OpenID Connect itself. Choose another name.`);
    },
  );
});
