import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, type Session, sessionCookie, startSession } from '../accounts/session.js';
import { signIn } from '../accounts/sign-in.js';
import type { Deps } from '../deps.js';
import { sha256 } from '../platform/hash.js';
import { satisfyInteraction } from '../store/interactions.js';
import type { Client, Suite } from '../store/registry.js';
import {
  assess,
  completeAuthorization,
  findAccessFault,
  goBack,
  type Interaction,
  pageOf,
  readInteraction,
  wayBack,
} from './authorize/interaction.js';
import { browserCookie, suiteCookie } from './cookies.js';
import { accessDenied, invalidGrant, type OAuthError, tooManyAttempts, wrongCredentials } from './errors.js';
import { issuerOf } from './issuer.js';
import { asOAuthError, recordRefusal } from './reply.js';
import { readForm, readQuery } from './request.js';

/** What the sign-in page has to show; `answered` when the person was sent on already. */
export type SignInStep =
  | { page: 'answered' }
  | { page: 'stale'; application: string | null; wayBack: string | null }
  | {
      page: 'sign-in';
      status: number;
      application: ShownApplication;
      /** Value of the hidden field `interaction`. */
      interaction: string;
      alert: string | null;
      email: string;
      /** Signed in already, and allowed to go on without a password. */
      continueAs: Session | null;
      wayBack: string;
    };

/** What a page tells about the application that sent the person here (OpenID Connect Registration §2). */
export interface ShownApplication {
  name: string;
  logoUri: string | null;
  policyUri: string | null;
  tosUri: string | null;
}

type Seen = (client: Client) => void;

/** Reads what the sign-in page (GET) shows. */
export function readSignIn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignInStep> {
  return recordThrown(deps, suite, request, (seen) => takeRequest(deps, suite, request, reply, seen));
}

/** Takes the form of the sign-in page (POST): signs in, or goes on with the session there is. */
export function submitSignIn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignInStep> {
  return recordThrown(deps, suite, request, (seen) => takeForm(deps, suite, request, reply, seen));
}

/** What a step throws is recorded, and shown as a page. */
async function recordThrown(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  step: (seen: Seen) => Promise<SignInStep>,
): Promise<SignInStep> {
  let applicationId: string | null = null;
  try {
    return await step((client) => {
      applicationId = client.id;
    });
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint: 'sign-in', suiteId: suite.id, applicationId });
    throw error;
  }
}

async function takeRequest(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  seen: Seen,
): Promise<SignInStep> {
  const query = readQuery(request);
  const interaction = await readInteraction(
    deps,
    suite,
    query.get('interaction'),
    request.cookies[browserCookie],
    seen,
  );
  if (interaction && query.get('back') !== undefined) {
    goBack(deps, suite, interaction, reply);
    return { page: 'answered' };
  }
  if (!interaction || interaction.expired) return stale(deps, suite, interaction);
  const step = signInStep(deps, suite, interaction, interaction.request.loginHint ?? '');
  const session = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  if (!session) return step;
  if (await mayContinue(deps, suite, interaction, session)) return { ...step, continueAs: session };
  const fault = await findAccessFault(deps, suite, interaction.request, session);
  return fault ? { ...step, alert: noAccess(interaction) } : step;
}

async function takeForm(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  seen: Seen,
): Promise<SignInStep> {
  const form = readForm(request);
  const id = form.get('interaction');
  const interaction = await readInteraction(deps, suite, id, request.cookies[browserCookie], seen);
  if (!interaction || interaction.expired) return stale(deps, suite, interaction);
  const before = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  if (form.get('continue') && before && (await mayContinue(deps, suite, interaction, before)))
    return goOn(deps, suite, interaction, before, reply);

  const email = form.get('email') ?? '';
  const applicationId = interaction.request.client.id;
  const attempt = await signIn(deps, {
    suiteId: suite.id,
    applicationId,
    email,
    password: form.get('password') ?? '',
    address: request.ip,
  });
  const refuse = async (status: number, alert: string, error: OAuthError): Promise<SignInStep> => {
    await recordRefusal(deps, request, error, { endpoint: 'sign-in', suiteId: suite.id, applicationId });
    return { ...signInStep(deps, suite, interaction, email), status, alert };
  };
  switch (attempt.outcome) {
    case 'throttled': {
      const seconds = attempt.retryAt - deps.clock.now();
      reply.header('retry-after', String(Math.max(1, seconds)));
      return refuse(429, `Too many tries. Try again at ${clockTime(attempt.retryAt)}.`, tooManyAttempts(seconds));
    }
    case 'wrong-credentials':
      return refuse(401, wrongCredentialsText, wrongCredentials());
    case 'account-disabled':
      return refuse(
        403,
        'Your account is disabled. Contact the people who run this service.',
        invalidGrant('The user could not be signed in', {
          rule: 'user.disabled',
          reason: `The account ${attempt.subject.email} is disabled.`,
        }),
      );
    case 'signed-in': {
      const browser = { before, userAgent: request.headers['user-agent'] ?? '', address: request.ip };
      const started = await startSession(deps, suite.id, attempt.subject, browser);
      if (!started) return refuse(401, wrongCredentialsText, wrongCredentials());
      const { session, cookie } = started;
      reply.setCookie(sessionCookie, cookie, suiteCookie(deps.config, suite));
      const fault = await findAccessFault(deps, suite, interaction.request, session);
      if (fault)
        return refuse(403, noAccess(interaction), accessDenied('The user may not use this application', fault));
      return goOn(deps, suite, interaction, session, reply);
    }
  }
}

/** True when choosing the session is enough: nothing asks for a new sign-in. */
async function mayContinue(deps: Deps, suite: Suite, interaction: Interaction, session: Session): Promise<boolean> {
  const decision = await assess(deps, suite, interaction.request, session, null);
  return decision.next !== 'sign-in' ? decision.next !== 'refuse' : decision.mayContinue;
}

/** The session now stands for this request: asks for consent where it is needed, else answers the application. */
async function goOn(
  deps: Deps,
  suite: Suite,
  interaction: Interaction,
  session: Session,
  reply: FastifyReply,
): Promise<SignInStep> {
  await satisfyInteraction(deps.db, sha256(interaction.id), session.id);
  const decision = await assess(deps, suite, interaction.request, session, session.id);
  if (decision.next === 'issue') await completeAuthorization(deps, suite, interaction.request, session, reply);
  else
    reply
      .header('cache-control', 'no-store')
      .redirect(pageOf(deps, suite, decision.next === 'consent' ? 'consent' : 'sign-in', interaction.id), 303);
  return { page: 'answered' };
}

/** What a page may tell about an application. */
export function shownApplication({ client }: Interaction['request']): ShownApplication {
  const { logoUri, policyUri, tosUri } = client.metadata;
  return { name: client.name, logoUri, policyUri, tosUri };
}

function signInStep(
  deps: Deps,
  suite: Suite,
  interaction: Interaction,
  email: string,
): SignInStep & { page: 'sign-in' } {
  return {
    page: 'sign-in',
    status: 200,
    application: shownApplication(interaction.request),
    interaction: interaction.id,
    alert: null,
    email,
    continueAs: null,
    wayBack: wayBack(deps, suite, interaction),
  };
}

/** A page that came too late: it leads to where the application begins a sign-in anew, or else back with an error. */
export function stale(deps: Deps, suite: Suite, interaction: Interaction | undefined): SignInStep & { page: 'stale' } {
  if (!interaction) return { page: 'stale', application: null, wayBack: null };
  const { name, metadata } = interaction.request.client;
  const anew = metadata.initiateLoginUri === null ? null : beginAnew(deps, suite, metadata.initiateLoginUri);
  return { page: 'stale', application: name, wayBack: anew ?? wayBack(deps, suite, interaction) };
}

/** Asks an application to begin a sign-in with this issuer (OpenID Connect Core §4). */
function beginAnew(deps: Deps, suite: Suite, initiateLoginUri: string): string {
  const url = new URL(initiateLoginUri);
  url.searchParams.set('iss', issuerOf(deps.config.url, suite));
  return url.href;
}

const wrongCredentialsText = 'Email or password is not correct.';

function noAccess(interaction: Interaction): string {
  return `You don't have access to ${interaction.request.client.name}. Use another account, or ask for access.`;
}

function clockTime(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(11, 16)} UTC`;
}
