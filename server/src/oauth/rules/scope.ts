import { invalidScope, type Refused } from '../errors.js';
import type { Resource } from './resource.js';

/** Scopes every suite knows (OpenID Connect Core §5.4, §11). */
export const openIdScopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];

/**
 * Reads a scope parameter: distinct tokens in the order sent (RFC 6749 §3.3). Each must be one of `openId` or a scope
 * that the application is allowed of one of the chosen resources. Throws `invalid_scope`.
 */
export function readScope(
  scope: string | undefined,
  openId: readonly string[],
  resources: readonly Resource[],
): string[] {
  const tokens = readTokens(scope);
  if (tokens.length === 0) return tokens;
  const allowed = [...openId, ...resources.flatMap((resource) => resource.scopes.map(({ name }) => name))];
  for (const token of tokens) {
    if (allowed.includes(token)) continue;
    const owner = resources.find((resource) => resource.otherScopes.includes(token));
    throw refusedScope(token, allowed, {
      rule: owner ? 'scope.not_granted' : 'scope.unknown',
      reason: owner
        ? `The application is not allowed “${token}” of ${owner.identifier}.`
        : `No chosen API resource has a scope “${token}”.`,
    });
  }
  return tokens;
}

/** The narrower scope of a refresh: all of what was granted, or a part of it (RFC 6749 §6). */
export function narrowScope(requested: string | undefined, granted: string): string {
  if (requested === undefined) return granted;
  const known = granted.split(' ').filter((token) => token !== '');
  const tokens = readTokens(requested);
  for (const token of tokens)
    if (!known.includes(token))
      throw refusedScope(token, known, { rule: 'scope.not_granted', reason: `The grant does not have “${token}”.` });
  return tokens.join(' ');
}

function readTokens(scope: string | undefined): string[] {
  if (scope === undefined) return [];
  const tokens = [...new Set(scope.split(' ').filter((token) => token !== ''))];
  for (const token of tokens)
    if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(token))
      throw invalidScope('The scope has characters that are not allowed', {
        rule: 'scope.malformed',
        reason: 'A scope has printable ASCII characters without quotes, backslash and blanks.',
      });
  return tokens;
}

function refusedScope(received: string, allowed: readonly string[], refused: Pick<Refused, 'rule' | 'reason'>) {
  return invalidScope('A requested scope is not known or not allowed for this application', {
    ...refused,
    expected: allowed.length > 0 ? allowed.join(' ') : '(no scope)',
    received,
  });
}

/**
 * What of a granted scope stands in a token: OpenID scopes, and of the audience's scopes those that the application is
 * still allowed and the person has. `roleIds` are the person's roles; null where the client acts for itself.
 */
export function scopeInToken(granted: string, audience: Resource, roleIds: readonly string[] | null): string {
  const stands = (token: string) => {
    if (openIdScopes.includes(token)) return true;
    const scope = audience.scopes.find(({ name }) => name === token);
    return scope !== undefined && (roleIds === null || isHeld(scope.roleIds, roleIds));
  };
  return granted.split(' ').filter(stands).join(' ');
}

/** A scope that no role carries is everybody's; otherwise one of the roles that carry it is needed. */
function isHeld(carriedBy: readonly string[], roleIds: readonly string[]): boolean {
  return carriedBy.length === 0 || carriedBy.some((id) => roleIds.includes(id));
}

const sentences: Record<string, string> = {
  profile: 'See your name and profile',
  email: 'See your e-mail address',
  address: 'See your postal address',
  phone: 'See your phone number',
  offline_access: 'Keep access while you are away, until you take it back',
};

/** A scope as sentences for the consent page, each once; `openid` has none, as it only says that people sign in. */
export function scopeSentences(scope: string, resources: readonly Resource[]): string[] {
  const said = scope.split(' ').flatMap((token) => {
    if (openIdScopes.includes(token)) return sentences[token] ?? [];
    return scopesNamed(token, resources).map(({ scope: { description } }) => description || token);
  });
  return [...new Set(said)];
}

/**
 * What a person agrees to, as it is remembered: OpenID scopes by name, scopes of an API with its identifier in front,
 * so that consent to `read` of one API is none to `read` of another.
 */
export function consentTokens(scope: string, resources: readonly Resource[]): string[] {
  return scope.split(' ').flatMap((token) => {
    if (token === '') return [];
    if (openIdScopes.includes(token)) return [token];
    return scopesNamed(token, resources).map(({ identifier }) => `${identifier}#${token}`);
  });
}

function scopesNamed(name: string, resources: readonly Resource[]) {
  return resources.flatMap(({ identifier, scopes }) =>
    scopes.filter((scope) => scope.name === name).map((scope) => ({ identifier, scope })),
  );
}
