import { describe, expect, test } from 'vitest';
import { OAuthError } from '../errors.js';
import { challengeOf, checkVerifier, readChallenge } from './pkce.js';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const publicClient = { required: true, plainAllowed: false };
const lenient = { required: false, plainAllowed: true };

function refusalOf(work: () => unknown): OAuthError {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the challenge of an authorization request', () => {
  test('RFC 7636 Appendix B: the example verifier has the example challenge', () => {
    expect(challengeOf(verifier)).toBe(challenge);
  });

  test('RFC 7636 §4.3: reads an S256 challenge', () => {
    expect(readChallenge(challenge, 'S256', publicClient)).toEqual({ value: challenge, method: 'S256' });
  });

  test('RFC 7636 §4.3: a challenge without a method means plain', () => {
    expect(readChallenge(verifier, undefined, lenient)).toEqual({ value: verifier, method: 'plain' });
  });

  test('RFC 7636 §4.3: a challenge without a method is refused where plain is not allowed', () => {
    const { error, refused } = refusalOf(() => readChallenge(challenge, undefined, publicClient));
    expect(error).toBe('invalid_request');
    expect(refused).toMatchObject({
      rule: 'pkce.method',
      expected: 'S256',
      received: '(left out, which means plain)',
    });
  });

  test.each(['plain', 's256', 'S512', 'none'])(
    'RFC 7636 §4.4.1: the method %s is refused where only S256 is allowed',
    (method) => {
      const { error, refused } = refusalOf(() => readChallenge(challenge, method, publicClient));
      expect(error).toBe('invalid_request');
      expect(refused).toMatchObject({ rule: 'pkce.method', expected: 'S256', received: method });
    },
  );

  test('RFC 7636 §4.4.1: an unknown method is refused even where plain is allowed', () => {
    expect(refusalOf(() => readChallenge(challenge, 'S512', lenient)).refused).toMatchObject({
      rule: 'pkce.method',
      expected: 'S256 or plain',
      received: 'S512',
    });
  });

  test('RFC 7636 §4.4.1: no challenge is refused where PKCE is required, and means none where it is not', () => {
    const { error, refused } = refusalOf(() => readChallenge(undefined, undefined, publicClient));
    expect(error).toBe('invalid_request');
    expect(refused).toMatchObject({ rule: 'pkce.missing', expected: 'code_challenge' });
    expect(readChallenge(undefined, undefined, lenient)).toBeNull();
  });

  test('RFC 9700 §2.1.1: a method without a challenge is refused, not taken for a request without PKCE', () => {
    expect(refusalOf(() => readChallenge(undefined, 'S256', lenient)).refused.rule).toBe('pkce.missing');
  });

  test.each([
    ['42 characters', challenge.slice(1)],
    ['44 characters', `${challenge}A`],
    ['base64 with +', `+${challenge.slice(1)}`],
    ['padding', `${challenge.slice(1)}=`],
    ['a line break at the end', `${challenge.slice(1)}\n`],
  ])('RFC 7636 §4.2: refuses an S256 challenge of %s', (_, value) => {
    const { error, refused } = refusalOf(() => readChallenge(value, 'S256', lenient));
    expect(error).toBe('invalid_request');
    expect(refused).toMatchObject({ rule: 'pkce.challenge', received: `${value.length} characters` });
  });

  test.each([
    [42, false],
    [43, true],
    [128, true],
    [129, false],
  ])('RFC 7636 §4.1: a plain challenge of %i characters: accepted is %s', (length, accepted) => {
    const value = 'a'.repeat(length);
    if (accepted) expect(readChallenge(value, 'plain', lenient)?.value).toBe(value);
    else expect(refusalOf(() => readChallenge(value, 'plain', lenient)).refused.rule).toBe('pkce.challenge');
  });
});

describe('the verifier of a token request', () => {
  const s256 = { value: challenge, method: 'S256' } as const;

  test('RFC 7636 §4.6: accepts the verifier of the challenge', () => {
    expect(() => checkVerifier(s256, verifier)).not.toThrow();
    expect(() => checkVerifier({ value: verifier, method: 'plain' }, verifier)).not.toThrow();
  });

  test('RFC 7636 §4.6: rejects a verifier that does not match, and says both hashes', () => {
    const wrong = `${verifier.slice(0, -1)}X`;
    const { error, refused } = refusalOf(() => checkVerifier(s256, wrong));
    expect(error).toBe('invalid_grant');
    expect(refused).toMatchObject({ rule: 'pkce.verifier', expected: challenge, received: challengeOf(wrong) });
  });

  test('RFC 7636 §4.6: a wrong plain verifier is refused without writing either down', () => {
    const { refused } = refusalOf(() => checkVerifier({ value: verifier, method: 'plain' }, `${verifier.slice(1)}X`));
    expect(refused.rule).toBe('pkce.verifier');
    expect(JSON.stringify(refused)).not.toContain(verifier.slice(1));
  });

  test('RFC 7636 §4.6: the challenge itself is no verifier of S256', () => {
    expect(refusalOf(() => checkVerifier(s256, challenge)).refused.rule).toBe('pkce.verifier');
  });

  test('RFC 7636 §4.5: rejects a missing verifier', () => {
    const { error, refused } = refusalOf(() => checkVerifier(s256, undefined));
    expect(error).toBe('invalid_grant');
    expect(refused).toMatchObject({ rule: 'pkce.verifier', expected: 'code_verifier' });
  });

  test.each([
    ['too short', 'a'.repeat(42)],
    ['too long', 'a'.repeat(129)],
    ['characters outside of the set', `${'a'.repeat(42)}+`],
    ['a line break at the end', `${'a'.repeat(43)}\n`],
  ])('RFC 7636 §4.1: rejects a verifier that is %s even when its hash matches', (_, malformed) => {
    const matching = { value: challengeOf(malformed), method: 'S256' } as const;
    expect(refusalOf(() => checkVerifier(matching, malformed)).refused).toMatchObject({
      rule: 'pkce.verifier',
      expected: '43 to 128 unreserved characters',
    });
  });

  test('RFC 9700 §4.8.2: a verifier without a challenge is a downgrade', () => {
    const { error, refused } = refusalOf(() => checkVerifier(null, verifier));
    expect(error).toBe('invalid_grant');
    expect(refused.rule).toBe('pkce.downgrade');
    expect(() => checkVerifier(null, undefined)).not.toThrow();
  });
});
