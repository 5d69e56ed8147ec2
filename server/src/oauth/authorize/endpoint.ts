import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, sessionCookie } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import type { Suite } from '../../store/registry.js';
import { accessDenied } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { asOAuthError, recordRefusal } from '../reply.js';
import { type Params, readForm, readQuery } from '../request.js';
import { ensureBrowserCookie } from './browser-cookie.js';
import { decide } from './decide.js';
import { completeAuthorization, findAccessFault, startInteraction } from './interaction.js';
import { errorAnswer, respond } from './respond.js';
import { readTarget, type Target } from './target.js';
import { type AuthorizationRequest, validate } from './validate.js';

/** The authorization endpoint, by GET and POST (RFC 6749 §3.1). What it throws is shown as a page. */
export async function authorize(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  let target: Target | null = null;
  let applicationId: string | null = null;
  try {
    const params = request.method === 'POST' ? readForm(request) : readQuery(request);
    target = await readTarget(deps, suite, params, (client) => {
      applicationId = client.id;
    });
    await answer(deps, suite, request, reply, validate(target, params), params);
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint: 'authorize', suiteId: suite.id, applicationId });
    if (target === null) throw error;
    respond(reply, issuerOf(deps.config.url, suite), target, errorAnswer(error));
  }
}

async function answer(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  authorization: AuthorizationRequest,
  params: Params,
): Promise<void> {
  const session = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  const decision = decide(authorization, session, deps.clock.now());
  if (decision.next === 'refuse') throw decision.error;
  if (decision.next === 'issue' && session) {
    const fault = await findAccessFault(deps, suite, authorization, session);
    if (fault === null) return completeAuthorization(deps, suite, authorization, session, reply);
    if (authorization.prompt.includes('none')) throw accessDenied('The user may not use this application', fault);
  }
  const browser = ensureBrowserCookie(deps, suite, request, reply);
  reply
    .header('cache-control', 'no-store')
    .redirect(await startInteraction(deps, suite, authorization, params, browser), 303);
}
