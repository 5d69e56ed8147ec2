import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { findInitialAccessToken } from '../../store/initial-access-tokens.js';
import type { Suite } from '../../store/registry.js';
import { releaseThrottle, updateThrottle } from '../../store/throttles.js';
import { invalidRequest, invalidToken, OAuthError } from '../errors.js';

/** Refuses everything where clients cannot register themselves. */
export function checkOffered(suite: Suite): void {
  if (suite.registration !== 'off') return;
  throw new OAuthError('invalid_request', 'Client registration is not offered here', 404, {
    rule: 'registration.off',
    reason: 'Clients cannot register themselves at this suite.',
  });
}

/**
 * Counts a request of an address in its window, before anything is read or fetched for it; answers what takes the count
 * back. Throws 429 when there were too many.
 */
export async function takeAttempt(deps: Deps, request: FastifyRequest): Promise<() => Promise<void>> {
  const now = deps.clock.now();
  const { registrations, windowSeconds } = deps.config.throttle;
  // Hashed: the table holds no addresses.
  const subject = sha256(`registration ${request.ip}`);
  const { failures, windowEndsAt } = await updateThrottle(deps.db, subject, now, windowSeconds);
  if (failures > registrations)
    throw new OAuthError(
      'temporarily_unavailable',
      'Too many registrations, try again later',
      429,
      { rule: 'rate.limit', reason: 'Too many registrations, or failed ones, from this address.' },
      windowEndsAt - now,
    );
  return () => releaseThrottle(deps.db, subject);
}

/** The token of a Bearer header (RFC 6750 §2.1). Throws where there is none. */
export function readManagementToken(request: FastifyRequest, expected: string): string {
  const header = request.headers.authorization;
  if (header === undefined || !/^bearer( |$)/i.test(header))
    throw invalidToken('A token is required', {
      rule: 'token.missing',
      reason: 'No token came in the Authorization header.',
      expected,
    });
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1];
  if (token === undefined)
    throw invalidRequest('The Authorization header is malformed', {
      rule: 'token.malformed',
      reason: 'The header must be “Bearer” and one token (RFC 6750 section 2.1).',
    });
  return token;
}

/** Who lets a client in: an initial access token where the suite wants one (RFC 7591 §3); null where it is open. */
export async function admit(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
): Promise<{ tokenHash: string; name: string } | null> {
  if (suite.registration === 'open') return null;
  const tokenHash = sha256(readManagementToken(request, 'an initial access token'));
  const found = await findInitialAccessToken(deps.db, suite.id, tokenHash, deps.clock.now());
  if (!found) throw wrongInitialToken();
  return { tokenHash, name: found.name };
}

/** The refusal of a token that admits nobody. */
export function wrongInitialToken() {
  return invalidToken('The initial access token is not valid', {
    rule: 'registration.token',
    reason: 'The initial access token is unknown, expired, revoked, or of another suite.',
  });
}
