import type { FastifyReply } from 'fastify';
import type { ComponentChildren, JSX } from 'preact';
import { render } from 'preact-render-to-string';
import type { ShownApplication } from '../oauth/interaction.js';

/** The frame of every hosted page: one main, one heading, no script. */
function Layout({
  title,
  refresh,
  children,
}: {
  title: string;
  refresh: PageOptions['refresh'];
  children: ComponentChildren;
}): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refresh && <meta http-equiv="refresh" content={`${refresh.seconds};url=${refresh.url}`} />}
        <title>{title}</title>
        <link rel="stylesheet" href="/assets/pages.css" />
        <link rel="icon" href="/assets/mark.svg" type="image/svg+xml" />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          <img src="/assets/mark.svg" alt="" width="16" height="16" /> Secured by Tessera
        </footer>
      </body>
    </html>
  );
}

interface PageOptions {
  /** The one foreign picture the page may show. */
  image?: string | null;
  /** The foreign pages it frames. */
  frames?: string[];
  /** Where the browser goes by itself after a while. */
  refresh?: { seconds: number; url: string } | null;
}

/** Sends a hosted page that no cache keeps and no other site may frame. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  title: string,
  content: JSX.Element,
  { image = null, frames = [], refresh = null }: PageOptions = {},
): void {
  // No form-action: Chromium applies it to the redirects that follow a form, and the application's own come after ours.
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    `img-src ${["'self'", ...(image === null ? [] : sourcesOf([image]))].join(' ')}`,
    ...(frames.length > 0 ? [`frame-src ${sourcesOf(frames).join(' ') || "'none'"}`] : []),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const page = (
    <Layout title={title} refresh={refresh}>
      {content}
    </Layout>
  );
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy.join('; '))
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${render(page)}`);
}

/** The origins of addresses, as a policy names them: a host with a semicolon or comma would write a policy of its own. */
function sourcesOf(addresses: string[]): string[] {
  const origins = new Set(addresses.map((address) => new URL(address).origin));
  return [...origins].filter((origin) => /^https?:\/\/[a-z0-9._:[\]-]+$/.test(origin));
}

/** The logo of the application, where it has one. */
export function ApplicationLogo({ application }: { application: ShownApplication }): JSX.Element | null {
  return application.logoUri === null ? null : <img class="logo" src={application.logoUri} alt="" />;
}

/** Links to the application's own policy and terms (OpenID Connect Registration §2). */
export function ApplicationLinks({ application }: { application: ShownApplication }): JSX.Element | null {
  const { name, policyUri, tosUri } = application;
  if (policyUri === null && tosUri === null) return null;
  return (
    <p class="quiet">
      {policyUri !== null && <a href={policyUri}>Privacy policy of {name}</a>}
      {policyUri !== null && tosUri !== null && ' · '}
      {tosUri !== null && <a href={tosUri}>Terms of {name}</a>}
    </p>
  );
}

/** What a page says that came too late. */
export function StaleContent({ step }: { step: { application: string | null; wayBack: string | null } }): JSX.Element {
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

/** The fields of every sign-in form. */
export function CredentialFields({ email }: { email: string }): JSX.Element {
  return (
    <>
      <label for="email">Email</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="username"
        required
        autofocus={!email}
        value={email}
        maxLength={254}
      />
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        autofocus={!!email}
        maxLength={1000}
      />
    </>
  );
}

/** An alert that a screen reader says at once. */
export function Alert({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <p class="alert" role="alert">
      {children}
    </p>
  );
}
