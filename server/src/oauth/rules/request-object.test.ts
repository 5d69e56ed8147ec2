import { describe, expect, test } from 'vitest';
import { isRegisteredRequestUri, mergeRequestObject, withoutCredentials } from './request-object.js';

const outer: [string, string][] = [
  ['client_id', 'web'],
  ['state', 'outside'],
  ['prompt', 'login'],
  ['request', 'the object'],
];

describe('the parameters of a request with a request object', () => {
  test('OpenID Connect Core §6.1: those inside win, those outside fill up', () => {
    const claims = { iss: 'web', aud: 'x', exp: 1, state: 'inside', nonce: 'n' };
    expect(Object.fromEntries(mergeRequestObject(undefined, claims, outer))).toEqual({
      client_id: 'web',
      state: 'inside',
      nonce: 'n',
      prompt: 'login',
    });
  });

  test.each(['oauth-authz-req+jwt', 'application/OAUTH-AUTHZ-REQ+JWT'])(
    'RFC 9101 §5: of an object typed %s nothing outside counts but the client',
    (typ) => {
      expect(Object.fromEntries(mergeRequestObject(typ, { nonce: 'n' }, outer))).toEqual({
        client_id: 'web',
        nonce: 'n',
      });
    },
  );

  test('RFC 9101 §4: numbers and objects become text, resource may be a list, null is nothing', () => {
    const claims = {
      max_age: 60,
      claims: { userinfo: { name: null } },
      resource: ['https://a', 'https://b'],
      nonce: null,
    };
    expect(mergeRequestObject('JWT', claims, [])).toEqual([
      ['max_age', '60'],
      ['claims', '{"userinfo":{"name":null}}'],
      ['resource', 'https://a'],
      ['resource', 'https://b'],
    ]);
  });

  test('what authenticates a client is never kept', () => {
    const secrets: [string, string][] = [
      ['client_secret', 'x'],
      ['client_assertion', 'x'],
      ['client_assertion_type', 'x'],
    ];
    expect(withoutCredentials(secrets)).toEqual([]);
    expect(mergeRequestObject('JWT', Object.fromEntries(secrets), secrets)).toEqual([]);
  });
});

test('OpenID Connect Core §6.2: a registered request_uri; the fragment is a hash of the content', () => {
  const registered = ['https://app.example/request.jwt#abc', 'https://app.example/other?x=1'];
  for (const uri of [
    'https://app.example/request.jwt#abc',
    'https://app.example/request.jwt#new',
    'https://app.example/other?x=1',
  ])
    expect(isRegisteredRequestUri(registered, uri)).toBe(true);
  for (const uri of [
    'https://app.example/request.jwt2',
    'https://app.example/other',
    'https://evil.example/request.jwt#abc',
    '',
  ])
    expect(isRegisteredRequestUri(registered, uri)).toBe(false);
});
