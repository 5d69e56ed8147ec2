import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { countRefused } from '../platform/metrics.js';
import { OverloadedError } from '../platform/overload.js';
import { insertRefusal } from '../store/refusals.js';
import { isUnavailable } from '../store/transact.js';
import { OAuthError, overloaded, unavailable } from './errors.js';
import { dpopAlgorithms } from './rules/algorithms.js';

/** Whom a refusal is about, as far as it was known when it happened. */
export interface RefusalContext {
  endpoint: string;
  suiteId: string | null;
  applicationId: string | null;
}

/** Sends JSON that no cache may keep (RFC 6749 §5.1). */
export function sendJson(reply: FastifyReply, status: number, body: unknown): void {
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('pragma', 'no-cache')
    .header('content-type', 'application/json;charset=utf-8')
    .send(JSON.stringify(body));
}

/** Sends a signed answer that no cache may keep; `type` is its media type. */
export function sendJwt(reply: FastifyReply, jwt: string, type = 'application/jwt'): void {
  reply.code(200).header('cache-control', 'no-store').header('content-type', type).send(jwt);
}

/** Sends an error of the token, introspection, revocation and userinfo endpoints (RFC 6749 §5.2, RFC 6750 §3). */
export function sendOAuthError(request: FastifyRequest, reply: FastifyReply, error: OAuthError): void {
  const challenge = challengeFor(request, error);
  if (challenge) reply.header('www-authenticate', challenge);
  if (error.retryAfter !== null) reply.header('retry-after', String(Math.max(1, error.retryAfter)));
  sendJson(reply, error.status, { error: error.error, error_description: error.description });
}

function challengeFor(request: FastifyRequest, error: OAuthError): string | null {
  const { rule } = error.refused;
  // RFC 6750 §3.1: a request without a token is challenged, without an error code.
  if (rule === 'token.missing') return 'Bearer realm="tessera"';
  const malformedToken = error.error === 'invalid_request' && rule.startsWith('token.');
  if (malformedToken || error.error === 'invalid_token' || error.error === 'insufficient_scope')
    return `${schemeOf(request)} error="${error.error}", error_description="${error.description}"`;
  // RFC 9449 §7.1
  if (error.status === 401 && (error.error === 'invalid_dpop_proof' || error.error === 'use_dpop_nonce'))
    return `DPoP error="${error.error}", error_description="${error.description}", algs="${dpopAlgorithms.join(' ')}"`;
  // RFC 6749 §5.2: a client that tried the Authorization header is answered with its scheme.
  if (error.error === 'invalid_client') return request.headers.authorization ? 'Basic realm="tessera"' : null;
  return null;
}

/** A resource answers in the scheme it was asked in (RFC 6750 §3, RFC 9449 §7.1). */
function schemeOf(request: FastifyRequest): 'Bearer' | 'DPoP' {
  return /^dpop( |$)/i.test(request.headers.authorization ?? '') ? 'DPoP' : 'Bearer';
}

const recorded = new WeakSet<OAuthError>();

/** Writes a refusal down once, with rule, expected and received; the answer goes out even if that fails. */
export async function recordRefusal(
  deps: Deps,
  request: FastifyRequest,
  error: OAuthError,
  context: RefusalContext,
): Promise<void> {
  if (recorded.has(error)) return;
  recorded.add(error);
  const { rule, reason, expected, received } = error.refused;
  countRefused(rule);
  // There is nothing to write it to.
  if (error.status === 503) return;
  deps.log.info({ requestId: request.id, endpoint: context.endpoint, error: error.error, rule }, 'refused');
  try {
    await insertRefusal(deps.db, {
      at: deps.clock.now(),
      suiteId: context.suiteId,
      applicationId: context.applicationId,
      endpoint: context.endpoint,
      error: error.error,
      rule,
      reason,
      expected: expected ?? null,
      received: received ?? null,
      origin: request.headers.origin ?? null,
      address: request.ip,
      requestId: request.id,
    });
  } catch (failure) {
    deps.log.error({ requestId: request.id, err: failure }, 'a refusal could not be recorded');
  }
}

/** An answer for what is no OAuthError: logged in full, told to nobody. */
export function asOAuthError(deps: Deps, request: FastifyRequest, error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof OverloadedError) return overloaded();
  deps.log.error({ requestId: request.id, err: error }, 'unexpected error');
  if (isUnavailable(error)) return unavailable();
  return new OAuthError('server_error', 'The server could not finish this', 500, {
    rule: 'server.error',
    reason: 'An unexpected error; see the server log.',
  });
}
