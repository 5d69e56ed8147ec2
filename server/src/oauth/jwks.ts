import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { openToAll } from './cors.js';

/** The public keys of a suite (RFC 7517 §5). */
export async function jwks(deps: Deps, suite: Suite, _request: FastifyRequest, reply: FastifyReply): Promise<void> {
  openToAll(reply);
  reply
    .header('cache-control', 'public, max-age=300')
    .header('content-type', 'application/json;charset=utf-8')
    .send(await deps.keys.jwks(suite.id));
}
