import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Client, Suite } from '../store/registry.js';
import type { SigningAlgorithm } from '../store/schema.js';
import { findSubject } from '../store/subjects.js';
import { readAccessToken } from './bearer.js';
import { answerWithJson } from './endpoint.js';
import { insufficientScope, invalidToken, OAuthError } from './errors.js';
import { issuerOf } from './issuer.js';
import { sendJson, sendJwt } from './reply.js';
import { isForm, readForm } from './request.js';
import { userClaims } from './rules/claims.js';

/** The UserInfo endpoint, by GET and POST (OpenID Connect Core §5.3). */
export async function userinfo(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'userinfo', async (seen) => {
    // RFC 6750 §2.2: only a form can have the token in it; what else a client sends along is not read.
    const form = request.method === 'POST' && isForm(request) ? readForm(request) : null;
    const token = await readAccessToken(deps, suite, request, reply, form);
    if (token === null) throw noToken();
    const { claims, client, accountId, claimsRequest } = token;
    seen(client);
    const scopes = claims.scope?.split(' ') ?? [];
    if (accountId === null || !scopes.includes('openid'))
      throw insufficientScope('openid', claims.scope ?? '(no scope)');
    const subject = await findSubject(deps.db, suite.id, client.id, { accountId });
    if (!subject)
      throw invalidToken('The access token is not valid', { rule: 'user.unknown', reason: 'The account was deleted.' });
    const names = Object.keys(claimsRequest?.userinfo ?? {});
    const answer = { sub: claims.sub, ...userClaims(subject, scopes, names) };
    if (client.metadata.userinfoAlg === null) sendJson(reply, 200, answer);
    else sendJwt(reply, await signAnswer(deps, suite, client, client.metadata.userinfoAlg, answer));
  });
}

/** Userinfo as a JWT for who registered for it (OpenID Connect Core §5.3.2): with `iss` and `aud`. */
async function signAnswer(
  deps: Deps,
  suite: Suite,
  client: Client,
  alg: SigningAlgorithm,
  answer: object,
): Promise<string> {
  const key = await deps.keys.signingKey(suite.id, alg);
  const claims = { ...answer, iss: issuerOf(deps.config.url, suite), aud: client.clientId, iat: deps.clock.now() };
  return key.sign(claims);
}

/** RFC 6750 §3.1: a request without a token is challenged, without an error code in the header. */
function noToken(): OAuthError {
  return new OAuthError('invalid_token', 'An access token is required', 401, {
    rule: 'token.missing',
    reason: 'No access token was sent.',
    expected: 'Authorization: Bearer',
  });
}
