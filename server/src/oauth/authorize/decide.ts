import { loginRequired, type OAuthError } from '../errors.js';
import { isTooOld } from '../rules/max-age.js';
import type { Prompt } from '../rules/prompt.js';

export type Decision =
  | { next: 'issue' }
  /** The person has to act: sign in (again), or choose the account. */
  | { next: 'sign-in'; mayContinue: boolean }
  | { next: 'refuse'; error: OAuthError };

/** Decides what an authorization request needs (OpenID Connect Core §3.1.2.3). Pure; times are Unix seconds. */
export function decide(
  request: { prompt: Prompt[]; maxAge: number | null },
  session: { authTime: number } | undefined,
  now: number,
): Decision {
  const fresh = session !== undefined && !isTooOld(session.authTime, request.maxAge, now);
  if (request.prompt.includes('none')) {
    if (fresh) return { next: 'issue' };
    const reason = session
      ? 'The session is older than max_age.'
      : 'Silent sign-in was asked for, but there is no session.';
    return { next: 'refuse', error: loginRequired(reason) };
  }
  if (!fresh || request.prompt.includes('login')) return { next: 'sign-in', mayContinue: false };
  if (request.prompt.includes('select_account')) return { next: 'sign-in', mayContinue: true };
  return { next: 'issue' };
}
