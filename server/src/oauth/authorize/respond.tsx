import type { FastifyReply } from 'fastify';
import { render } from 'preact-render-to-string';
import type { OAuthError } from '../errors.js';
import type { Target } from './target.js';

/** Sends success or error to the redirect URI in the response mode asked for, with `state` and `iss` (RFC 6749 §4.1.2, RFC 9207 §2). */
export function respond(reply: FastifyReply, issuer: string, target: Target, answer: Record<string, string>): void {
  const params = { ...answer, ...(target.state === undefined ? {} : { state: target.state }), iss: issuer };
  reply.header('cache-control', 'no-store');
  if (target.responseMode === 'form_post') {
    sendForm(reply, target.redirectUri, params);
    return;
  }
  // RFC 9700 §4.12: 303 never repeats a posted body at the client.
  reply.redirect(locationOf(target, params), 303);
}

/** The redirect URI with an error; for the link "Back to the application", too. */
export function errorLocation(issuer: string, target: Target, error: OAuthError): string {
  return locationOf(target, {
    ...errorAnswer(error),
    ...(target.state === undefined ? {} : { state: target.state }),
    iss: issuer,
  });
}

/** The error parameters of the wire (RFC 6749 §4.1.2.1). */
export function errorAnswer(error: OAuthError): Record<string, string> {
  return { error: error.error, error_description: error.description };
}

function locationOf(target: Target, params: Record<string, string>): string {
  const encoded = new URLSearchParams(params).toString();
  if (target.responseMode === 'fragment') return `${target.redirectUri}#${encoded}`;
  // The registered string is kept as it is, its query included.
  return `${target.redirectUri}${target.redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}

/** OAuth 2.0 Form Post Response Mode §2. */
function sendForm(reply: FastifyReply, action: string, params: Record<string, string>): void {
  const page = render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Going back to the application</title>
        <script src="/assets/form-post.js" defer />
      </head>
      <body>
        <form method="post" action={action}>
          {Object.entries(params).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <noscript>
            <button type="submit">Continue</button>
          </noscript>
        </form>
      </body>
    </html>,
  );
  // No form-action: Chromium applies it to the redirects that follow, and where a client goes on to is not known here.
  reply
    .header('content-security-policy', "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'")
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${page}`);
}
