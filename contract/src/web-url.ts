import type { ValueFault } from './redirect-uri.js';

/** Hosts that only the person's own machine reaches (RFC 8252 §7.3). */
export const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where `http` may stand in place of `https`. */
export type HttpAllowed = 'anywhere' | 'loopback' | 'nowhere';

/** Says what is wrong with an address on the web, or null. */
export function webUrlFault(value: string, http: HttpAllowed): ValueFault | null {
  // The WHATWG parser repairs blanks, backslashes and tabs silently; a string that needs repair is not exact.
  const url =
    value.length <= 2000 && /^[\x21-\x5b\x5d-\x7e]+$/.test(value) && URL.canParse(value) ? new URL(value) : null;
  if (!url || url.username || url.password || !/^https?:\/\//i.test(value))
    return { code: 'url_invalid', message: 'Write the full URL, such as https://app.example.com.' };
  if (url.protocol === 'https:' || http === 'anywhere') return null;
  if (http === 'nowhere') return { code: 'url_insecure', message: 'Use https.' };
  if (loopbackHosts.has(url.hostname)) return null;
  return { code: 'url_insecure', message: 'Use https. http is only for localhost, 127.0.0.1 and [::1].' };
}

/** The same for an address that the server calls or that is loaded: nothing reads a part after `#` there. */
export function endpointUrlFault(value: string, http: HttpAllowed): ValueFault | null {
  return value.includes('#') ? { code: 'url_invalid', message: 'Remove the part after #.' } : webUrlFault(value, http);
}
