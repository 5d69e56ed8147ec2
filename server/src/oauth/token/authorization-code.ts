import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { consumeCode, findCodeWithSubject } from '../../store/codes.js';
import { endGrant } from '../../store/grants.js';
import type { CodeRow } from '../../store/schema.js';
import type { Subject } from '../../store/subjects.js';
import { accessFault } from '../access.js';
import { invalidGrant } from '../errors.js';
import { requireParam } from '../request.js';
import type { ClaimsRequest } from '../rules/claims.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { checkVerifier } from '../rules/pkce.js';
import { chooseAudience } from '../rules/resource.js';
import { firstRefreshToken, issueTokens, usedUp } from './issue.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Swaps an authorization code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5, OpenID Connect Core §3.1.3). */
export async function redeemCode(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params, checks } = request;
  checkGrantAllowed(client.authenticatorType, 'authorization_code');
  checks.push({ rule: 'grant.allowed', detail: 'The application may use authorization_code.' });

  const { code, subject } = await readCode(deps, request);
  if (code.consumedAt !== null) throw await replayed(deps, code);
  const now = deps.clock.now();
  if (now >= code.expiresAt)
    throw invalidGrant('The code has expired', {
      rule: 'code.expired',
      reason: `A code lives 60 s; this one was used after ${now - code.createdAt} s.`,
      expected: '60 s',
      received: `${now - code.createdAt} s`,
    });
  checks.push({ rule: 'code', detail: `The code is known, unused and lives ${code.expiresAt - now} s more.` });

  checkSameRedirectUri(code, params.get('redirect_uri'));
  checks.push({ rule: 'redirect', detail: 'The redirect URL is that of the authorization request.' });

  checkVerifier(
    code.codeChallenge === null ? null : { value: code.codeChallenge, method: code.codeChallengeMethod ?? 'plain' },
    params.get('code_verifier'),
  );
  checks.push({
    rule: 'pkce',
    detail:
      code.codeChallenge === null ? 'No challenge was sent, none is needed.' : 'The verifier matches the challenge.',
  });

  if (code.dpopJkt !== null && code.dpopJkt !== request.dpopJkt)
    throw invalidGrant('The code is bound to another key', {
      rule: 'dpop.code',
      reason: 'The authorization request named a key; the DPoP proof must be by that key (RFC 9449 section 10).',
    });

  const audience = chooseAudience(params.resources, code.resource, client.resources);
  checks.push({ rule: 'resource', detail: `The audience is ${audience.identifier}.` });

  const fault = accessFault(client, subject);
  if (fault) throw invalidGrant('The user may not use this application', fault);
  checks.push({ rule: 'user', detail: 'The user may use the application.' });

  const grant = {
    id: code.grantId,
    accountId: code.accountId,
    sessionId: code.sessionId,
    scope: code.scope,
    resource: code.resource,
    authTime: code.authTime,
    acr: code.acr,
    amr: JSON.parse(code.amr) as string[],
    nonce: code.nonce,
    actSubject: code.actSubject,
    claims: code.claims === null ? null : (JSON.parse(code.claims) as ClaimsRequest),
  };
  try {
    return await issueTokens(deps, {
      suite,
      client,
      person: subject,
      grant,
      audience,
      scope: code.scope,
      newGrant: true,
      refreshToken: firstRefreshToken(client, code.scope),
      secretId: request.secretId,
      dpopJkt: request.dpopJkt,
      uses: () => consumeCode(code.codeHash, now),
      alongside: request.audit ?? null,
    });
  } catch (error) {
    if (error === usedUp) throw await replayed(deps, code);
    throw error;
  }
}

/** Finds the code, which must have been issued to this client. */
async function readCode(
  deps: Deps,
  { suite, client, params }: TokenRequest,
): Promise<{ code: CodeRow; subject: Subject }> {
  const found = await findCodeWithSubject(deps.db, sha256(requireParam(params, 'code')), client.id);
  if (!found || found.code.suiteId !== suite.id)
    throw invalidGrant('The code is not valid', {
      rule: 'code.unknown',
      reason: 'No such code was issued by this suite.',
    });
  const { code } = found;
  if (code.applicationId !== client.id)
    throw invalidGrant('The code is not valid', {
      rule: 'code.other_client',
      reason: 'The code was issued to another application.',
      expected: code.applicationId,
      received: client.id,
    });
  return found;
}

/** A second use of a code ends what the first began (RFC 6749 §4.1.2, RFC 9700 §4.2.4). */
async function replayed(deps: Deps, code: CodeRow) {
  await endGrant(deps.db, code.grantId, deps.clock.now(), 'code_replayed');
  return invalidGrant('The code was already used', {
    rule: 'code.used',
    reason: 'The code was used before; the tokens from it were revoked.',
    expected: 'one use',
    received:
      code.consumedAt === null ? 'a use at the same time' : `used at ${new Date(code.consumedAt * 1000).toISOString()}`,
  });
}

/** RFC 6749 §4.1.3: the redirect_uri of the authorization request, where one was sent. */
function checkSameRedirectUri(code: CodeRow, received: string | undefined): void {
  if (received === code.redirectUri || (received === undefined && code.redirectUriSent === 0)) return;
  throw invalidGrant('The redirect_uri is not that of the authorization request', {
    rule: 'redirect.changed',
    reason: 'The token request used another redirect URL than the authorization request.',
    expected: code.redirectUri,
    received: received ?? '(left out)',
  });
}
