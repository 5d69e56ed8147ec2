import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSX } from 'preact';
import type { Deps } from '../deps.js';
import { readSignIn, type SignInStep, submitSignIn } from '../oauth/interaction.js';
import type { Suite } from '../store/registry.js';
import { Alert, sendPage } from './layout.js';

/** The sign-in page (GET). */
export async function showSignIn(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  sendStep(suite, reply, await readSignIn(deps, suite, request));
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
      `Sign in to ${step.application}`,
      <SignInContent action={`/suites/${suite.slug}/sign-in`} step={step} />,
    );
}

function SignInContent({ action, step }: { action: string; step: SignInStep & { page: 'sign-in' } }): JSX.Element {
  return (
    <>
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
        <label for="email">Email</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          required
          autofocus={!step.email}
          value={step.email}
          maxLength={254}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={!!step.email}
          maxLength={1000}
        />
        <button type="submit">Sign in</button>
      </form>
      <p class="quiet">
        <a href={step.wayBack}>Back to {step.application}</a>
      </p>
    </>
  );
}

function StaleContent({ step }: { step: SignInStep & { page: 'stale' } }): JSX.Element {
  return (
    <>
      <p>Go back to {step.application ?? 'the application'} and try again.</p>
      {step.wayBack && (
        <a class="button" href={step.wayBack}>
          Back to {step.application}
        </a>
      )}
    </>
  );
}
