import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { issuerOf } from '../issuer.js';

/** Seconds an ID token lives (domain rule 5). */
const idTokenLifespan = 900;

/** Makes an ID token, signed RS256 (OpenID Connect Core §2). User claims come from userinfo, not from here (§5.4). */
export async function makeIdToken(
  deps: Deps,
  request: {
    suite: Suite;
    client: Client;
    subject: string;
    sessionId: string | null;
    authTime: number | null;
    amr: string[];
    nonce: string | null;
    accessToken: string;
    actSubject: string | null;
  },
): Promise<string> {
  const now = deps.clock.now();
  const key = await deps.keys.signingKey(request.suite.id, 'RS256');
  return new SignJWT({
    iss: issuerOf(deps.config.url, request.suite),
    sub: request.subject,
    aud: request.client.clientId,
    iat: now,
    exp: now + idTokenLifespan,
    at_hash: leftHalfHash(request.accessToken),
    ...(request.authTime === null ? {} : { auth_time: request.authTime }),
    ...(request.amr.length > 0 ? { amr: request.amr } : {}),
    ...(request.nonce === null ? {} : { nonce: request.nonce }),
    ...(request.sessionId === null ? {} : { sid: request.sessionId }),
    ...(request.actSubject === null ? {} : { act: { sub: request.actSubject } }),
  })
    .setProtectedHeader({ alg: key.alg, typ: 'JWT', kid: key.kid })
    .sign(key.privateKey);
}

/** `at_hash` for RS256 and ES256: the left half of SHA-256 in base64url (OpenID Connect Core §3.1.3.6). */
function leftHalfHash(value: string): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');
}
