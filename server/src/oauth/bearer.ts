import type { FastifyRequest } from 'fastify';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { findAccessToken, findTokenState } from '../store/access-tokens.js';
import type { Client, Suite } from '../store/registry.js';
import { invalidRequest, invalidToken } from './errors.js';
import { issuerOf } from './issuer.js';
import type { Params } from './request.js';
import { isConfidentialType } from './rules/grants.js';
import type { AccessTokenClaims } from './tokens/access-token.js';

/** An access token that is genuine, alive and not revoked, with the client it was issued to. */
export interface VerifiedAccessToken {
  claims: AccessTokenClaims;
  client: Client;
  /** Null where the client acts for itself. */
  accountId: string | null;
}

/** Reads the token of a Bearer header or, for a form, of `access_token` (RFC 6750 §2.1, §2.2); null when there is none. */
export function readBearer(request: FastifyRequest, form: Params | null): string | null {
  const header = request.headers.authorization;
  const inForm = form?.get('access_token');
  // RFC 6750 §3.1: another scheme is no token.
  if (header === undefined || !/^bearer( |$)/i.test(header)) return inForm ?? null;
  const match = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header);
  if (!match?.[1])
    throw invalidRequest('The Authorization header is malformed', {
      rule: 'token.malformed',
      reason: 'The header must be “Bearer” and one token (RFC 6750 section 2.1).',
    });
  if (inForm !== undefined)
    throw invalidRequest('Send the access token in one place', {
      rule: 'token.twice',
      reason: 'The token came in the header and in the body.',
    });
  return match[1];
}

/** Verifies an access token of a suite and its state. Throws `invalid_token` (RFC 6750 §3.1) when it may not be used any more. */
export async function verifyAccessToken(deps: Deps, suite: Suite, token: string): Promise<VerifiedAccessToken> {
  const claims = token.startsWith('tes_at_') ? await readOpaque(deps, suite, token) : await readJwt(deps, suite, token);
  const client = await deps.registry.findClient(suite.id, claims.client_id);
  if (!client || client.disabled) throw refusedToken('client.disabled', 'The application was deleted or disabled.');
  const accountId = claims.sub === claims.client_id && !claims.grant_id ? null : claims.sub;
  const state = await findTokenState(deps.db, {
    jti: claims.jti,
    grantId: claims.grant_id ?? null,
    accountId,
    applicationId: client.id,
  });
  if (state.revoked || state.grantEnded)
    throw refusedToken('token.revoked', 'The token was revoked, or its grant has ended.');
  if (accountId !== null) {
    if (state.accountStatus !== 'active') throw refusedToken('user.disabled', 'The account was deleted or disabled.');
    if (state.assignment === 'disabled' || (state.assignment === 'none' && client.access === 'assigned'))
      throw refusedToken('user.not_assigned', 'The user may no longer use the application.');
  }
  return { claims, client, accountId };
}

async function readJwt(deps: Deps, suite: Suite, token: string): Promise<AccessTokenClaims> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = await deps.keys.verificationKey(suite.id, kid);
    if (!key) throw refusedToken('token.signature', 'The token is not signed by a key of this suite.');
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.alg],
      issuer: issuerOf(deps.config.url, suite),
      typ: 'at+jwt',
      requiredClaims: ['sub', 'aud', 'exp', 'jti', 'client_id'],
      currentDate: new Date(deps.clock.now() * 1000),
    });
    return payload as unknown as AccessTokenClaims;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refusedToken('token.expired', 'The token has expired.');
    if (error instanceof errors.JOSEError || error instanceof TypeError)
      throw refusedToken('token.signature', 'The token is not an access token of this suite.');
    throw error;
  }
}

async function readOpaque(deps: Deps, suite: Suite, token: string): Promise<AccessTokenClaims> {
  const row = await findAccessToken(deps.db, sha256(token));
  if (!row || row.suiteId !== suite.id)
    throw refusedToken('token.unknown', 'The token is not an access token of this suite.');
  if (row.expiresAt <= deps.clock.now()) throw refusedToken('token.expired', 'The token has expired.');
  return JSON.parse(row.claims) as AccessTokenClaims;
}

function refusedToken(rule: string, reason: string) {
  return invalidToken('The access token is not valid', { rule, reason });
}

/** True where a client may learn about a token: its own, or one made for its project's API (RFC 7662 §4). */
export function mayIntrospect(client: Client, token: VerifiedAccessToken): boolean {
  return (
    isConfidentialType(client.authenticatorType) &&
    (token.client.id === client.id || client.resources.includes(token.claims.aud))
  );
}
