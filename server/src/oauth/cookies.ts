import type { CookieSerializeOptions } from '@fastify/cookie';
import type { Config } from '../config.js';
import type { Suite } from '../store/registry.js';

/** Options of every cookie of a suite: sent to its pages alone, out of reach of scripts and of foreign forms. */
export function suiteCookie(config: Config, suite: Suite): CookieSerializeOptions {
  return { path: `/suites/${suite.slug}`, httpOnly: true, sameSite: 'lax', secure: config.url.startsWith('https:') };
}
