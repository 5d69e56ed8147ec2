import type { Deps } from '../../deps.js';
import { readKid } from '../../keys/verify.js';
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
  const key = await deps.keys.verificationKey(suite.id, readKid(token));
  const { header, payload } = (await key?.verify(token)) ?? {};
  // The hint is about the past: it counts although it has expired.
  if (header?.typ !== 'JWT' || payload?.iss !== issuerOf(deps.config.url, suite)) throw refused();
  const { aud, sub, sid } = payload;
  if (typeof aud !== 'string' || typeof sub !== 'string' || sub === '') throw refused();
  return { clientId: aud, sub, sid: typeof sid === 'string' ? sid : null };
}
