import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { deriveKey, seal, unseal } from '../../platform/seal.js';
import { endGrant, findGrant } from '../../store/grants.js';
import { consumeRefreshToken, findRefreshToken } from '../../store/refresh-tokens.js';
import type { GrantRow, RefreshTokenRow } from '../../store/schema.js';
import { findSubject } from '../../store/subjects.js';
import { accessFault, userGone } from '../access.js';
import { invalidGrant } from '../errors.js';
import { requireParam } from '../request.js';
import type { ClaimsRequest } from '../rules/claims.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { chooseAudience } from '../rules/resource.js';
import { narrowScope } from '../rules/scope.js';
import { issueTokens } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Seconds in which a repeat of the same request gets the same answer (domain rule 7). */
const replayWindow = 30;

/** Rotates a refresh token (RFC 6749 §6, RFC 9700 §4.14.2). Reuse outside the replay window ends the grant. */
export async function refresh(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, 'refresh_token');
  const presented = requireParam(params, 'refresh_token');
  const { token, grant } = await readRefreshToken(deps, request, presented);
  // Everything that decides on the answer; two requests that agree in it are the same request.
  const asked = (params.get('scope') ?? '').split(' ').sort();
  const requestHash = sha256(JSON.stringify([client.id, asked, params.resources, request.dpopJkt]));
  if (token.rotatedAt !== null) return replay(deps, presented, token, requestHash);

  if (token.dpopJkt !== null && token.dpopJkt !== request.dpopJkt)
    throw invalidGrant('The refresh token is bound to another key', {
      rule: 'dpop.refresh',
      reason: 'A public client proves the key that its first tokens were bound to (RFC 9449 section 5).',
    });
  const now = deps.clock.now();
  if (now >= token.expiresAt)
    throw invalidGrant('The refresh token has expired', {
      rule: 'refresh.expired',
      reason: `The refresh token ended at ${new Date(token.expiresAt * 1000).toISOString()}.`,
    });
  checks.push({ rule: 'refresh', detail: 'The refresh token is known, unused and alive.' });
  const audience = chooseAudience(params.resources, grant.resource, client.resources);
  const scope = narrowScope(params.get('scope'), grant.scope);
  checks.push({ rule: 'scope', detail: 'The scope is within the grant.' });

  const subject = await findSubject(deps.db, suite.id, client.id, { accountId: grant.accountId });
  const fault = subject && accessFault(client, subject);
  if (fault || !subject) throw invalidGrant('The user may not use this application', fault ?? userGone);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  const lost = new Error('another request used the refresh token');
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
      withRefreshToken: true,
      secretId: request.secretId,
      dpopJkt: request.dpopJkt,
      async consume(tx, answer) {
        const answerSealed = seal(answerKey(presented), JSON.stringify(answer), token.tokenHash);
        if (!(await consumeRefreshToken(tx, token.tokenHash, { rotatedAt: now, requestHash, answerSealed })))
          throw lost;
      },
    });
  } catch (error) {
    if (error !== lost) throw error;
    const again = await readRefreshToken(deps, request, presented);
    return replay(deps, presented, again.token, requestHash);
  }
}

/** Finds the token with its live grant, both of this client. */
async function readRefreshToken(
  deps: Deps,
  { suite, client }: TokenRequest,
  presented: string,
): Promise<{ token: RefreshTokenRow; grant: GrantRow }> {
  const token = await findRefreshToken(deps.db, sha256(presented));
  const grant = token && (await findGrant(deps.db, token.grantId));
  if (!grant || grant.suiteId !== suite.id)
    throw invalidGrant('The refresh token is not valid', {
      rule: 'refresh.unknown',
      reason: 'No such refresh token was issued by this suite.',
    });
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
  return { token, grant };
}

/** A rotated token came again: the same answer inside the window, the end of the grant otherwise. */
async function replay(
  deps: Deps,
  presented: string,
  token: RefreshTokenRow,
  requestHash: string,
): Promise<TokenResponse> {
  const now = deps.clock.now();
  if (
    token.rotatedAt !== null &&
    now - token.rotatedAt <= replayWindow &&
    token.requestHash === requestHash &&
    token.answerSealed
  )
    return JSON.parse(unseal(answerKey(presented), token.answerSealed, token.tokenHash)) as TokenResponse;
  await endGrant(deps.db, token.grantId, now, 'refresh_token_reused');
  throw invalidGrant('The refresh token was already used', {
    rule: 'refresh.reused',
    reason: 'A rotated refresh token came again, so the whole grant was ended.',
  });
}

/** The kept answer can be opened with the rotated token alone, which the server does not have. */
function answerKey(presented: string): Buffer {
  return deriveKey(presented, 'refresh answer');
}
