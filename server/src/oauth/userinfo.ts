import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { findSubject } from '../store/subjects.js';
import { readBearer, verifyAccessToken } from './bearer.js';
import { answerWithJson } from './endpoint.js';
import { insufficientScope, invalidToken, OAuthError } from './errors.js';
import { sendJson } from './reply.js';
import { readForm } from './request.js';
import { userClaims } from './rules/claims.js';

/** The UserInfo endpoint, by GET and POST (OpenID Connect Core §5.3). */
export async function userinfo(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'userinfo', async (seen) => {
    const isForm = request.method === 'POST' && request.headers['content-type'] !== undefined;
    const token = readBearer(request, isForm ? readForm(request) : null);
    if (token === null) throw noToken();
    const { claims, client, accountId } = await verifyAccessToken(deps, suite, token);
    seen(client);
    const scopes = claims.scope?.split(' ') ?? [];
    if (accountId === null || !scopes.includes('openid'))
      throw insufficientScope('openid', claims.scope ?? '(no scope)');
    const subject = await findSubject(deps.db, suite.id, client.id, { accountId });
    if (!subject)
      throw invalidToken('The access token is not valid', { rule: 'user.unknown', reason: 'The account was deleted.' });
    sendJson(reply, 200, { sub: accountId, ...userClaims(subject, scopes) });
  });
}

/** RFC 6750 §3.1: a request without a token is challenged, without an error code in the header. */
function noToken(): OAuthError {
  return new OAuthError('invalid_token', 'An access token is required', 401, {
    rule: 'token.missing',
    reason: 'No access token was sent.',
    expected: 'Authorization: Bearer',
  });
}
