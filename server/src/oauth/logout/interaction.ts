import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, type Session, sessionCookie, signOut } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, hmac } from '../../platform/hash.js';
import { deriveKey } from '../../platform/seal.js';
import { listApplicationsOfSession } from '../../store/logout-deliveries.js';
import type { Client, Suite } from '../../store/registry.js';
import { suiteCookie } from '../cookies.js';
import { invalidRequest } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { asOAuthError, recordRefusal } from '../reply.js';
import { type Params, readForm, readParams, readQuery } from '../request.js';
import { readIdTokenHint } from '../tokens/id-token-hint.js';
import { subjectOf } from '../tokens/subject.js';

/** What the sign-out page has to show; `answered` when the browser was sent on already. */
export type SignOutStep =
  | { page: 'answered' }
  /** `frames` are loaded so that applications in this browser hear of it (Front-Channel Logout §3). */
  | { page: 'signed-out'; frames: string[]; returnTo: string | null }
  /** `confirmation` and `request` are the hidden fields of the form. */
  | { page: 'confirm'; email: string; confirmation: string; request: string };

/** Runs the logout endpoint; what it throws is recorded and shown as a page. */
export async function endSession(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignOutStep> {
  let applicationId: string | null = null;
  try {
    return await takeLogout(deps, suite, request, reply, (client) => {
      applicationId = client.id;
    });
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint: 'logout', suiteId: suite.id, applicationId });
    throw error;
  }
}

/** The logout endpoint, by GET and POST, and the form of its own page (OpenID Connect RP-Initiated Logout §2). */
async function takeLogout(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  seen: (client: Client) => void,
): Promise<SignOutStep> {
  const sent = request.method === 'POST' ? readForm(request) : readQuery(request);
  const session = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  const confirmation = sent.get('confirmation');
  // Our own form carries the request it was shown for.
  const params = confirmation === undefined ? sent : readParams(sent.get('request') ?? '');
  const asked = await readLogout(deps, suite, params, session, seen);
  if (session && !asked.confirmed) {
    const expected = confirmationOf(deps, session);
    if (confirmation === undefined || !equalInConstantTime(confirmation, expected))
      return {
        page: 'confirm',
        email: session.email,
        confirmation: expected,
        request: new URLSearchParams(params.entries()).toString(),
      };
  }
  const frames = session ? await framesOf(deps, suite, session) : [];
  if (session) await signOut(deps, session.id);
  reply.clearCookie(sessionCookie, suiteCookie(deps.config, suite));
  if (asked.returnTo === null || frames.length > 0) return { page: 'signed-out', frames, returnTo: asked.returnTo };
  reply.header('cache-control', 'no-store').redirect(asked.returnTo, 303);
  return { page: 'answered' };
}

/** The front-channel logout addresses of the session's applications, with `iss` and `sid` (Front-Channel Logout §2). */
async function framesOf(deps: Deps, suite: Suite, session: Session): Promise<string[]> {
  const applications = await listApplicationsOfSession(deps.db, session.id);
  return applications.flatMap(({ metadata: { frontchannelLogoutUri } }) => {
    if (frontchannelLogoutUri === null) return [];
    const url = new URL(frontchannelLogoutUri);
    url.searchParams.set('iss', issuerOf(deps.config.url, suite));
    url.searchParams.set('sid', session.id);
    return [url.href];
  });
}

/** The token of our own form: bound to the session, so that another site cannot post it. */
function confirmationOf(deps: Deps, session: Session): string {
  return hmac(deriveKey(deps.config.masterKey, 'sign-out form'), session.id);
}

interface LogoutRequest {
  /** Where to go afterwards, with `state`; null shows the signed-out page. */
  returnTo: string | null;
  /** The hint names the session of this browser, so the person need not be asked. */
  confirmed: boolean;
}

/** Throws what must be shown as a page: nothing is redirected to on the word of a bad request. */
async function readLogout(
  deps: Deps,
  suite: Suite,
  params: Params,
  session: Session | undefined,
  seen: (client: Client) => void,
): Promise<LogoutRequest> {
  const hintToken = params.get('id_token_hint');
  const hint = hintToken === undefined ? null : await readIdTokenHint(deps, suite, hintToken);
  const client = hint ? ((await deps.registry.findClient(suite.id, hint.clientId)) ?? null) : null;
  if (client) seen(client);
  const clientId = params.get('client_id');
  if (hint && clientId !== undefined && clientId !== hint.clientId)
    throw invalidRequest('client_id is not that of the id_token_hint', {
      rule: 'logout.client',
      reason: 'The ID token was issued to another application.',
      expected: hint.clientId,
      received: clientId,
    });
  const wanted = params.get('post_logout_redirect_uri');
  return {
    returnTo: wanted === undefined ? null : checkReturn(client, wanted, params.get('state')),
    confirmed:
      hint !== null &&
      client !== null &&
      session !== undefined &&
      hint.sub === subjectOf(deps, suite, client, session.accountId) &&
      (hint.sid === null || hint.sid === session.id),
  };
}

function checkReturn(client: Client | null, wanted: string, state: string | undefined): string {
  if (client === null)
    throw invalidRequest('post_logout_redirect_uri needs an id_token_hint', {
      rule: 'logout.hint',
      reason: 'Without a valid ID token it is not known whose post-logout redirect URL this is.',
      expected: 'id_token_hint',
    });
  if (!client.postLogoutRedirectUris.includes(wanted))
    throw invalidRequest('The post_logout_redirect_uri is not registered for this application', {
      rule: 'logout.redirect',
      reason: 'Post-logout redirect URLs match exactly.',
      expected: client.postLogoutRedirectUris.join(' ') || '(none)',
      received: wanted,
    });
  if (state === undefined) return wanted;
  return `${wanted}${wanted.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}
