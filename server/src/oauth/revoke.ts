import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { insertRevokedToken } from '../store/access-tokens.js';
import { endGrant } from '../store/grants.js';
import { findRefreshToken } from '../store/refresh-tokens.js';
import type { Client, Suite } from '../store/registry.js';
import { verifyAccessToken } from './bearer.js';
import { answerWithJson, readClientForm } from './endpoint.js';
import { invalidGrant, OAuthError } from './errors.js';
import { requireParam } from './request.js';
import { readRefreshToken } from './tokens/refresh-token.js';

/** Token revocation (RFC 7009). A refresh token takes its grant along; an unknown token is answered with 200 (§2.2). */
export async function revoke(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'revoke', async (seen) => {
    const { client, params } = await readClientForm(deps, suite, request, seen);
    const token = requireParam(params, 'token');
    if (token.startsWith('tes_rt_')) await revokeRefreshToken(deps, client, token);
    else await revokeAccessToken(deps, suite, client, token);
    reply.code(200).header('cache-control', 'no-store').send();
  });
}

async function revokeRefreshToken(deps: Deps, client: Client, presented: string): Promise<void> {
  const found = await findRefreshToken(deps.db, readRefreshToken(presented).familyHash, client.id);
  if (!found) return;
  checkOwner(client, found.grant.applicationId);
  await endGrant(deps.db, found.grant.id, deps.clock.now(), 'revoked');
}

async function revokeAccessToken(deps: Deps, suite: Suite, client: Client, presented: string): Promise<void> {
  try {
    const token = await verifyAccessToken(deps, suite, presented);
    checkOwner(client, token.client.id);
    await insertRevokedToken(deps.db, { jti: token.claims.jti, suiteId: suite.id, expiresAt: token.claims.exp });
  } catch (error) {
    // Not valid any more, or never was: nothing is left to revoke.
    if (error instanceof OAuthError && error.error === 'invalid_token') return;
    throw error;
  }
}

/** RFC 7009 §2.1: a client revokes its own tokens only. */
function checkOwner(client: Client, applicationId: string): void {
  if (client.id !== applicationId)
    throw invalidGrant('The token was issued to another client', {
      rule: 'token.other_client',
      reason: 'A client may revoke its own tokens only.',
      expected: client.id,
      received: applicationId,
    });
}
