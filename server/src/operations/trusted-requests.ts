import type { IncomingMessage } from 'node:http';
import { compile } from '@fastify/proxy-addr';
import { newId } from '../platform/random.js';

/** Long enough to be an id, short and plain enough for logs, tables and pages. */
const plain = /^[\w.-]{8,64}$/;

/** Tells the requests that a trusted proxy passed on: what they say about themselves is believed. */
export function createTrust(trustedProxies: string[]): (request: IncomingMessage) => boolean {
  if (trustedProxies.length === 0) return () => false;
  const isProxy = compile(trustedProxies);
  return ({ socket }) => isProxy(socket.remoteAddress ?? '', 0);
}

/** The id of a request: that which a trusted proxy gave it in `X-Request-Id`, or a new one. */
export function requestIdOf(request: IncomingMessage, isTrusted: (request: IncomingMessage) => boolean): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && plain.test(given) && isTrusted(request) ? given : newId();
}
