import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential, newOrderedId } from '../../platform/random.js';
import { insertCode } from '../../store/codes.js';
import type { Suite } from '../../store/registry.js';
import type { AuthorizationRequest } from './validate.js';

/** Seconds a code lives (domain rule 5; RFC 6749 §4.1.2). */
export const codeLifespan = 60;

/** Issues an authorization code for a signed-in person. `actSubject` is the admin when the console asks. */
export async function issueCode(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  person: {
    accountId: string;
    sessionId: string | null;
    authTime: number;
    acr: string;
    amr: string[];
    actSubject: string | null;
  },
): Promise<string> {
  const code = newCredential('tes_ac_');
  const now = deps.clock.now();
  await insertCode(deps.db, {
    codeHash: sha256(code),
    grantId: newOrderedId(),
    suiteId: suite.id,
    applicationId: request.client.id,
    accountId: person.accountId,
    sessionId: person.sessionId,
    redirectUri: request.redirectUri,
    redirectUriSent: request.redirectUriSent ? 1 : 0,
    scope: request.scope,
    resource: request.resource,
    nonce: request.nonce,
    claims: request.claims === null ? null : JSON.stringify(request.claims),
    dpopJkt: request.dpopJkt,
    codeChallenge: request.challenge?.value ?? null,
    codeChallengeMethod: request.challenge?.method ?? null,
    authTime: person.authTime,
    acr: person.acr,
    amr: JSON.stringify(person.amr),
    actSubject: person.actSubject,
    createdAt: now,
    expiresAt: now + codeLifespan,
  });
  return code;
}
