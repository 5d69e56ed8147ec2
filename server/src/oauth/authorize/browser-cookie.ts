import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import { newCredential } from '../../platform/random.js';
import type { Suite } from '../../store/registry.js';
import { suiteCookie } from '../cookies.js';
import { browserCookie } from './interaction.js';

/** The browser's own value, made at its first authorization request; sign-in pages are bound to it. */
export function ensureBrowserCookie(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): string {
  const known = request.cookies[browserCookie];
  if (known && known.length <= 100) return known;
  const value = newCredential('');
  reply.setCookie(browserCookie, value, suiteCookie(deps.config, suite));
  return value;
}
