import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redirectUriFault, redirectUriFaults } from './redirect-uri.js';

/** Any UTF-16 unit, lone surrogates and control characters included. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

describe('domain rule 3, RFC 8252 §7.1: redirect URLs that may be registered, private-use schemes among them', () => {
  test.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com:8443/cb?tenant=1&x=%20',
    'https://xn--bcher-kva.example/cb',
    'http://localhost/cb',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'com.example.app:/oauth2redirect',
    'com.example.app://callback',
  ])('%s may', (uri) => {
    expect(redirectUriFault(uri)).toBeNull();
  });

  test.each([
    ['redirect_invalid', 'https://app.example.com/日本'],
    ['redirect_invalid', 'https://bücher.example/cb'],
    ['redirect_insecure', 'http://app.example.com/cb'],
    ['redirect_insecure', 'http://localhost.evil.example/cb'],
    ['redirect_insecure', 'http://127.0.0.1.evil.example/cb'],
    ['redirect_insecure', 'http://127.0.0.2/cb'],
    ['redirect_insecure', 'http://[::2]/cb'],
    ['redirect_insecure', 'http://0.0.0.0/cb'],
    ['redirect_fragment', 'https://app.example.com/cb#top'],
    ['redirect_fragment', 'https://app.example.com/cb#'],
    ['redirect_fragment', 'com.example.app:/cb#x'],
    ['redirect_wildcard', 'https://*.example.com/cb'],
    ['redirect_wildcard', 'https://app.example.com/*'],
    ['redirect_wildcard', '*'],
    ['redirect_scheme', 'javascript:alert(1)'],
    ['redirect_scheme', 'JavaScript:alert(1)'],
    ['redirect_scheme', 'data:text/html,x'],
    ['redirect_scheme', 'vbscript:x'],
    ['redirect_scheme', 'file:///etc/passwd'],
    ['redirect_scheme', 'blob:https://app.example.com/x'],
    ['redirect_scheme', 'ftp://app.example.com/cb'],
    ['redirect_scheme', 'ws://app.example.com/cb'],
    ['redirect_invalid', ''],
    ['redirect_invalid', '/callback'],
    ['redirect_invalid', 'app.example.com/callback'],
    ['redirect_invalid', '//app.example.com/callback'],
    ['redirect_invalid', 'https://'],
    ['redirect_invalid', 'https://app.example.com/a b'],
    ['redirect_invalid', ' https://app.example.com/cb'],
    ['redirect_invalid', 'https://app.example.com/cb\n'],
    ['redirect_invalid', 'java\tscript:alert(1)'],
    ['redirect_invalid', 'https:\\\\app.example.com\\cb'],
    ['redirect_invalid', 'https://user@app.example.com/cb'],
    ['redirect_invalid', 'https://user:pw@app.example.com/cb'],
    ['redirect_invalid', 'myapp:/callback'],
    ['redirect_invalid', 'mailto:a@b.example'],
    ['redirect_invalid', `https://app.example.com/${'a'.repeat(2000)}`],
  ])('%s: %s', (code, uri) => {
    expect(redirectUriFault(uri)?.code).toBe(code);
  });

  test('every text gets an answer, and what may be registered is a URL without fragment', () => {
    const url = fc
      .tuple(
        fc.constantFrom('https://', 'http://', 'HTTPS://', 'com.example.app:/', 'javascript:', 'https:/', ''),
        fc.constantFrom('app.example.com', 'localhost', '127.0.0.1', '[::1]', 'user@', '*', 'a b', ''),
        fc.constantFrom('', ':8443', ':', ':99999'),
        fc.constantFrom('', '/', '/cb', '/*', '/a\\b', '/%zz'),
        fc.constantFrom('', '?', '?a=1', '#', '#x', '?a#b'),
      )
      .map((parts) => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(url, fc.string({ unit: anyCharacter })), (value) => {
        if (redirectUriFault(value) !== null) return;
        accepted += 1;
        expect(URL.canParse(value)).toBe(true);
        expect(value).not.toMatch(/[#*\s]/);
        const { protocol, hostname } = new URL(value);
        if (protocol === 'http:') expect(['localhost', '127.0.0.1', '[::1]']).toContain(hostname);
        else expect(protocol === 'https:' || protocol.includes('.')).toBe(true);
      }),
      { numRuns: 3000 },
    );
    // The generator does reach what may be registered, or this would prove nothing.
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('a list of redirect URLs', () => {
  test('says the index of each fault', () => {
    const faults = redirectUriFaults([
      'https://a.example/',
      'http://a.example/',
      'https://a.example/',
      'https://a.example/#',
    ]);
    expect(faults.map(({ index, fault }) => [index, fault.code])).toEqual([
      [1, 'redirect_insecure'],
      [2, 'redirect_duplicate'],
      [3, 'redirect_fragment'],
    ]);
  });
});
