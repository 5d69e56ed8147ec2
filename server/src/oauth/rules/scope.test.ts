import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OAuthError } from '../errors.js';
import { narrowScope, openIdScopes, readScope } from './scope.js';

function refusalOf(work: () => unknown): OAuthError {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('RFC 6749 §3.3: reading a scope', () => {
  test('keeps the order sent', () => {
    expect(readScope('email openid', openIdScopes)).toEqual(['email', 'openid']);
  });

  test('takes a repeated scope once, and blanks as no scope', () => {
    expect(readScope(' openid  openid ', openIdScopes)).toEqual(['openid']);
    expect(readScope('   ', openIdScopes)).toEqual([]);
  });

  test('a scope left out is an empty one', () => {
    expect(readScope(undefined, openIdScopes)).toEqual([]);
  });

  test('refuses an unknown scope by name, with what was allowed', () => {
    const { error, status, refused } = refusalOf(() => readScope('openid admin', ['openid', 'email']));
    expect([error, status]).toEqual(['invalid_scope', 400]);
    expect(refused).toMatchObject({ rule: 'scope.not_granted', expected: 'openid email', received: 'admin' });
  });

  test('scopes are case-sensitive', () => {
    expect(refusalOf(() => readScope('OpenID', openIdScopes)).refused.rule).toBe('scope.not_granted');
  });

  test.each(['open"id', 'open\\id', 'öpenid', 'open\tid', 'openid\n', 'open\u007fid'])(
    'refuses the characters of %j, even if such a scope were allowed',
    (scope) => {
      expect(refusalOf(() => readScope(scope, [scope])).refused.rule).toBe('scope.malformed');
    },
  );
});

describe('RFC 6749 §6: the scope of a refresh', () => {
  test('left out, it is what was granted', () => {
    expect(narrowScope(undefined, 'openid email')).toBe('openid email');
    expect(narrowScope(undefined, '')).toBe('');
  });

  test('may be a part of what was granted', () => {
    expect(narrowScope('email', 'openid email profile')).toBe('email');
  });

  test('may not be more', () => {
    const { error, refused } = refusalOf(() => narrowScope('openid email', 'openid'));
    expect(error).toBe('invalid_scope');
    expect(refused).toMatchObject({ rule: 'scope.not_granted', expected: 'openid', received: 'email' });
    expect(refusalOf(() => narrowScope('openid', '')).error).toBe('invalid_scope');
  });

  test('is never wider than the grant, whatever is asked for', () => {
    const scopes = fc.array(fc.constantFrom(...openIdScopes, 'other', 'OPENID', ''), { maxLength: 6 });
    fc.assert(
      fc.property(scopes, fc.subarray([...openIdScopes]), (asked, granted) => {
        let narrowed: string;
        try {
          narrowed = narrowScope(asked.join(' '), granted.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError);
          return;
        }
        for (const scope of narrowed.split(' ').filter(Boolean)) expect(granted).toContain(scope);
      }),
    );
  });
});
