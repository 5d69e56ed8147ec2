import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OAuthError } from '../errors.js';
import type { Resource } from './resource.js';
import { consentTokens, narrowScope, openIdScopes, readScope, scopeInToken, scopeSentences } from './scope.js';

function refusalOf(work: () => unknown): OAuthError {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const orders: Resource = {
  identifier: 'https://api.example.com/orders',
  projectId: 'shop',
  scopes: [
    { name: 'read', description: 'See your orders', roleIds: [] },
    { name: 'refund', description: 'Give money back', roleIds: ['clerk', 'chief'] },
  ],
  otherScopes: ['erase'],
};
const stock: Resource = {
  identifier: 'https://api.example.com/stock',
  projectId: 'depot',
  scopes: [{ name: 'read', description: 'See what is in stock', roleIds: ['keeper'] }],
  otherScopes: [],
};

describe('RFC 6749 §3.3: reading a scope', () => {
  test('keeps the order sent', () => {
    expect(readScope('email read openid', openIdScopes, [orders])).toEqual(['email', 'read', 'openid']);
  });

  test('takes a repeated scope once, and blanks as no scope', () => {
    expect(readScope(' openid  openid ', openIdScopes, [])).toEqual(['openid']);
    expect(readScope('   ', openIdScopes, [])).toEqual([]);
  });

  test('a scope left out is an empty one', () => {
    expect(readScope(undefined, openIdScopes, [orders])).toEqual([]);
  });

  test('refuses an unknown scope by name, with what was allowed', () => {
    const { error, status, refused } = refusalOf(() => readScope('openid admin', ['openid'], [orders]));
    expect([error, status]).toEqual(['invalid_scope', 400]);
    expect(refused).toMatchObject({ rule: 'scope.unknown', expected: 'openid read refund', received: 'admin' });
  });

  test('says so when the resource has the scope, but the application is not allowed it', () => {
    const { refused } = refusalOf(() => readScope('erase', openIdScopes, [stock, orders]));
    expect(refused).toMatchObject({
      rule: 'scope.not_granted',
      reason: 'The application is not allowed “erase” of https://api.example.com/orders.',
    });
  });

  test('refuses a scope of a resource that was not chosen', () => {
    expect(refusalOf(() => readScope('refund', openIdScopes, [stock])).refused.rule).toBe('scope.unknown');
    expect(readScope('refund', openIdScopes, [stock, orders])).toEqual(['refund']);
  });

  test('scopes are case-sensitive', () => {
    expect(refusalOf(() => readScope('OpenID', openIdScopes, [])).refused.rule).toBe('scope.unknown');
    expect(refusalOf(() => readScope('READ', openIdScopes, [orders])).refused.rule).toBe('scope.unknown');
  });

  test.each(['open"id', 'open\\id', 'öpenid', 'open\tid', 'openid\n', 'open\u007fid'])(
    'refuses the characters of %j, even if such a scope were allowed',
    (scope) => {
      expect(refusalOf(() => readScope(scope, [scope], [])).refused.rule).toBe('scope.malformed');
      expect(refusalOf(() => narrowScope(scope, scope)).refused.rule).toBe('scope.malformed');
    },
  );
});

describe('RFC 6749 §6: the scope of a refresh', () => {
  test('left out, it is what was granted', () => {
    expect(narrowScope(undefined, 'openid email')).toBe('openid email');
    expect(narrowScope(undefined, '')).toBe('');
  });

  test('may be a part of what was granted', () => {
    expect(narrowScope('email', 'openid email read')).toBe('email');
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

describe('what of a granted scope stands in a token', () => {
  test('OpenID scopes, and the scopes of the audience alone', () => {
    expect(scopeInToken('openid read refund offline_access', stock, ['keeper'])).toBe('openid read offline_access');
    expect(scopeInToken('', orders, [])).toBe('');
  });

  test('a scope that no role carries is everybody’s; one that roles carry needs one of them', () => {
    expect(scopeInToken('read refund', orders, [])).toBe('read');
    expect(scopeInToken('read refund', orders, ['keeper'])).toBe('read');
    expect(scopeInToken('read refund', orders, ['chief'])).toBe('read refund');
    expect(scopeInToken('read', stock, ['clerk', 'chief'])).toBe('');
  });

  test('an application that acts for itself needs no role', () => {
    expect(scopeInToken('read refund', orders, null)).toBe('read refund');
  });

  test('what the application is not allowed any more is left out', () => {
    expect(scopeInToken('read erase gone', orders, null)).toBe('read');
  });
});

describe('the consent page', () => {
  test('says each scope in its sentence, and openid in none', () => {
    expect(scopeSentences('openid email read refund', [orders])).toEqual([
      'See your e-mail address',
      'See your orders',
      'Give money back',
    ]);
    expect(scopeSentences('', [orders])).toEqual([]);
  });

  test('says a name that two resources have in the sentences of both', () => {
    expect(scopeSentences('read', [orders, stock])).toEqual(['See your orders', 'See what is in stock']);
  });

  test('remembers for which resource a scope was agreed to', () => {
    expect(consentTokens('openid read', [orders, stock])).toEqual([
      'openid',
      'https://api.example.com/orders#read',
      'https://api.example.com/stock#read',
    ]);
    expect(consentTokens('', [orders])).toEqual([]);
  });
});
