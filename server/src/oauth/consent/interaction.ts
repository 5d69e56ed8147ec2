import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSession, type Session, sessionCookie } from '../../accounts/session.js';
import type { Deps } from '../../deps.js';
import { equalInConstantTime, hmac } from '../../platform/hash.js';
import { deriveKey } from '../../platform/seal.js';
import { findConsent, updateConsent } from '../../store/consents.js';
import type { Suite } from '../../store/registry.js';
import {
  agreementTo,
  assess,
  completeAuthorization,
  type Interaction,
  pageOf,
  readInteraction,
  scopeToAgreeTo,
} from '../authorize/interaction.js';
import { errorAnswer, respond } from '../authorize/respond.js';
import { browserCookie } from '../cookies.js';
import { accessDenied } from '../errors.js';
import { type ShownApplication, shownApplication, stale } from '../interaction.js';
import { issuerOf } from '../issuer.js';
import { recordRefusal } from '../reply.js';
import { readForm, readQuery } from '../request.js';
import { namedResources } from '../rules/resource.js';
import { scopeSentences } from '../rules/scope.js';

/** What the consent page has to show; `answered` when the person was sent on already. */
export type ConsentStep =
  | { page: 'answered' }
  | { page: 'stale'; application: string | null; wayBack: string | null }
  | {
      page: 'consent';
      application: ShownApplication;
      /** Value of the hidden field `interaction`. */
      interaction: string;
      /** Value of the hidden field `confirmation`. */
      confirmation: string;
      email: string;
      sentences: string[];
      /** Where the person goes afterwards. */
      destination: string;
    };

/** Reads what the consent page (GET) shows. */
export async function readConsent(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ConsentStep> {
  return atConsent(deps, suite, request, reply, readQuery(request).get('interaction'), async (interaction, session) =>
    consentStep(deps, interaction, session),
  );
}

function consentStep(deps: Deps, interaction: Interaction, session: Session): ConsentStep {
  return {
    page: 'consent',
    application: shownApplication(interaction.request),
    interaction: interaction.id,
    confirmation: confirmationOf(deps, interaction, session),
    email: session.email,
    sentences: sentencesOf(interaction),
    destination: destinationOf(interaction.request.redirectUri),
  };
}

/** Binds the form to who was shown it: somebody else who signed in meanwhile is asked anew. */
function confirmationOf(deps: Deps, interaction: Interaction, session: Session): string {
  return hmac(deriveKey(deps.config.masterKey, 'consent form'), `${interaction.id} ${session.id}`);
}

/** Takes the form of the consent page (POST): remembers the agreement, or tells the application that there is none. */
export async function submitConsent(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ConsentStep> {
  const form = readForm(request);
  return atConsent(deps, suite, request, reply, form.get('interaction'), async (interaction, session) => {
    if (!equalInConstantTime(form.get('confirmation') ?? '', confirmationOf(deps, interaction, session)))
      return consentStep(deps, interaction, session);
    if (form.get('decision') === 'allow') {
      await remember(deps, interaction, session);
      await completeAuthorization(deps, suite, interaction.request, session, reply);
    } else {
      const error = accessDenied('The user did not agree', {
        rule: 'consent.denied',
        reason: 'The person pressed Deny.',
      });
      const applicationId = interaction.request.client.id;
      await recordRefusal(deps, request, error, { endpoint: 'consent', suiteId: suite.id, applicationId });
      respond(reply, issuerOf(deps.config.url, suite), interaction.request, errorAnswer(error));
    }
    return { page: 'answered' };
  });
}

/** Runs `then` where consent is what comes next for this browser, interaction and session; sends elsewhere otherwise. */
async function atConsent(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string | undefined,
  then: (interaction: Interaction, session: Session) => Promise<ConsentStep>,
): Promise<ConsentStep> {
  const interaction = await readInteraction(deps, suite, id, request.cookies[browserCookie], () => undefined);
  if (!interaction || interaction.expired) return stale(deps, suite, interaction);
  const session = await readSession(deps, suite.id, request.cookies[sessionCookie]);
  const decision = await assess(deps, suite, interaction.request, session, interaction.sessionId);
  if (session && decision.next === 'consent') return then(interaction, session);
  if (session && decision.next === 'issue')
    await completeAuthorization(deps, suite, interaction.request, session, reply);
  else reply.header('cache-control', 'no-store').redirect(pageOf(deps, suite, 'sign-in', interaction.id), 303);
  return { page: 'answered' };
}

function sentencesOf({ request }: Interaction): string[] {
  return scopeSentences(scopeToAgreeTo(request), namedResources(request.resource, request.client.resources));
}

/** Adds to what was agreed before: a smaller request later on does not take anything back. */
async function remember(deps: Deps, interaction: Interaction, session: Session): Promise<void> {
  const { client } = interaction.request;
  const before = (await findConsent(deps.db, session.accountId, client.id)) ?? '';
  const agreed = new Set([...before.split(' '), ...agreementTo(interaction.request)].filter((one) => one !== ''));
  await updateConsent(deps.db, {
    accountId: session.accountId,
    applicationId: client.id,
    scope: [...agreed].join(' '),
    grantedAt: deps.clock.now(),
  });
}

/** The host that a redirect URI leads to; a private-use scheme has none, and leads to an app of this device. */
function destinationOf(redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri);
  return host || protocol.replace(/:$/, '');
}
