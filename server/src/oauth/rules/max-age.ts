import { invalidRequest } from '../errors.js';

/** Reads `max_age` in seconds, or null (OpenID Connect Core §3.1.2.1). */
export function readMaxAge(value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^\d{1,10}$/.test(value))
    throw invalidRequest('max_age must be a whole number of seconds', {
      rule: 'max_age.invalid',
      reason: 'max_age is a number of seconds, 0 or more.',
      received: value.slice(0, 100),
    });
  return Number(value);
}

/** True when a sign-in at `authTime` is too old; with 0 every earlier sign-in is. All in seconds. */
export function isTooOld(authTime: number, maxAge: number | null, now: number): boolean {
  return maxAge !== null && (maxAge === 0 || now - authTime > maxAge);
}
