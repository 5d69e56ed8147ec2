import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential, newId } from '../../platform/random.js';
import type { Client, Suite } from '../../store/registry.js';
import type { AccessTokenRow } from '../../store/schema.js';
import { issuerOf } from '../issuer.js';

/** What an access token says, whoever reads it: a JWT's payload or an opaque token's record (RFC 9068 §2.2). */
export interface AccessTokenClaims {
  iss: string;
  sub: string;
  aud: string;
  client_id: string;
  iat: number;
  exp: number;
  jti: string;
  scope?: string;
  /** What the person is in the project that owns the audience (RFC 9068 §2.2.3.1). */
  roles?: string[];
  auth_time?: number;
  acr?: string;
  amr?: string[];
  /** The admin on whose authority the console made the token (RFC 8693 §4.1). */
  act?: { sub: string };
  /** The key that must be proved with the token (RFC 9449 §6). */
  cnf?: { jkt: string };
  /** Ties the token to its grant, so that userinfo and introspection refuse it once the grant has ended. */
  grant_id?: string;
}

export interface AccessTokenRequest {
  suite: Suite;
  client: Client;
  /** Account id, or the client id where the client acts for itself. */
  subject: string;
  accountId: string | null;
  grantId: string | null;
  scope: string;
  audience: string;
  roles: string[];
  authTime: number | null;
  acr: string | null;
  amr: string[];
  actSubject: string | null;
  dpopJkt: string | null;
}

export interface IssuedAccessToken {
  token: string;
  claims: AccessTokenClaims;
  /** The row to insert when the token is opaque. */
  record: AccessTokenRow | null;
}

/** Makes an access token in the application's format: a JWT in its algorithm (RFC 9068), or an opaque one to be stored by its hash. */
export async function makeAccessToken(deps: Deps, request: AccessTokenRequest): Promise<IssuedAccessToken> {
  const { suite, client } = request;
  const now = deps.clock.now();
  const claims: AccessTokenClaims = {
    iss: issuerOf(deps.config.url, suite),
    sub: request.subject,
    aud: request.audience,
    client_id: client.clientId,
    iat: now,
    exp: now + client.accessTokenLifespan,
    jti: newId(),
    ...(request.scope ? { scope: request.scope } : {}),
    ...(request.roles.length > 0 ? { roles: request.roles } : {}),
    ...(request.authTime === null ? {} : { auth_time: request.authTime }),
    ...(request.acr === null ? {} : { acr: request.acr }),
    ...(request.amr.length > 0 ? { amr: request.amr } : {}),
    ...(request.actSubject ? { act: { sub: request.actSubject } } : {}),
    ...(request.dpopJkt ? { cnf: { jkt: request.dpopJkt } } : {}),
    ...(request.grantId ? { grant_id: request.grantId } : {}),
  };
  if (client.accessTokenFormat === 'opaque') {
    const token = newCredential('tes_at_');
    const record = {
      tokenHash: sha256(token),
      jti: claims.jti,
      suiteId: suite.id,
      applicationId: client.id,
      accountId: request.accountId,
      grantId: request.grantId,
      claims: JSON.stringify(claims),
      expiresAt: claims.exp,
    };
    return { token, claims, record };
  }
  const key = await deps.keys.signingKey(suite.id, client.metadata.accessTokenAlg);
  return { token: await key.sign(claims, 'at+jwt'), claims, record: null };
}
