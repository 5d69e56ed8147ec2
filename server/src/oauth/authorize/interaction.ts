import type { FastifyReply } from 'fastify';
import type { Session } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import { newCredential } from '../../platform/random.js';
import { findInteraction, insertInteraction } from '../../store/interactions.js';
import type { Client, Suite } from '../../store/registry.js';
import { findSubject } from '../../store/subjects.js';
import { accessFault } from '../access.js';
import { accessDenied, type OAuthError, type Refused } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { type Params, readParams } from '../request.js';
import { decide } from './decide.js';
import { issueCode } from './issue-code.js';
import { errorLocation, respond } from './respond.js';
import { readTarget } from './target.js';
import { type AuthorizationRequest, validate } from './validate.js';

/** Seconds in which a sign-in page can be used. */
const interactionLifespan = 3600;

/** Cookie that binds sign-in pages to the browser that asked for them; it is no session. */
export const browserCookie = 'tessera_browser';

/** An authorization request that waits for a person. */
export interface Interaction {
  id: string;
  request: AuthorizationRequest;
  expired: boolean;
}

/** Keeps the request while the person signs in; answers the page to go to. `browser` is the value of the browser cookie. */
export async function startInteraction(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  params: Params,
  browser: string,
): Promise<string> {
  const id = newCredential('');
  const now = deps.clock.now();
  await insertInteraction(deps.db, {
    idHash: sha256(id),
    suiteId: suite.id,
    applicationId: request.client.id,
    browserHash: sha256(browser),
    params: new URLSearchParams(params.entries()).toString(),
    createdAt: now,
    expiresAt: now + interactionLifespan,
  });
  return `${issuerOf(deps.config.url, suite)}/sign-in?interaction=${id}`;
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
  const request = validate(await readTarget(deps, suite, params, seen), params);
  return { id, request, expired: row.expiresAt <= deps.clock.now() };
}

/** Why the signed-in person may not use the application, or null. */
export async function findAccessFault(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session,
): Promise<Refused | null> {
  const subject = await findSubject(deps.db, suite.id, request.client.id, { accountId: session.accountId });
  return subject ? accessFault(request.client, subject) : { rule: 'user.unknown', reason: 'The account was deleted.' };
}

/** True when a session is enough to go on without signing in again. */
export function mayContinue(deps: Deps, request: AuthorizationRequest, session: Session): boolean {
  const decision = decide(request, session, deps.clock.now());
  return decision.next === 'issue' || (decision.next === 'sign-in' && decision.mayContinue);
}

/** Issues the code to a signed-in person and sends it to the application. Access is checked before. */
export async function completeAuthorization(
  deps: Deps,
  suite: Suite,
  request: AuthorizationRequest,
  session: Session,
  reply: FastifyReply,
): Promise<void> {
  const code = await issueCode(deps, suite, request, {
    accountId: session.accountId,
    sessionId: session.id,
    authTime: session.authTime,
    amr: session.amr,
    actSubject: null,
  });
  respond(reply, issuerOf(deps.config.url, suite), request, { code });
}

/** The way back to the application for a person who gives up: its redirect URI with `access_denied`. */
export function wayBack(deps: Deps, suite: Suite, request: AuthorizationRequest): string {
  return errorLocation(issuerOf(deps.config.url, suite), request, givenUp());
}

function givenUp(): OAuthError {
  return accessDenied('The user went back without signing in', {
    rule: 'user.gave_up',
    reason: 'The person left the sign-in page.',
  });
}
