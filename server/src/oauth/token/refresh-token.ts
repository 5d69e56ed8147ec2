import type { Deps } from '../../deps.js';
import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import { keyOfCredential, seal, unseal } from '../../platform/seal.js';
import { endGrant } from '../../store/grants.js';
import {
  findRefreshToken,
  findRotations,
  keptRotations,
  type RefreshTokenFamily,
  rotateRefreshToken,
} from '../../store/refresh-tokens.js';
import { accessFault } from '../access.js';
import { invalidGrant } from '../errors.js';
import { requireParam } from '../request.js';
import type { ClaimsRequest } from '../rules/claims.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { chooseAudience } from '../rules/resource.js';
import { narrowScope } from '../rules/scope.js';
import { isCurrent, mintNextRefreshToken, type RefreshToken, readRefreshToken } from '../tokens/refresh-token.js';
import { issueTokens, refreshTokenRow, usedUp } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Seconds in which a repeat of the same request gets the same answer (domain rule 7). */
const replayWindow = 30;

/** Rotates a refresh token (RFC 6749 §6, RFC 9700 §4.14.2). Reuse outside the replay window ends the grant. */
export async function refresh(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, 'refresh_token');
  const presented = readRefreshToken(requireParam(params, 'refresh_token'));
  const family = await readFamily(deps, request, presented);
  const { current, grant, subject } = family;
  // Everything that decides on the answer; two requests that agree in it are the same request.
  const asked = (params.get('scope') ?? '').split(' ').sort();
  const requestHash = sha256(JSON.stringify([client.id, asked, params.resources, request.dpopJkt]));
  if (!isCurrent(family, presented)) return replay(deps, presented, family, requestHash);

  if (current.dpopJkt !== null && current.dpopJkt !== request.dpopJkt)
    throw invalidGrant('The refresh token is bound to another key', {
      rule: 'dpop.refresh',
      reason: 'A public client proves the key that its first tokens were bound to (RFC 9449 section 5).',
    });
  const now = deps.clock.now();
  if (now >= current.expiresAt)
    throw invalidGrant('The refresh token has expired', {
      rule: 'refresh.expired',
      reason: `The refresh token ended at ${new Date(current.expiresAt * 1000).toISOString()}.`,
    });
  checks.push({ rule: 'refresh', detail: 'The refresh token is known, unused and alive.' });
  const audience = chooseAudience(params.resources, grant.resource, client.resources);
  const scope = narrowScope(params.get('scope'), grant.scope);
  checks.push({ rule: 'scope', detail: 'The scope is within the grant.' });

  const fault = accessFault(client, subject);
  if (fault) throw invalidGrant('The user may not use this application', fault);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  const next = mintNextRefreshToken(presented);
  try {
    return await issueTokens(deps, {
      suite,
      client,
      person: subject,
      grant: {
        ...grant,
        amr: JSON.parse(grant.amr) as string[],
        claims: grant.claims === null ? null : (JSON.parse(grant.claims) as ClaimsRequest),
      },
      audience,
      scope,
      newGrant: false,
      refreshToken: next,
      secretId: request.secretId,
      dpopJkt: request.dpopJkt,
      uses(answer) {
        const { tokenHash } = presented;
        const answerSealed = seal(answerKey(presented), JSON.stringify(answer), tokenHash);
        const row = refreshTokenRow(next, client, request.dpopJkt, now);
        return rotateRefreshToken(row, { tokenHash, at: now, requestHash, answerSealed });
      },
      alongside: null,
    });
  } catch (error) {
    if (error !== usedUp) throw error;
    return replay(deps, presented, await readFamily(deps, request, presented), requestHash);
  }
}

/** Finds the family of the token with its live grant, both of this client. */
async function readFamily(
  deps: Deps,
  { suite, client }: TokenRequest,
  presented: RefreshToken,
): Promise<RefreshTokenFamily> {
  const family = await findRefreshToken(deps.db, presented.familyHash, client.id);
  if (!family || family.grant.suiteId !== suite.id)
    throw invalidGrant('The refresh token is not valid', {
      rule: 'refresh.unknown',
      reason: 'No such refresh token was issued by this suite.',
    });
  const { grant } = family;
  if (grant.applicationId !== client.id)
    throw invalidGrant('The refresh token is not valid', {
      rule: 'refresh.other_client',
      reason: 'The refresh token was issued to another application.',
      expected: grant.applicationId,
      received: client.id,
    });
  if (grant.endedAt !== null)
    throw invalidGrant('The refresh token was revoked', {
      rule: 'refresh.revoked',
      reason: `The grant ended at ${new Date(grant.endedAt * 1000).toISOString()}: ${grant.endReason}.`,
    });
  return family;
}

/** A rotated token came again: the same answer inside the window, the end of the grant otherwise. */
async function replay(
  deps: Deps,
  presented: RefreshToken,
  family: RefreshTokenFamily,
  requestHash: string,
): Promise<TokenResponse> {
  const now = deps.clock.now();
  const kept = await findRotations(deps.db, presented.familyHash);
  const recent = kept.filter(({ at }) => now - at <= replayWindow);
  const rotation = recent.find(({ tokenHash }) => equalInConstantTime(tokenHash, presented.tokenHash));
  if (rotation?.requestHash === requestHash)
    return JSON.parse(unseal(answerKey(presented), rotation.answerSealed, rotation.tokenHash)) as TokenResponse;
  // It may have been rotated before those that are kept, and no longer ago than the window: no reason to sign anybody out.
  if (rotation === undefined && recent.length === keptRotations)
    throw invalidGrant('The refresh token was already used', {
      rule: 'refresh.forgotten',
      reason: `The token was rotated, and ${keptRotations} others after it within ${replayWindow} s; its answer is not kept any more.`,
    });
  await endGrant(deps.db, family.grant.id, now, 'refresh_token_reused');
  throw invalidGrant('The refresh token was already used', {
    rule: 'refresh.reused',
    reason: 'A rotated refresh token came again, so the whole grant was ended.',
  });
}

/** The kept answer can be opened with the rotated token alone, which the server does not have. */
function answerKey(presented: RefreshToken): Buffer {
  return keyOfCredential(presented.text, 'refresh answer');
}
