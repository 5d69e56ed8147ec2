import type { FieldCode } from './problems.js';

export interface ValueFault {
  code: FieldCode;
  message: string;
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Schemes that a browser runs or reads itself: a code must never be sent there. */
const forbiddenSchemes = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
]);

/** Says what is wrong with a redirect URL to be registered, or null (RFC 9700 §2.1, RFC 8252 §7.1). */
export function redirectUriFault(value: string): ValueFault | null {
  if (value.length > 2000) return { code: 'redirect_invalid', message: 'A redirect URL has at most 2,000 characters.' };
  if (value.includes('*')) return { code: 'redirect_wildcard', message: 'Wildcards are not allowed here.' };
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(value)?.[1]?.toLowerCase();
  if (scheme && forbiddenSchemes.has(scheme))
    return { code: 'redirect_scheme', message: 'javascript: and data: are not allowed.' };
  // The WHATWG parser repairs blanks, backslashes and letters beyond ASCII silently; a string that needs repair is not
  // exact, and none but these characters can stand in a Location header (RFC 3986).
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(value) || !URL.canParse(value))
    return { code: 'redirect_invalid', message: 'Write the full URL, such as https://app.example.com/callback.' };
  if (value.includes('#')) return { code: 'redirect_fragment', message: 'Remove the part after #.' };
  const url = new URL(value);
  if (url.username || url.password)
    return { code: 'redirect_invalid', message: 'Remove the user name and password from the URL.' };
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:') {
    return loopbackHosts.has(url.hostname)
      ? null
      : { code: 'redirect_insecure', message: 'Use https. http is only for localhost, 127.0.0.1 and [::1].' };
  }
  // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot.
  if (!url.protocol.includes('.'))
    return { code: 'redirect_invalid', message: 'Write the full URL, such as https://app.example.com/callback.' };
  return null;
}

/** Says what is wrong with each entry of a list of redirect URLs; the same index twice never appears. */
export function redirectUriFaults(values: readonly string[]): { index: number; fault: ValueFault }[] {
  return values.flatMap((value, index) => {
    const fault = redirectUriFault(value);
    if (fault) return [{ index, fault }];
    if (values.indexOf(value) < index)
      return [{ index, fault: { code: 'redirect_duplicate', message: 'Already in the list.' } satisfies ValueFault }];
    return [];
  });
}
