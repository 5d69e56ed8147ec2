import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { findGrant } from '../store/grants.js';
import { findRefreshToken } from '../store/refresh-tokens.js';
import type { Client, Suite } from '../store/registry.js';
import { findSubject } from '../store/subjects.js';
import { accessFault } from './access.js';
import { mayIntrospect, verifyAccessToken } from './bearer.js';
import { answerWithJson, readClientForm } from './endpoint.js';
import { invalidClient, OAuthError } from './errors.js';
import { issuerOf } from './issuer.js';
import { sendJson } from './reply.js';
import { requireParam } from './request.js';
import { isConfidentialType } from './rules/grants.js';

/** Token introspection (RFC 7662). What is wrong with a token is not told: it is active or it is not (§2.2). */
export async function introspect(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'introspect', async (seen) => {
    const { client, params } = await readClientForm(deps, suite, request, seen);
    if (!isConfidentialType(client.authenticatorType))
      throw invalidClient('Introspection needs client authentication', {
        rule: 'client.auth_missing',
        reason: 'A public client cannot introspect (RFC 7662 section 2.1).',
      });
    const token = requireParam(params, 'token');
    const description = token.startsWith('tes_rt_')
      ? await describeRefreshToken(deps, suite, client, token)
      : await describeAccessToken(deps, suite, client, token);
    sendJson(reply, 200, description ?? { active: false });
  });
}

async function describeAccessToken(deps: Deps, suite: Suite, client: Client, token: string): Promise<object | null> {
  try {
    const verified = await verifyAccessToken(deps, suite, token);
    if (!mayIntrospect(client, verified)) return null;
    const { grant_id: _, ...claims } = verified.claims;
    return { active: true, token_type: 'Bearer', ...claims };
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw error;
  }
}

async function describeRefreshToken(
  deps: Deps,
  suite: Suite,
  client: Client,
  presented: string,
): Promise<object | null> {
  const token = await findRefreshToken(deps.db, sha256(presented));
  const grant = token && (await findGrant(deps.db, token.grantId));
  if (!token || !grant || grant.applicationId !== client.id) return null;
  if (grant.endedAt !== null || token.rotatedAt !== null || token.expiresAt <= deps.clock.now()) return null;
  const subject = await findSubject(deps.db, suite.id, client.id, { accountId: grant.accountId });
  if (!subject || accessFault(client, subject)) return null;
  return {
    active: true,
    client_id: client.clientId,
    sub: grant.accountId,
    iss: issuerOf(deps.config.url, suite),
    iat: token.issuedAt,
    exp: token.expiresAt,
    ...(grant.scope ? { scope: grant.scope } : {}),
  };
}
