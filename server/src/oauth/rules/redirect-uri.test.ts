import { describe, expect, test } from 'vitest';
import { explainMismatch, isRegisteredRedirectUri } from './redirect-uri.js';

const registered = ['https://app.example.com/callback', 'https://app.example.com/other?tenant=1'];

describe('RFC 9700 §2.1: redirect URIs are compared as strings', () => {
  test('the registered strings match', () => {
    for (const uri of registered) expect(isRegisteredRedirectUri(registered, uri, false)).toBe(true);
  });

  test.each([
    ['a longer path', 'https://app.example.com/callback/more'],
    ['a prefix', 'https://app.example.com/call'],
    ['a trailing slash', 'https://app.example.com/callback/'],
    ['an added query', 'https://app.example.com/callback?next=1'],
    ['an empty query', 'https://app.example.com/callback?'],
    ['another query', 'https://app.example.com/other?tenant=2'],
    ['a query left out', 'https://app.example.com/other'],
    ['a fragment', 'https://app.example.com/callback#top'],
    ['an empty fragment', 'https://app.example.com/callback#'],
    ['the host in capitals', 'https://APP.example.com/callback'],
    ['the path in capitals', 'https://app.example.com/Callback'],
    ['the scheme in capitals', 'HTTPS://app.example.com/callback'],
    ['http', 'http://app.example.com/callback'],
    ['the default port written out', 'https://app.example.com:443/callback'],
    ['another port', 'https://app.example.com:8443/callback'],
    ['a subdomain', 'https://evil.app.example.com/callback'],
    ['a longer host', 'https://app.example.com.evil.example/callback'],
    ['user information', 'https://app.example.com@evil.example/callback'],
    ['a path that climbs', 'https://app.example.com/x/../callback'],
    ['a percent-encoded letter', 'https://app.example.com/%63allback'],
    ['a blank in front', ' https://app.example.com/callback'],
    ['a line break at the end', 'https://app.example.com/callback\n'],
    ['a backslash', 'https://app.example.com\\callback'],
    ['nothing', ''],
  ])('%s does not match, for web and native clients', (_, requested) => {
    expect(isRegisteredRedirectUri(registered, requested, false)).toBe(false);
    expect(isRegisteredRedirectUri(registered, requested, true)).toBe(false);
  });
});

describe('RFC 8252 §7.3: the port of a loopback IP literal may vary for native clients', () => {
  const native = [
    'http://127.0.0.1/cb',
    'http://[::1]:8000/cb?x=1',
    'http://localhost:3000/cb',
    'http://127.0.0.1:9000',
  ];

  test.each([
    'http://127.0.0.1/cb',
    'http://127.0.0.1:49152/cb',
    'http://127.0.0.1:65535/cb',
    'http://[::1]/cb?x=1',
    'http://[::1]:50000/cb?x=1',
    'http://127.0.0.1:1',
  ])('%s matches for a native client', (requested) => {
    expect(isRegisteredRedirectUri(native, requested, true)).toBe(true);
  });

  test.each([
    ['another path', 'http://127.0.0.1:49152/cb2'],
    ['an added query', 'http://127.0.0.1:49152/cb?x=1'],
    ['the query left out', 'http://[::1]:50000/cb'],
    ['the name localhost', 'http://localhost:3001/cb'],
    ['another loopback address', 'http://127.0.0.2:49152/cb'],
    ['the IPv4 address in another spelling', 'http://127.1:49152/cb'],
    ['the IPv6 address in another spelling', 'http://[0:0:0:0:0:0:0:1]:50000/cb?x=1'],
    ['https', 'https://127.0.0.1:49152/cb'],
    ['a port above 65535', 'http://127.0.0.1:65536/cb'],
    ['an empty port', 'http://127.0.0.1:/cb'],
    ['a port that is no number', 'http://127.0.0.1:80a/cb'],
    ['user information that looks like a loopback address', 'http://127.0.0.1:80@evil.example/cb'],
    ['a host that begins like a loopback address', 'http://127.0.0.1.evil.example/cb'],
    ['a fragment', 'http://127.0.0.1:49152#/cb'],
  ])('%s does not match', (_, requested) => {
    expect(isRegisteredRedirectUri(native, requested, true)).toBe(false);
  });

  test('a web client has to use the registered port', () => {
    expect(isRegisteredRedirectUri(native, 'http://127.0.0.1:49152/cb', false)).toBe(false);
    expect(isRegisteredRedirectUri(native, 'http://127.0.0.1/cb', false)).toBe(true);
  });

  test('a loopback address does not stand in for a registered URI of another host', () => {
    expect(isRegisteredRedirectUri(['https://app.example.com/cb'], 'http://127.0.0.1:1/cb', true)).toBe(false);
  });
});

describe('the explanation of a mismatch', () => {
  test.each([
    ['https://app.example.com/callback/', 'trailing slash'],
    ['https://app.example.com/calback', 'path'],
    ['http://app.example.com/callback', 'scheme'],
    ['https://app.example.com:444/callback', 'port'],
    ['https://app.example.com/callback?a=1', 'query'],
    ['https://app.example.com/callback#a', 'fragment'],
    ['https://App.example.com/callback', 'spelling'],
    ['not a url', 'it is not a URL'],
  ])('%s differs in: %s', (requested, differs) => {
    expect(explainMismatch(registered, requested)).toEqual({ nearest: registered[0], differs });
  });

  test('names the registered URI with the fewest differences', () => {
    expect(explainMismatch(registered, 'https://app.example.com/other?tenant=2')).toEqual({
      nearest: 'https://app.example.com/other?tenant=1',
      differs: 'query',
    });
  });

  test('says when none is registered', () => {
    expect(explainMismatch([], 'https://a.example/')).toEqual({ nearest: null, differs: 'none is registered' });
  });
});
