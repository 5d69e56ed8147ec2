import type { FastifyReply } from 'fastify';
import type { Session } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import { newCredential } from '../../platform/random.js';
import { findConsent, lockConsent } from '../../store/consents.js';
import { findInteraction, insertInteraction } from '../../store/interactions.js';
import { consumePushedRequest } from '../../store/pushed-requests.js';
import type { Client, Suite } from '../../store/registry.js';
import { updateSessionUse } from '../../store/sessions.js';
import { findSubject } from '../../store/subjects.js';
import { transact } from '../../store/transact.js';
import { accessFault, userGone } from '../access.js';
import { accessDenied, consentRequired, loginRequired, OAuthError, type Refused } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { recordRefusal } from '../reply.js';
import { type Params, readParams } from '../request.js';
import { passwordAcr } from '../rules/acr.js';
import { scopesOfClaims } from '../rules/claims.js';
import { withoutCredentials } from '../rules/request-object.js';
import { namedResources } from '../rules/resource.js';
import { consentTokens } from '../rules/scope.js';
import { readIdTokenHint } from '../tokens/id-token-hint.js';
import { subjectOf } from '../tokens/subject.js';
import { type Decision, decide } from './decide.js';
import { issueCode } from './issue-code.js';
import { usedRequestUri } from './par.js';
import { errorAnswer, errorLocation, respond } from './respond.js';
import { readTarget } from './target.js';
import { type AuthorizationRequest, validate } from './validate.js';

/** Seconds in which a sign-in page can be used. */
const interactionLifespan = 3600;

/** An authorization request that waits for a person. */
export interface Interaction {
  id: string;
  request: AuthorizationRequest;
  expired: boolean;
  /** The session that signed in, or was chosen, for this very request. */
  sessionId: string | null;
}

/** Keeps the request while the person acts; answers the page to go to. `browser` is the value of the browser cookie. */
export async function startInteraction(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  params: Params,
  browser: string,
  page: 'sign-in' | 'consent',
): Promise<string> {
  const id = newCredential('');
  const now = deps.clock.now();
  await insertInteraction(deps.db, {
    idHash: sha256(id),
    suiteId: suite.id,
    applicationId: request.client.id,
    browserHash: sha256(browser),
    // A client that sent its secret here did so by mistake.
    params: new URLSearchParams(withoutCredentials(params.entries())).toString(),
    createdAt: now,
    expiresAt: now + interactionLifespan,
    sessionId: null,
    pushedUriHash: request.pushed,
  });
  return pageOf(deps, suite, page, id);
}

/** The address of a page for an interaction. */
export function pageOf(deps: Deps, suite: Suite, page: 'sign-in' | 'consent', interactionId: string): string {
  return `${issuerOf(deps.config.url, suite)}/${page}?interaction=${interactionId}`;
}

/**
 * Reads an interaction of this browser, its request checked anew since the application may have changed.
 * Undefined when there is none, or it belongs to another browser: a sign-in cannot be planted.
 */
export async function readInteraction(
  deps: Deps,
  suite: Suite,
  id: string | undefined,
  browser: string | undefined,
  seen: (client: Client) => void,
): Promise<Interaction | undefined> {
  if (!id || !browser) return undefined;
  const row = await findInteraction(deps.db, suite.id, sha256(id));
  if (!row || !equalInConstantTime(row.browserHash, sha256(browser))) return undefined;
  const params = readParams(row.params);
  const request = validate(await readTarget(deps, suite, params, seen), params, row.pushedUriHash);
  return { id, request, expired: row.expiresAt <= deps.clock.now(), sessionId: row.sessionId };
}

/** Gathers the facts about a request and a session, and decides what comes next. */
export async function assess(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session | undefined,
  satisfiedBy: string | null,
): Promise<Decision> {
  const facts = {
    session,
    isHinted: await isHinted(deps, suite, request, session),
    satisfied: session !== undefined && session.id === satisfiedBy,
    fault: session ? await findAccessFault(deps, suite, request, session) : null,
    consentNeeded: session !== undefined && (await isConsentNeeded(deps, request, session)),
  };
  return decide(request, facts, deps.clock.now());
}

async function isHinted(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session | undefined,
): Promise<boolean> {
  // OpenID Connect Core §5.5.1: a sub that is asked for by value.
  const wanted = request.claims?.idToken.sub?.values ?? null;
  if (wanted !== null && (!session || !wanted.includes(subjectOf(deps, suite, request.client, session.accountId))))
    return false;
  if (request.idTokenHint === undefined) return true;
  const hint = await readIdTokenHint(deps, suite, request.idTokenHint);
  const client = await deps.registry.findClient(suite.id, hint.clientId);
  return (
    session !== undefined && client !== undefined && subjectOf(deps, suite, client, session.accountId) === hint.sub
  );
}

/** First parties ask nobody; what a person has agreed to is not asked again unless prompt=consent wants it. */
async function isConsentNeeded(deps: Deps, request: AuthorizationRequest, session: Session): Promise<boolean> {
  if (request.client.firstParty) return false;
  if (request.prompt.includes('consent')) return true;
  const agreed = (await findConsent(deps.db, session.accountId, request.client.id))?.split(' ') ?? null;
  return agreed === null || agreementTo(request).some((token) => !agreed.includes(token));
}

/** What a person agrees to when they agree to a request, as it is remembered. */
export function agreementTo(request: AuthorizationRequest): string[] {
  return consentTokens(scopeToAgreeTo(request), namedResources(request.resource, request.client.resources));
}

/** The scope asked for, and that of the claims asked for by name (OpenID Connect Core §5.5). */
export function scopeToAgreeTo({ scope, claims }: AuthorizationRequest): string {
  return [...new Set([...scope.split(' '), ...scopesOfClaims(claims)])].join(' ');
}

/** Why the signed-in person may not use the application, or null. */
export async function findAccessFault(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session,
): Promise<Refused | null> {
  const subject = await findSubject(deps.db, suite.id, request.client.id, { accountId: session.accountId });
  return subject ? accessFault(request.client, subject) : userGone;
}

/** Issues the code to a signed-in person and sends it to the application, once `assess` said so. */
export async function completeAuthorization(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session,
  reply: FastifyReply,
): Promise<void> {
  const issuer = issuerOf(deps.config.url, suite);
  try {
    respond(reply, issuer, request, { code: await issueOnce(deps, suite, request, session) });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const context = { endpoint: 'authorize', suiteId: suite.id, applicationId: request.client.id };
    await recordRefusal(deps, reply.request, error, context);
    respond(reply, issuer, request, errorAnswer(error));
  }
}

/** Issues the code, if session and consent are still there; a pushed request is used up by the one code it brings. */
async function issueOnce(deps: Deps, suite: Suite, request: AuthorizationRequest, session: Session): Promise<string> {
  const { pushed } = request;
  const person = {
    accountId: session.accountId,
    sessionId: session.id,
    authTime: session.authTime,
    acr: passwordAcr,
    amr: session.amr,
    actSubject: null,
  };
  const now = deps.clock.now();
  return transact(deps.db, async (tx) => {
    if (!(await updateSessionUse(tx, session.id, now))) throw loginRequired('The session ended at this moment.');
    if (!request.client.firstParty && !(await lockConsent(tx, session.accountId, request.client.id)))
      throw consentRequired();
    if (pushed !== null && !(await consumePushedRequest(tx, pushed, now))) throw usedRequestUri();
    return issueCode({ ...deps, db: tx }, suite, request, person);
  });
}

/**
 * The way back to the application for a person who gives up: its redirect URI with `access_denied`. A link cannot post
 * a form: for `form_post` it leads to `goBack` by the sign-in page.
 */
export function wayBack(deps: Deps, suite: Suite, { id, request }: Interaction): string {
  if (request.responseMode === 'form_post') return `${pageOf(deps, suite, 'sign-in', id)}&back=yes`;
  return errorLocation(issuerOf(deps.config.url, suite), request, givenUp());
}

/** Tells the application that the person gave up. */
export function goBack(deps: Deps, suite: Suite, { request }: Interaction, reply: FastifyReply): void {
  respond(reply, issuerOf(deps.config.url, suite), request, errorAnswer(givenUp()));
}

function givenUp(): OAuthError {
  return accessDenied('The user went back without signing in', {
    rule: 'user.gave_up',
    reason: 'The person left the sign-in page.',
  });
}
