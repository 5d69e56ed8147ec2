import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from './deps.js';
import { shipped } from './shipped-files.js';

/** Serves the built console below `/console`: its files, and its one page for every path. */
export function registerConsole(app: FastifyInstance, deps: Deps): void {
  app.get('/', async (_request, reply) => reply.redirect('/console/', 303));
  app.get('/console', async (_request, reply) => reply.redirect('/console/', 303));
  if (!existsSync(`${shipped.console}index.html`)) {
    deps.log.warn({ built: shipped.console }, 'the console is not built; only the APIs are served');
    return;
  }
  const page = readFileSync(`${shipped.console}index.html`, 'utf8');
  // File names carry a hash of their content.
  app.register(serveStatic, {
    root: `${shipped.console}assets`,
    prefix: '/console/assets/',
    index: false,
    maxAge: '1y',
    immutable: true,
  });
  app.register(serveStatic, {
    root: shipped.console,
    prefix: '/console/',
    index: false,
    wildcard: false,
    decorateReply: false,
    globIgnore: ['index.html', 'assets/**', '.vite/**'],
  });
  app.get('/console/*', async (_request, reply) => sendConsolePage(reply, page));
  app.get('/console/', async (_request, reply) => sendConsolePage(reply, page));
}

function sendConsolePage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return reply
    .header('content-security-policy', policy.join('; '))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page.replaceAll('__CSP_NONCE__', nonce));
}
