import { invalidScope } from '../errors.js';

/** Scopes every suite knows (OpenID Connect Core §5.4, §11). */
export const openIdScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

/** Reads a scope parameter: distinct tokens in the order sent (RFC 6749 §3.3). Throws `invalid_scope`. */
export function readScope(scope: string | undefined, allowed: readonly string[]): string[] {
  if (scope === undefined) return [];
  const tokens = [...new Set(scope.split(' ').filter((token) => token !== ''))];
  for (const token of tokens) {
    if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(token))
      throw invalidScope('The scope has characters that are not allowed', {
        rule: 'scope.malformed',
        reason: 'A scope has printable ASCII characters without quotes, backslash and blanks.',
      });
    if (!allowed.includes(token))
      throw invalidScope('A requested scope is not known or not allowed for this application', {
        rule: 'scope.not_granted',
        reason: `The application may not ask for “${token}”.`,
        expected: allowed.length > 0 ? allowed.join(' ') : '(no scope)',
        received: token,
      });
  }
  return tokens;
}

/** The narrower scope of a refresh: all of what was granted, or a part of it (RFC 6749 §6). */
export function narrowScope(requested: string | undefined, granted: string): string {
  if (requested === undefined) return granted;
  return readScope(requested, granted.split(' ')).join(' ');
}
