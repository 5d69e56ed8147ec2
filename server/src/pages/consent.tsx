import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import type { Deps } from '../deps.js';
import { type ConsentStep, readConsent, submitConsent } from '../oauth/consent/interaction.js';
import type { Suite } from '../store/registry.js';
import { ApplicationLinks, ApplicationLogo, StaleContent, sendPage } from './layout.js';

/** The consent page (GET). */
export async function showConsent(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await readConsent(deps, suite, request, reply));
}

/** The form of the consent page (POST). */
export async function takeConsent(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await submitConsent(deps, suite, request, reply));
}

function sendStep(suite: Suite, reply: FastifyReply, step: ConsentStep): void {
  if (step.page === 'stale') sendPage(reply, 400, 'This sign-in has expired', <StaleContent step={step} />);
  if (step.page === 'consent')
    sendPage(
      reply,
      200,
      `${step.application.name} wants to use your account`,
      <ConsentContent action={`/suites/${suite.slug}/consent`} step={step} />,
      { image: step.application.logoUri },
    );
}

function ConsentContent({ action, step }: { action: string; step: ConsentStep & { page: 'consent' } }): JSX.Element {
  return (
    <>
      <ApplicationLogo application={step.application} />
      <p>
        You are signed in as <strong>{step.email}</strong>.
      </p>
      {step.sentences.length > 0 && (
        <>
          <p>It will be able to:</p>
          <ul>
            {step.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="interaction" value={step.interaction} />
        <input type="hidden" name="confirmation" value={step.confirmation} />
        <div class="choice">
          <button type="submit" name="decision" value="deny" class="plain">
            Deny
          </button>
          <button type="submit" name="decision" value="allow">
            Allow
          </button>
        </div>
      </form>
      <p class="quiet">You will go back to {step.destination}.</p>
      <ApplicationLinks application={step.application} />
    </>
  );
}
