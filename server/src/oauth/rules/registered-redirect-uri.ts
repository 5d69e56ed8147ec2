import { isLoopback } from './web-url.js';

/** Schemes that a browser runs or reads itself: a code must never be sent there. */
const forbiddenSchemes = /^(javascript|data|vbscript|file|blob|about|ftp|wss?):/i;

/**
 * Says what is wrong with a redirect URI that a client registers, in fixed ASCII text, or null (RFC 6749 §3.1.2,
 * RFC 9700 §2.1, RFC 8252 §7, OpenID Connect Registration §2).
 */
export function redirectUriFault(value: string, applicationType: 'web' | 'native'): string | null {
  if (value.length > 2000) return 'A redirect URI has at most 2000 characters';
  if (value.includes('#')) return 'A redirect URI has no fragment';
  if (value.includes('*')) return 'A redirect URI has no wildcard';
  if (forbiddenSchemes.test(value)) return 'This scheme is not allowed in a redirect URI';
  // None but these characters of RFC 3986 can stand in a Location header.
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(value) || !URL.canParse(value)) return 'A redirect URI is a full URI';
  const url = new URL(value);
  if (url.username || url.password) return 'A redirect URI has no user name';
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:')
    return isLoopback(url) ? null : 'A redirect URI has https; http is for loopback addresses only';
  // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot.
  if (!url.protocol.includes('.')) return 'A private-use scheme is a reversed domain name';
  return applicationType === 'native' ? null : 'A private-use scheme is for native applications only';
}

/** The origins of redirect URIs that have one. */
export function originsOf(redirectUris: readonly string[]): string[] {
  const origins = redirectUris.map((uri) => new URL(uri).origin);
  return [...new Set(origins)].filter((origin) => origin !== 'null');
}
