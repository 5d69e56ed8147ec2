const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where `http` may stand in place of `https`. */
export type HttpAllowed = 'anywhere' | 'loopback' | 'nowhere';

/** True for a host that only the person's own machine reaches (RFC 8252 §7.3). */
export function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname);
}

/** True for the full address of something on the web. */
export function isWebUrl(value: string, http: HttpAllowed): boolean {
  // The WHATWG parser repairs blanks, backslashes and tabs silently; a string that needs repair is not exact.
  if (value.length > 2000 || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username || url.password) return false;
  return url.protocol === 'https:' || http === 'anywhere' || (http === 'loopback' && isLoopback(url));
}
