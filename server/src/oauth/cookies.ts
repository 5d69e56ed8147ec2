import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.js';
import type { Deps } from '../deps.js';
import { newCredential } from '../platform/random.js';
import type { Suite } from '../store/registry.js';

/** Options of every cookie of a suite: sent to its pages alone, out of reach of scripts and of foreign forms. */
export function suiteCookie(config: Config, suite: Suite): CookieSerializeOptions {
  return { path: `/suites/${suite.slug}`, httpOnly: true, sameSite: 'lax', secure: config.url.startsWith('https:') };
}

/** Cookie that binds hosted pages to the browser that asked for them; it is no session. */
export const browserCookie = 'tessera_browser';

/** The browser's own value, made at its first request for a page. */
export function ensureBrowserCookie(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): string {
  const known = request.cookies[browserCookie];
  if (known && known.length <= 100) return known;
  const value = newCredential('');
  reply.setCookie(browserCookie, value, suiteCookie(deps.config, suite));
  return value;
}
