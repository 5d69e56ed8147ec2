import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { openToAll } from './cors.js';

/** The public keys of a suite (RFC 7517 §5); caches keep them for less time than a key is published ahead. */
export async function jwks(deps: Deps, suite: Suite, _request: FastifyRequest, reply: FastifyReply): Promise<void> {
  openToAll(reply);
  const maxAge = await deps.keys.jwksMaxAge(suite.id);
  reply
    .header('cache-control', maxAge === 0 ? 'no-cache' : `public, max-age=${maxAge}`)
    .header('content-type', 'application/json;charset=utf-8')
    .send(await deps.keys.jwks(suite.id));
}
