import { createHash } from 'node:crypto';
import { invalidGrant, invalidRequest } from '../errors.js';

export interface Challenge {
  value: string;
  method: 'S256' | 'plain';
}

interface Policy {
  required: boolean;
  plainAllowed: boolean;
}

/** Reads code_challenge and code_challenge_method under the application's policy (RFC 7636 §4.3, §4.4.1). */
export function readChallenge(
  challenge: string | undefined,
  method: string | undefined,
  policy: Policy,
): Challenge | null {
  if (challenge === undefined) {
    if (method !== undefined)
      throw invalidRequest('code_challenge_method was sent without code_challenge', {
        rule: 'pkce.missing',
        reason: 'A challenge method needs a challenge.',
        expected: 'code_challenge',
      });
    if (policy.required)
      throw invalidRequest('code_challenge is required', {
        rule: 'pkce.missing',
        reason: 'PKCE applications must send code_challenge with S256.',
        expected: 'code_challenge',
      });
    return null;
  }
  // RFC 7636 §4.3: the default of code_challenge_method is plain.
  const used = method ?? 'plain';
  if (used !== 'S256' && !(used === 'plain' && policy.plainAllowed))
    throw invalidRequest('The code_challenge_method is not allowed, use S256', {
      rule: 'pkce.method',
      reason: used === 'plain' ? 'This application does not allow plain.' : 'The method is not known.',
      expected: policy.plainAllowed ? 'S256 or plain' : 'S256',
      received: method ?? '(left out, which means plain)',
    });
  const wellFormed = used === 'S256' ? /^[A-Za-z0-9_-]{43}$/ : /^[A-Za-z0-9._~-]{43,128}$/;
  if (!wellFormed.test(challenge))
    throw invalidRequest('The code_challenge is malformed', {
      rule: 'pkce.challenge',
      reason:
        'An S256 challenge is a SHA-256 in base64url: 43 characters. A plain one has 43 to 128 unreserved characters.',
      expected: used === 'S256' ? '43 base64url characters' : '43 to 128 unreserved characters',
      received: `${challenge.length} characters`,
    });
  return { value: challenge, method: used };
}

/** The S256 challenge of a verifier (RFC 7636 §4.2). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Checks a verifier against the challenge of the authorization request (RFC 7636 §4.6). */
export function checkVerifier(challenge: Challenge | null, verifier: string | undefined): void {
  if (challenge === null) {
    if (verifier === undefined) return;
    // RFC 9700 §4.8.2: a verifier without a challenge points at a downgrade.
    throw invalidGrant('A code_verifier was sent but the authorization request had no code_challenge', {
      rule: 'pkce.downgrade',
      reason: 'The code was asked for without a challenge, yet a verifier came.',
    });
  }
  if (verifier === undefined)
    throw invalidGrant('The code_verifier is missing', {
      rule: 'pkce.verifier',
      reason: 'The authorization request had a challenge, so the token request needs the verifier.',
      expected: 'code_verifier',
    });
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier))
    throw invalidGrant('The code_verifier does not match the code_challenge', {
      rule: 'pkce.verifier',
      reason: 'A verifier has 43 to 128 unreserved characters.',
      expected: '43 to 128 unreserved characters',
      received: `${verifier.length} characters`,
    });
  const computed = challenge.method === 'S256' ? challengeOf(verifier) : verifier;
  if (computed !== challenge.value)
    throw invalidGrant('The code_verifier does not match the code_challenge', {
      rule: 'pkce.verifier',
      reason:
        challenge.method === 'S256'
          ? 'SHA-256 of the verifier is not the challenge.'
          : 'The verifier is not the challenge.',
      ...(challenge.method === 'S256' ? { expected: challenge.value, received: computed } : {}),
    });
}
