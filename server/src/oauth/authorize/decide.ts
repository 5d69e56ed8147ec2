import { accessDenied, consentRequired, loginRequired, type OAuthError, type Refused } from '../errors.js';
import { isTooOld } from '../rules/max-age.js';
import type { Prompt } from '../rules/prompt.js';

/** What a decision rests on. */
export interface Facts {
  /** The browser's session; `authTime` in Unix seconds. */
  session: { authTime: number } | undefined;
  /** The session is of the person that `id_token_hint` or a `sub` asked for by value names, or none was named. */
  isHinted: boolean;
  /** The person signed in, or chose the session, for this very request. */
  satisfied: boolean;
  /** Why the person may not use the application, or null. */
  fault: Refused | null;
  consentNeeded: boolean;
}

export type Decision =
  | { next: 'issue' }
  /** The person has to sign in; `mayContinue` where choosing the session is enough. */
  | { next: 'sign-in'; mayContinue: boolean }
  | { next: 'consent' }
  | { next: 'refuse'; error: OAuthError };

/** Seconds in which a person who signed in for a request can go on with it, such as read the consent page. */
const patience = 600;

/** Decides what an authorization request needs (OpenID Connect Core §3.1.2.3, §3.1.2.4). Pure. */
export function decide(request: { prompt: Prompt[]; maxAge: number | null }, facts: Facts, now: number): Decision {
  const { session, isHinted, satisfied, fault, consentNeeded } = facts;
  // The page of a request can be opened again for an hour: who signed in for it then has not done so now.
  const signedIn = session !== undefined && satisfied && now - session.authTime <= patience;
  const fresh = session !== undefined && isHinted && (signedIn || !isTooOld(session.authTime, request.maxAge, now));
  if (request.prompt.includes('none')) {
    if (!fresh) return { next: 'refuse', error: loginRequired(whyNotFresh(session !== undefined, isHinted)) };
    if (fault) return { next: 'refuse', error: accessDenied('The user may not use this application', fault) };
    if (consentNeeded) return { next: 'refuse', error: consentRequired() };
    return { next: 'issue' };
  }
  if (!fresh || (request.prompt.includes('login') && !signedIn)) return { next: 'sign-in', mayContinue: false };
  if (fault) return { next: 'sign-in', mayContinue: false };
  if (request.prompt.includes('select_account') && !satisfied) return { next: 'sign-in', mayContinue: true };
  return consentNeeded ? { next: 'consent' } : { next: 'issue' };
}

function whyNotFresh(hasSession: boolean, isHinted: boolean): string {
  if (!hasSession) return 'Silent sign-in was asked for, but there is no session.';
  return isHinted ? 'The session is older than max_age.' : 'The session is not that of the id_token_hint.';
}
