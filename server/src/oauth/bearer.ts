import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { VerificationKey } from '../keys/key-ring.js';
import { readKid } from '../keys/verify.js';
import { sha256 } from '../platform/hash.js';
import { findAccessToken, findTokenState } from '../store/access-tokens.js';
import type { Client, Suite } from '../store/registry.js';
import { readDpopProof } from './dpop-proof.js';
import { invalidDpopProof, invalidRequest, invalidToken } from './errors.js';
import { issuerOf } from './issuer.js';
import type { Params } from './request.js';
import type { ClaimsRequest } from './rules/claims.js';
import { isConfidential } from './rules/grants.js';
import type { AccessTokenClaims } from './tokens/access-token.js';

/** An access token that is genuine, alive and not revoked, with the client it was issued to. */
export interface VerifiedAccessToken {
  claims: AccessTokenClaims;
  client: Client;
  /** Null where the client acts for itself. */
  accountId: string | null;
  /** What was asked for by name when the grant was made (OpenID Connect Core §5.5). */
  claimsRequest: ClaimsRequest | null;
}

interface PresentedToken {
  scheme: 'Bearer' | 'DPoP';
  token: string;
}

/** Reads the token of a Bearer or DPoP header or, for a form, of `access_token` (RFC 6750 §2.1, §2.2; RFC 9449 §7.1). */
function readToken(request: FastifyRequest, form: Params | null): PresentedToken | null {
  const header = request.headers.authorization;
  const inForm = form?.get('access_token');
  // RFC 6750 §3.1: another scheme is no token.
  if (header === undefined || !/^(bearer|dpop)( |$)/i.test(header))
    return inForm === undefined ? null : { scheme: 'Bearer', token: inForm };
  const match = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header);
  if (!match?.[1] || !match[2])
    throw invalidRequest('The Authorization header is malformed', {
      rule: 'token.malformed',
      reason: 'The header must be “Bearer” or “DPoP” and one token (RFC 6750 section 2.1).',
    });
  if (inForm !== undefined)
    throw invalidRequest('Send the access token in one place', {
      rule: 'token.twice',
      reason: 'The token came in the header and in the body.',
    });
  return { scheme: match[1].toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token: match[2] };
}

/**
 * The access token of a request to one of our own resources: verified, and the key it is bound to proved
 * (RFC 9449 §7). Null when there is none; throws `invalid_token` or `invalid_dpop_proof`.
 */
export async function readAccessToken(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  form: Params | null,
): Promise<VerifiedAccessToken | null> {
  const presented = readToken(request, form);
  if (presented === null) return null;
  const verified = await verifyAccessToken(deps, suite, presented.token);
  const bound = verified.claims.cnf?.jkt;
  if (presented.scheme === 'Bearer') {
    // RFC 9449 §7.2: a bound token is worth nothing without its key.
    if (bound !== undefined)
      throw refusedToken('token.bound', 'The token is bound to a key; send it with the DPoP scheme.');
    return verified;
  }
  const jkt = await readDpopProof(deps, suite, request, reply, {
    at: 'resource',
    accessToken: presented.token,
    nonceRequired: verified.client.metadata.dpopBound,
  });
  if (jkt === null) throw invalidDpopProof(401, { rule: 'dpop.missing', reason: 'The DPoP scheme needs a proof.' });
  if (jkt !== bound) throw refusedToken('token.bound', 'The token is not bound to the key of the proof.');
  return verified;
}

/** Verifies an access token of a suite and its state. Throws `invalid_token` (RFC 6750 §3.1) when it may not be used any more. */
export async function verifyAccessToken(deps: Deps, suite: Suite, token: string): Promise<VerifiedAccessToken> {
  const claims = token.startsWith('tes_at_') ? await readOpaque(deps, suite, token) : await readJwt(deps, suite, token);
  const client = await deps.registry.findClient(suite.id, claims.client_id);
  if (!client || client.disabled) throw refusedToken('client.disabled', 'The application was deleted or disabled.');
  const { revoked, holder } = await findTokenState(deps.db, {
    jti: claims.jti,
    grantId: claims.grant_id ?? null,
    applicationId: client.id,
  });
  if (revoked || holder === undefined)
    throw refusedToken('token.revoked', 'The token was revoked, or its grant has ended.');
  if (holder?.disabled) throw refusedToken('user.disabled', 'The account is disabled.');
  if (holder?.assignment === 'disabled' || (holder?.assignment === 'none' && client.access === 'assigned'))
    throw refusedToken('user.not_assigned', 'The user may no longer use the application.');
  return {
    claims,
    client,
    accountId: holder?.accountId ?? null,
    claimsRequest: holder?.claims ? (JSON.parse(holder.claims) as ClaimsRequest) : null,
  };
}

/** The claims of a JWT; its signature is verified once, its key and its end are looked at each time. */
async function readJwt(deps: Deps, suite: Suite, token: string): Promise<AccessTokenClaims> {
  const hash = sha256(token);
  const known = deps.keys.verified.get(hash);
  const kid = known?.kid ?? readKid(token);
  const key = await deps.keys.verificationKey(suite.id, kid);
  if (!kid || !key) throw refusedToken('token.signature', 'The token is not signed by a key of this suite.');
  const claims = known ? (known.claims as AccessTokenClaims) : await verifyJwt(deps, suite, key, token);
  if (!known) deps.keys.verified.set(hash, { kid, claims });
  if (claims.exp <= deps.clock.now()) throw expiredToken();
  return claims;
}

/** RFC 9068 §4: of this issuer, and of the type that is an access token. */
async function verifyJwt(deps: Deps, suite: Suite, key: VerificationKey, token: string): Promise<AccessTokenClaims> {
  const { header, payload } = (await key.verify(token)) ?? {};
  if (header?.typ !== 'at+jwt' || payload?.iss !== issuerOf(deps.config.url, suite))
    throw refusedToken('token.signature', 'The token is not an access token of this suite.');
  return payload as unknown as AccessTokenClaims;
}

async function readOpaque(deps: Deps, suite: Suite, token: string): Promise<AccessTokenClaims> {
  const row = await findAccessToken(deps.db, sha256(token));
  if (!row || row.suiteId !== suite.id)
    throw refusedToken('token.unknown', 'The token is not an access token of this suite.');
  if (row.expiresAt <= deps.clock.now()) throw expiredToken();
  return JSON.parse(row.claims) as AccessTokenClaims;
}

function expiredToken() {
  return refusedToken('token.expired', 'The token has expired.');
}

function refusedToken(rule: string, reason: string) {
  return invalidToken('The access token is not valid', { rule, reason });
}

/**
 * True where a client may learn about a token: its own, or one made for an API of its own project (RFC 7662 §4). A third
 * party, such as a client that registered itself, stands for no API.
 */
export function mayIntrospect(client: Client, token: VerifiedAccessToken): boolean {
  if (!isConfidential(client)) return false;
  return token.client.id === client.id || (client.firstParty && client.resources.some(isOwn));

  // Another project's API is one the client may call, not one it stands for.
  function isOwn({ identifier, projectId }: Client['resources'][number]): boolean {
    return identifier === token.claims.aud && projectId === client.projectId;
  }
}
