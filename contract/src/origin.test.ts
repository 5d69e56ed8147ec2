import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { originFault, originFaults, suggestedOrigin } from './origin.js';

/** Any UTF-16 unit, lone surrogates and control characters included. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

describe('domain rule 4: origins that may be allowed', () => {
  test.each([
    '*',
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:3000',
    'http://[::1]:3000',
    'http://app.example.com',
  ])('%s may', (origin) => {
    expect(originFault(origin)).toBeNull();
  });

  test.each([
    ['origin_path', 'https://app.example.com/'],
    ['origin_path', 'https://app.example.com/path'],
    ['origin_path', 'https://app.example.com?x'],
    ['origin_path', 'https://app.example.com#x'],
    ['origin_path', 'https://APP.example.com'],
    ['origin_path', 'HTTPS://app.example.com'],
    ['origin_path', 'https://app.example.com:443'],
    ['origin_path', 'http://app.example.com:80'],
    ['origin_path', 'https://bücher.example'],
    ['origin_scheme', 'app.example.com'],
    ['origin_scheme', '//app.example.com'],
    ['origin_scheme', 'null'],
    ['origin_scheme', ''],
    ['origin_scheme', 'ftp://app.example.com'],
    ['origin_scheme', 'chrome-extension://abc'],
    ['origin_invalid', 'https://*.example.com'],
    ['origin_invalid', 'https://app.example.com https://b.example'],
    ['origin_invalid', 'https://'],
    ['origin_scheme', 'https:\\\\app.example.com'],
    ['origin_scheme', 'javascript:alert(1)'],
    ['origin_invalid', 'https://user@app.example.com'],
    ['origin_invalid', `https://${'a'.repeat(300)}.example`],
  ])('%s: %s', (code, origin) => {
    expect(originFault(origin)?.code).toBe(code);
  });

  test('RFC 6454 §6.2: what may be allowed is * or exactly what a browser would send', () => {
    const origin = fc
      .tuple(
        fc.constantFrom('https://', 'http://', 'HTTPS://', 'ftp://', 'https:', ''),
        fc.constantFrom('app.example.com', 'APP.example.com', 'localhost', '[::1]', 'user@a.example', '*', 'a b', ''),
        fc.constantFrom('', ':8443', ':443', ':80', ':', ':99999'),
        fc.constantFrom('', '', '/', '/path', '?', '#'),
      )
      .map((parts) => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(origin, fc.string({ unit: anyCharacter })), (value) => {
        if (originFault(value) !== null) return;
        accepted += 1;
        expect(value === '*' || new URL(value).origin === value).toBe(true);
      }),
      { numRuns: 3000 },
    );
    // The generator does reach what may be allowed, or this would prove nothing.
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('a list of origins', () => {
  const codes = (values: string[]) => originFaults(values).map(({ index, fault }) => [index, fault.code]);

  test('* stands alone', () => {
    expect(codes(['*'])).toEqual([]);
    expect(codes(['https://a.example', '*'])).toEqual([[1, 'origin_wildcard_mixed']]);
    expect(codes(['*', '*'])).toEqual([
      [0, 'origin_wildcard_mixed'],
      [1, 'origin_duplicate'],
    ]);
  });

  test('no origin stands twice', () => {
    expect(codes(['https://a.example', 'https://b.example', 'https://a.example'])).toEqual([[2, 'origin_duplicate']]);
  });
});

test('the origin meant is suggested where there is one', () => {
  expect(suggestedOrigin('https://App.example.com/path')).toBe('https://app.example.com');
  expect(suggestedOrigin('https://app.example.com')).toBeNull();
  expect(suggestedOrigin('app.example.com')).toBeNull();
  expect(suggestedOrigin('myapp:/x')).toBeNull();
});
