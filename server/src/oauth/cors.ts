import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { insertRefusal } from '../store/refusals.js';
import type { Client, Suite } from '../store/registry.js';
import { originRefused } from './errors.js';
import { decideOrigin } from './rules/origin.js';

const allowedHeaders = 'authorization, content-type, dpop';
const exposedHeaders = 'www-authenticate, dpop-nonce, x-request-id, retry-after';

/**
 * CORS before the client is known: a preflight, and errors that come earlier. Granted when any application of the
 * suite allows the origin (domain rule 4).
 */
export async function grantSuiteOrigin(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { origin } = request.headers;
  const origins = await deps.registry.findOrigins(suite.id);
  const allowed = origins.any ? ['*'] : origin !== undefined && origins.listed.has(origin) ? [origin] : [];
  const answer = decideOrigin(origin, allowed, deps.config.url);
  if (answer === 'any') setOrigin(reply, '*');
  if (answer === 'echo' && origin !== undefined) setOrigin(reply, origin);
  reply.header('vary', 'Origin');
  return answer !== 'refuse';
}

/** CORS of the real request, by the application's own list, before anything is issued or consumed. Throws 403. */
export function checkClientOrigin(deps: Deps, client: Client, request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  const answer = decideOrigin(origin, client.allowedOrigins, deps.config.url);
  if (reply.hasHeader('access-control-allow-origin')) reply.removeHeader('access-control-allow-origin');
  if (answer === 'any') setOrigin(reply, '*');
  if (answer === 'echo' && origin !== undefined) setOrigin(reply, origin);
  if (answer === 'refuse' && origin !== undefined) throw originRefused(origin, client.allowedOrigins);
}

/** Answers a preflight (Fetch §3.2.2). A refused one is recorded, since a browser hides it from the developer. */
export async function answerPreflight(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const granted = await grantSuiteOrigin(deps, suite, request, reply);
  if (granted) {
    reply
      .header('access-control-allow-methods', 'GET, POST, PUT, DELETE')
      .header('access-control-allow-headers', allowedHeaders)
      .header('access-control-max-age', '600');
  } else {
    await insertRefusal(deps.db, {
      at: deps.clock.now(),
      suiteId: suite.id,
      applicationId: null,
      endpoint: request.url.split('?')[0] ?? '',
      error: 'cors',
      rule: 'origin.preflight',
      reason: 'No application of this suite allows the origin, so the browser sends nothing.',
      expected: null,
      received: request.headers.origin ?? null,
      origin: request.headers.origin ?? null,
      address: request.ip,
      requestId: request.id,
    });
  }
  reply.code(204).send();
}

/** Discovery and JWKS are open to every origin (domain rule 4). */
export function openToAll(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*');
}

function setOrigin(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposedHeaders);
}
