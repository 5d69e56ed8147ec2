import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, sessionCookie } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { ensureBrowserCookie } from '../cookies.js';
import { invalidRequest } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { asOAuthError, recordRefusal } from '../reply.js';
import { type Params, readForm, readQuery } from '../request.js';
import { assess, completeAuthorization, startInteraction } from './interaction.js';
import { resolveRequest } from './resolve.js';
import { errorAnswer, respond } from './respond.js';
import { readTarget, type Target } from './target.js';
import { type AuthorizationRequest, validate } from './validate.js';

/** The authorization endpoint, by GET and POST (RFC 6749 §3.1). What it throws is shown as a page. */
export async function authorize(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  let target: Target | null = null;
  let applicationId: string | null = null;
  const seen = (client: Client) => {
    applicationId = client.id;
  };
  try {
    const outer = request.method === 'POST' ? readForm(request) : readQuery(request);
    const { params, pushed } = await resolveRequest(deps, suite, outer, seen).catch(async (error: unknown) => {
      // What was in the object is not known: the way back is the one outside, where that is registered.
      if (outer.get('redirect_uri') !== undefined) target = await readTarget(deps, suite, outer).catch(() => null);
      throw error;
    });
    target = await readTarget(deps, suite, params, seen);
    checkPushed(target.client, pushed);
    await answer(deps, suite, request, reply, validate(target, params, pushed), params);
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint: 'authorize', suiteId: suite.id, applicationId });
    if (target === null) throw error;
    respond(reply, issuerOf(deps.config.url, suite), target, errorAnswer(error));
  }
}

/** RFC 9126 §5, §6: an application may be held to pushing its requests. */
function checkPushed(client: Client, pushed: string | null): void {
  if (client.metadata.requirePar && pushed === null)
    throw invalidRequest('The request has to be pushed first', {
      rule: 'par.required',
      reason: `${client.name} has to push its authorization requests.`,
      expected: 'request_uri of a pushed request',
    });
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
  const decision = await assess(deps, suite, authorization, session, null);
  if (decision.next === 'refuse') throw decision.error;
  if (decision.next === 'issue' && session) return completeAuthorization(deps, suite, authorization, session, reply);
  const page = decision.next === 'consent' ? 'consent' : 'sign-in';
  const browser = ensureBrowserCookie(deps, suite, request, reply);
  reply
    .header('cache-control', 'no-store')
    .redirect(await startInteraction(deps, suite, authorization, params, browser, page), 303);
}
