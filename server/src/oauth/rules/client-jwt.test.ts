import { describe, expect, test } from 'vitest';
import { assertionFault, isTyped, requestObjectFault } from './client-jwt.js';

const now = 1_700_000_000;
const audiences = ['https://id.example/suites/a', 'https://id.example/suites/a/token'];
const assertion = { iss: 'web', sub: 'web', aud: audiences[0], exp: now + 60, iat: now, jti: 'one' };

describe('RFC 7523 §3: the claims of a client assertion', () => {
  const faultOf = (change: Record<string, unknown>) =>
    assertionFault({ ...assertion, ...change }, { clientId: 'web', audiences, now })?.claim ?? null;

  test.each<[string, Record<string, unknown>]>([
    ['as they should be', {}],
    ['for the token endpoint', { aud: audiences[1] }],
    ['for several, one of them this issuer', { aud: ['https://other.example', audiences[0]] }],
    ['living an hour', { exp: now + 3_600 }],
    ['without iat', { iat: undefined }],
    ['with iat and nbf 10 s ahead', { iat: now + 10, nbf: now + 10 }],
    ['with parts of seconds', { exp: now + 0.5 }],
  ])('%s', (_, change) => expect(faultOf(change)).toBeNull());

  test.each<[string, Record<string, unknown>, string]>([
    ['another iss', { iss: 'other' }, 'iss'],
    ['no iss', { iss: undefined }, 'iss'],
    ['another sub', { sub: 'other' }, 'sub'],
    ['no sub', { sub: undefined }, 'sub'],
    ['another aud', { aud: 'https://other.example' }, 'aud'],
    ['aud with a slash more', { aud: `${audiences[0]}/` }, 'aud'],
    ['no aud', { aud: undefined }, 'aud'],
    ['an empty list as aud', { aud: [] }, 'aud'],
    ['aud in an object', { aud: { 0: audiences[0] } }, 'aud'],
    ['no exp', { exp: undefined }, 'exp'],
    ['exp as text', { exp: String(now + 60) }, 'exp'],
    ['exp now', { exp: now }, 'exp'],
    ['exp more than an hour ahead', { exp: now + 3_601 }, 'exp'],
    ['nbf 11 s ahead', { nbf: now + 11 }, 'nbf'],
    ['nbf as text', { nbf: '0' }, 'nbf'],
    ['iat 11 s ahead', { iat: now + 11 }, 'iat'],
    ['iat as text', { iat: String(now) }, 'iat'],
    ['no jti', { jti: undefined }, 'jti'],
    ['an empty jti', { jti: '' }, 'jti'],
    ['a jti that is no text', { jti: 1 }, 'jti'],
    ['a jti of 501 characters', { jti: 'x'.repeat(501) }, 'jti'],
  ])('refused: %s', (_, change, claim) => expect(faultOf(change)).toBe(claim));
});

describe('RFC 9101 §4: the claims of a request object about itself', () => {
  const faultOf = (claims: Record<string, unknown>) =>
    requestObjectFault(claims, { clientId: 'web', issuer: 'https://id.example/suites/a', now })?.claim ?? null;

  test.each<[string, Record<string, unknown>]>([
    ['none at all (OpenID Connect Core §6.1)', { response_type: 'code' }],
    ['all', { iss: 'web', aud: audiences[0], client_id: 'web', exp: now + 60, nbf: now + 10, iat: now }],
    ['aud as a list', { aud: ['https://other.example', audiences[0]] }],
    ['a person as sub', { sub: 'somebody' }],
  ])('%s', (_, claims) => expect(faultOf(claims)).toBeNull());

  test.each<[string, Record<string, unknown>, string]>([
    ['another iss', { iss: 'other' }, 'iss'],
    ['another client_id', { client_id: 'other' }, 'client_id'],
    ['another aud', { aud: 'https://other.example' }, 'aud'],
    ['exp now', { exp: now }, 'exp'],
    ['exp as text', { exp: '9999999999' }, 'exp'],
    ['nbf 11 s ahead', { nbf: now + 11 }, 'nbf'],
    ['RFC 9101 §10.8: the client as sub, as in a client assertion', { sub: 'web' }, 'sub'],
    ['RFC 9101 §4: request inside', { request: 'x' }, 'request'],
    ['RFC 9101 §4: request_uri inside', { request_uri: 'https://app.example/x' }, 'request_uri'],
  ])('refused: %s', (_, claims, claim) => expect(faultOf(claims)).toBe(claim));
});

test('RFC 8725 §3.11: a JWT of another kind does not pass', () => {
  for (const typ of [undefined, 'JWT', 'jwt', 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt'])
    expect(isTyped(typ, 'oauth-authz-req+jwt')).toBe(true);
  for (const typ of ['at+jwt', 'dpop+jwt', '', 1, null]) expect(isTyped(typ, 'oauth-authz-req+jwt')).toBe(false);
});
