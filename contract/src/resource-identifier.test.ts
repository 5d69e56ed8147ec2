import { describe, expect, it } from 'vitest';
import { resourceIdentifierFault } from './resource-identifier.js';

describe('RFC 8707 §2: the identifier of an API resource', () => {
  it.each([
    'https://api.example.com',
    'https://api.example.com/v1/',
    'https://api.example.com/v1?tenant=a%20b',
    'http://localhost:8080/api',
    'https://[::1]/api',
    'urn:example:orders',
    'api://orders',
    'com.example.orders:/api',
  ])('takes %s', (value) => {
    expect(resourceIdentifierFault(value)).toBeNull();
  });

  it.each([
    '',
    'orders',
    '/orders',
    '//api.example.com/orders',
    'https://api.example.com/#part',
    'urn:example:orders#',
    'https://api.example.com/a b',
    'https://api.example.com/\ta',
    'https://api.example.com/é',
    'https://api.example.com/%zz',
    'https://api.example.com/"x"',
    'https:',
    'https://',
    'https://api.example.com:99999/',
    ' https://api.example.com',
    '1a:b',
  ])('refuses %j', (value) => {
    expect(resourceIdentifierFault(value)).toEqual({
      code: 'identifier_invalid',
      message: 'Must be an absolute URI without #.',
    });
  });

  it('has a limit, which an index of the database sets', () => {
    const url = `https://api.example.com/${'a'.repeat(500)}`;
    expect(resourceIdentifierFault(url.slice(0, 500))).toBeNull();
    expect(resourceIdentifierFault(url)?.message).toBe('Use at most 500 characters.');
  });
});
