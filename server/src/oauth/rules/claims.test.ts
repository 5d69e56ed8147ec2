import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClaims, scopesOfClaims, userClaims } from './claims.js';

const ana = {
  email: 'ana@example.com',
  emailVerified: false,
  givenName: 'Ana',
  familyName: 'Lima',
  claims: {},
  updatedAt: 1_700_000_000,
};

describe('OpenID Connect Core §5.4: the claims of a scope', () => {
  test('openid alone brings no claim about the person', () => {
    expect(userClaims(ana, ['openid'], [])).toEqual({});
  });

  test('profile', () => {
    expect(userClaims(ana, ['openid', 'profile'], [])).toEqual({
      name: 'Ana Lima',
      given_name: 'Ana',
      family_name: 'Lima',
      updated_at: 1_700_000_000,
    });
  });

  test('email, with a boolean email_verified', () => {
    expect(userClaims(ana, ['email'], [])).toEqual({ email: 'ana@example.com', email_verified: false });
  });

  test('§5.3.2: what is empty is left out, never null or ""', () => {
    expect(userClaims({ ...ana, familyName: '' }, ['profile'], [])).toEqual({
      name: 'Ana',
      given_name: 'Ana',
      updated_at: 1_700_000_000,
    });
    const text = fc.constantFrom('', 'x');
    fc.assert(
      fc.property(text, text, (givenName, familyName) => {
        const claims = userClaims({ ...ana, givenName, familyName }, ['profile', 'email', 'address', 'phone'], []);
        for (const value of Object.values(claims)) expect([null, undefined, '']).not.toContain(value);
      }),
    );
  });
});

describe('OpenID Connect Core §5.5: the scopes that carry what is asked for by name', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ['{}', []],
    ['{"id_token":{"sub":null,"acr":{"essential":true},"auth_time":null}}', []],
    ['{"userinfo":{"phone_number":null}}', ['phone']],
    ['{"userinfo":{"email_verified":null},"id_token":{"zoneinfo":null,"email":null}}', ['profile', 'email']],
    ['{"userinfo":{"no_such_claim":null,"constructor":null}}', []],
  ])('%s', (claims, scopes) => expect(scopesOfClaims(readClaims(claims))).toEqual(scopes));
});
