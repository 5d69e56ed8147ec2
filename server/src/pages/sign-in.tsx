import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import type { Deps } from '../deps.js';
import { readSignIn, type SignInStep, submitSignIn } from '../oauth/interaction.js';
import type { Suite } from '../store/registry.js';
import { Alert, ApplicationLinks, ApplicationLogo, CredentialFields, StaleContent, sendPage } from './layout.js';

/** The sign-in page (GET). */
export async function showSignIn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await readSignIn(deps, suite, request, reply));
}

/** The form of the sign-in page (POST). */
export async function takeSignIn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await submitSignIn(deps, suite, request, reply));
}

function sendStep(suite: Suite, reply: FastifyReply, step: SignInStep): void {
  if (step.page === 'stale') sendPage(reply, 400, 'This sign-in has expired', <StaleContent step={step} />);
  if (step.page === 'sign-in')
    sendPage(
      reply,
      step.status,
      `Sign in to ${step.application.name}`,
      <SignInContent action={`/suites/${suite.slug}/sign-in`} step={step} />,
      { image: step.application.logoUri },
    );
}

function SignInContent({ action, step }: { action: string; step: SignInStep & { page: 'sign-in' } }): JSX.Element {
  return (
    <>
      <ApplicationLogo application={step.application} />
      {step.alert && <Alert>{step.alert}</Alert>}
      {step.continueAs && (
        <>
          <form method="post" action={action}>
            <input type="hidden" name="interaction" value={step.interaction} />
            <button type="submit" name="continue" value="yes">
              Continue as {step.continueAs.name || step.continueAs.email}
            </button>
            <p class="quiet">{step.continueAs.email}</p>
          </form>
          <h2>Not you?</h2>
        </>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="interaction" value={step.interaction} />
        <CredentialFields email={step.email} />
        <button type="submit">Sign in</button>
      </form>
      <p class="quiet">
        <a href={step.wayBack}>Back to {step.application.name}</a>
      </p>
      <ApplicationLinks application={step.application} />
    </>
  );
}
