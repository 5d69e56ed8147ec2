import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { endSession } from '../oauth/logout/interaction.js';
import type { Suite } from '../store/registry.js';
import { sendPage } from './layout.js';

/** The logout endpoint with its pages. */
export async function logout(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const step = await endSession(deps, suite, request, reply);
  if (step.page === 'signed-out') sendPage(reply, 200, 'You are signed out', <p>You can close this page.</p>);
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
