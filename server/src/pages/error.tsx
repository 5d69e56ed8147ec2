import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OAuthError } from '../oauth/errors.js';
import { sendPage } from './layout.js';

const sentences: Record<string, { title: string; sentence: string }> = {
  'redirect.mismatch': {
    title: 'This sign-in link does not fit',
    sentence:
      'The application asked to send you to an address that is not registered for it, so you were not sent there.',
  },
  'client.unknown': { title: 'Unknown application', sentence: 'The application that sent you here is not known.' },
  'client.disabled': { title: 'Application disabled', sentence: 'The application that sent you here is disabled.' },
};

const fallback = {
  title: 'This request cannot be answered',
  sentence: 'The application sent a request that this server cannot answer.',
};

/** The page for a protocol error that must not be redirected (RFC 6749 §4.1.2.1). */
export function sendErrorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  error: OAuthError,
  clientId: string | null,
): void {
  const serverFault = error.status >= 500;
  const { title, sentence } = serverFault
    ? { title: 'The server could not finish this', sentence: 'Nothing was changed. Try again in a moment.' }
    : (sentences[error.refused.rule] ?? fallback);
  sendPage(
    reply,
    error.status === 401 || error.status === 403 ? 400 : error.status,
    title,
    <>
      <p>{sentence}</p>
      <p>Go back to the application and try again. If it happens again, tell the people who run it.</p>
      <details open>
        <summary>Details for the developer</summary>
        <dl>
          <dt>error</dt>
          <dd>
            <code>{error.error}</code>
          </dd>
          <dt>error_description</dt>
          <dd>{error.description}</dd>
          {clientId && (
            <>
              <dt>Client ID</dt>
              <dd>
                <code>{clientId}</code>
              </dd>
            </>
          )}
          <dt>Request ID</dt>
          <dd>
            <code>{request.id}</code>
          </dd>
        </dl>
      </details>
    </>,
  );
}

/** The page for an address below a suite, or a suite, that does not exist. */
export function sendNotFoundPage(request: FastifyRequest, reply: FastifyReply): void {
  sendPage(
    reply,
    404,
    'Page not found',
    <>
      <p>There is nothing at this address.</p>
      <p class="quiet">
        Request ID <code>{request.id}</code>
      </p>
    </>,
  );
}
