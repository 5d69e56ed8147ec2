import { randomInt } from 'node:crypto';

/** Letters that are not mistaken for one another and form no words (RFC 8628 §6.1). */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';

/** A new user code such as `WDJB-MJHT`: eight letters of twenty, 34 bits, guarded by a throttle (RFC 8628 §5.1). */
export function newUserCode(): string {
  const letters = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** What a person typed, as the code is kept: capitals without hyphens and blanks (RFC 8628 §6.1). */
export function readUserCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
}
