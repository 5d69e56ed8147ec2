import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { endSession, type SignOutStep } from '../oauth/logout/interaction.js';
import type { Suite } from '../store/registry.js';
import { sendPage } from './layout.js';

/** The logout endpoint with its pages. */
export async function logout(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const step = await endSession(deps, suite, request, reply);
  if (step.page === 'signed-out') sendSignedOut(reply, step);
  if (step.page === 'confirm')
    sendPage(
      reply,
      200,
      `Sign out of ${suite.name}?`,
      <>
        <p>
          You are signed in as <strong>{step.email}</strong>. Signing out ends your session in every application of{' '}
          {suite.name}.
        </p>
        <form method="post" action={`/suites/${suite.slug}/logout`}>
          <input type="hidden" name="confirmation" value={step.confirmation} />
          <input type="hidden" name="request" value={step.request} />
          <button type="submit">Sign out</button>
        </form>
      </>,
    );
}

/** Seconds in which the frames may load before the browser goes on. */
const frameTime = 2;

function sendSignedOut(reply: FastifyReply, { frames, returnTo }: SignOutStep & { page: 'signed-out' }): void {
  const content = (
    <>
      {returnTo === null ? <p>You can close this page.</p> : <p>You will go back in a moment.</p>}
      {returnTo !== null && (
        <a class="button" href={returnTo}>
          Continue
        </a>
      )}
      {frames.map((frame) => (
        // Its own scripts and storage, but not this window: nobody is led away from here.
        <iframe
          key={frame}
          src={frame}
          title="Signing out of an application"
          class="unseen"
          sandbox="allow-scripts allow-same-origin"
        />
      ))}
    </>
  );
  const refresh = returnTo === null ? null : { seconds: frameTime, url: returnTo };
  sendPage(reply, 200, 'You are signed out', content, { frames, refresh });
}
