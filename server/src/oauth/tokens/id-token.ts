import { createHash } from 'node:crypto';
import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import type { SigningAlgorithm } from '../../store/schema.js';
import { issuerOf } from '../issuer.js';

/** Seconds an ID token lives (domain rule 5). */
const idTokenLifespan = 900;

/** Makes an ID token in the client's algorithm (OpenID Connect Core §2); of user claims only those asked for by name (§5.5). */
export async function makeIdToken(
  deps: Deps,
  request: {
    suite: Suite;
    client: Client;
    subject: string;
    sessionId: string | null;
    authTime: number | null;
    acr: string | null;
    amr: string[];
    nonce: string | null;
    accessToken: string;
    actSubject: string | null;
    userClaims: Record<string, unknown>;
  },
): Promise<string> {
  const now = deps.clock.now();
  const key = await deps.keys.signingKey(request.suite.id, request.client.metadata.idTokenAlg);
  const claims = {
    ...request.userClaims,
    iss: issuerOf(deps.config.url, request.suite),
    sub: request.subject,
    aud: request.client.clientId,
    iat: now,
    exp: now + idTokenLifespan,
    at_hash: leftHalfHash(request.accessToken, key.alg),
    ...(request.authTime === null ? {} : { auth_time: request.authTime }),
    ...(request.acr === null ? {} : { acr: request.acr }),
    ...(request.amr.length > 0 ? { amr: request.amr } : {}),
    ...(request.nonce === null ? {} : { nonce: request.nonce }),
    ...(request.sessionId === null ? {} : { sid: request.sessionId }),
    ...(request.actSubject === null ? {} : { act: { sub: request.actSubject } }),
  };
  return key.sign(claims, 'JWT');
}

/** `at_hash`: the left half of the hash that the signature uses, in base64url (OpenID Connect Core §3.1.3.6). */
function leftHalfHash(value: string, alg: SigningAlgorithm): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(value)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
