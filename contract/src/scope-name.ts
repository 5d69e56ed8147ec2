import type { ValueFault } from './redirect-uri.js';

/** Scopes of OpenID Connect itself (Core §5.4, §11); no API resource may have one of these names, however it is written. */
const openIdScopes = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

const maxLength = 100;

/** Says what is wrong with the name of a scope, or null (RFC 6749 §3.3). */
export function scopeNameFault(value: string): ValueFault | null {
  const fault = (message: string): ValueFault => ({ code: 'scope_invalid', message });
  if (value === '') return fault('Enter a scope.');
  if (/\s/.test(value)) return fault('A scope has no spaces.');
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(value))
    return fault('Use ASCII letters, digits and signs, without quotes and backslash.');
  if (value.length > maxLength) return fault(`Use at most ${maxLength} characters.`);
  if (openIdScopes.has(value.toLowerCase()))
    return fault(`“${value}” is a scope of OpenID Connect itself. Choose another name.`);
  return null;
}
