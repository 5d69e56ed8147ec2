import { describe, expect, it } from 'vitest';
import { challengeOf, isVerifier, newVerifier } from './pkce';

// The example of RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('PKCE in the browser', () => {
  it('RFC 7636 appendix B: makes the S256 challenge of a verifier', async () => {
    expect(await challengeOf(verifier, 'S256')).toBe(challenge);
  });

  it('RFC 7636 §4.2: a plain challenge is the verifier', async () => {
    expect(await challengeOf(verifier, 'plain')).toBe(verifier);
  });

  it('RFC 7636 §4.1: makes verifiers of 43 allowed characters, each another', () => {
    const made = Array.from({ length: 20 }, newVerifier);
    expect(made.every((each) => each.length === 43 && isVerifier(each))).toBe(true);
    expect(new Set(made).size).toBe(20);
  });

  it.each([['a'.repeat(42)], ['a'.repeat(129)], [`${'a'.repeat(42)}+`], ['']])('RFC 7636 §4.1: %s is none', (text) => {
    expect(isVerifier(text)).toBe(false);
  });
});
