import type { FastifyReply } from 'fastify';
import type { ComponentChildren, JSX } from 'preact';
import { render } from 'preact-render-to-string';

/** The frame of every hosted page: one main, one heading, no script. */
function Layout({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
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

/** Sends a hosted page that no cache keeps and no other site may frame. */
export function sendPage(reply: FastifyReply, status: number, title: string, content: JSX.Element): void {
  // No form-action: Chromium applies it to the redirects that follow a form, and the application's own come after ours.
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${render(<Layout title={title}>{content}</Layout>)}`);
}

/** An alert that a screen reader says at once. */
export function Alert({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <p class="alert" role="alert">
      {children}
    </p>
  );
}
