import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Deps } from '../../deps.js';
import type { Suite } from '../../store/registry.js';
import { invalidRequest } from '../errors.js';
import { issuerOf } from '../issuer.js';

/** What an ID token says about the past: for whom and which session it was issued. */
export interface IdTokenHint {
  clientId: string;
  sub: string;
  sid: string | null;
}

/** Reads an ID token of this suite, expired or not (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). */
export async function readIdTokenHint(deps: Deps, suite: Suite, token: string): Promise<IdTokenHint> {
  const refused = () =>
    invalidRequest('The id_token_hint is not an ID token of this issuer', {
      rule: 'hint.invalid',
      reason: 'The ID token is not signed by a key of this suite, or is no ID token.',
    });
  try {
    const key = await deps.keys.verificationKey(suite.id, decodeProtectedHeader(token).kid);
    if (!key) throw refused();
    const { payload, protectedHeader } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.alg],
      issuer: issuerOf(deps.config.url, suite),
      // The hint is about the past: it counts although it has expired.
      currentDate: new Date(0),
      requiredClaims: ['sub', 'aud'],
    });
    if (protectedHeader.typ !== 'JWT' || typeof payload.aud !== 'string' || !payload.sub) throw refused();
    return { clientId: payload.aud, sub: payload.sub, sid: typeof payload.sid === 'string' ? payload.sid : null };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw refused();
    throw error;
  }
}
