import type { ValueFault } from './redirect-uri.js';

const maxLength = 500;

/** Says what is wrong with the identifier of an API resource, or null (RFC 8707 §2: an absolute URI without a fragment). */
export function resourceIdentifierFault(value: string): ValueFault | null {
  if (value.length > maxLength) return { code: 'identifier_invalid', message: `Use at most ${maxLength} characters.` };
  // RFC 3986: scheme and characters; a blank would also break the list that a grant keeps.
  const isUri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=[\]]|%[0-9A-Fa-f]{2})+$/.test(value);
  // Where it has the form of a URL, it must be one.
  if (isUri && (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(value) || URL.canParse(value))) return null;
  return { code: 'identifier_invalid', message: 'Must be an absolute URI without #.' };
}
