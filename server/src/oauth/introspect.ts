import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { findRefreshToken } from '../store/refresh-tokens.js';
import type { Client, Suite } from '../store/registry.js';
import { accessFault } from './access.js';
import { mayIntrospect, verifyAccessToken } from './bearer.js';
import { answerWithJson, readClientForm } from './endpoint.js';
import { invalidClient, OAuthError } from './errors.js';
import { issuerOf } from './issuer.js';
import { sendJson, sendJwt } from './reply.js';
import { requireParam } from './request.js';
import { isConfidential } from './rules/grants.js';
import { isCurrent, readRefreshToken } from './tokens/refresh-token.js';
import { subjectOf } from './tokens/subject.js';

/** Token introspection (RFC 7662). What is wrong with a token is not told: it is active or it is not (§2.2). */
export async function introspect(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'introspect', async (seen) => {
    const { client, params } = await readClientForm(deps, suite, request, seen);
    if (!isConfidential(client))
      throw invalidClient('Introspection needs client authentication', {
        rule: 'client.auth_missing',
        reason: 'A public client cannot introspect (RFC 7662 section 2.1).',
      });
    const token = requireParam(params, 'token');
    const description = token.startsWith('tes_rt_')
      ? await describeRefreshToken(deps, suite, client, token)
      : await describeAccessToken(deps, suite, client, token);
    await sendDescription(deps, suite, client, request, reply, description ?? { active: false });
  });
}

const introspectionJwt = 'application/token-introspection+jwt';

/** In plain JSON, or signed for who asks for it or registered for it (RFC 9701 §5). */
async function sendDescription(
  deps: Deps,
  suite: Suite,
  client: Client,
  request: FastifyRequest,
  reply: FastifyReply,
  description: object,
): Promise<void> {
  const { introspectionAlg } = client.metadata;
  const asked = request.headers.accept?.includes(introspectionJwt) ?? false;
  if (introspectionAlg === null && !asked) return sendJson(reply, 200, description);
  const key = await deps.keys.signingKey(suite.id, introspectionAlg ?? 'RS256');
  const claims = {
    iss: issuerOf(deps.config.url, suite),
    aud: client.clientId,
    iat: deps.clock.now(),
    token_introspection: description,
  };
  const jwt = await key.sign(claims, 'token-introspection+jwt');
  sendJwt(reply, jwt, introspectionJwt);
}

async function describeAccessToken(deps: Deps, suite: Suite, client: Client, token: string): Promise<object | null> {
  try {
    const verified = await verifyAccessToken(deps, suite, token);
    if (!mayIntrospect(client, verified)) return null;
    const { grant_id: _, ...claims } = verified.claims;
    return { active: true, token_type: claims.cnf ? 'DPoP' : 'Bearer', ...claims };
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
  const token = readRefreshToken(presented);
  const family = await findRefreshToken(deps.db, token.familyHash, client.id);
  if (!family || family.grant.applicationId !== client.id) return null;
  const { current, grant, subject } = family;
  if (grant.endedAt !== null || !isCurrent(family, token) || current.expiresAt <= deps.clock.now()) return null;
  if (accessFault(client, subject)) return null;
  return {
    active: true,
    client_id: client.clientId,
    sub: subjectOf(deps, suite, client, grant.accountId),
    iss: issuerOf(deps.config.url, suite),
    iat: current.issuedAt,
    exp: current.expiresAt,
    ...(grant.scope ? { scope: grant.scope } : {}),
  };
}
