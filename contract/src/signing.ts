import type { ValueFault } from './redirect-uri.js';

/** The algorithms a suite signs with (domain rule 6); plain data, so the console can read it without the schemas. */
export const signingAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

/** Days after which the signing keys of a suite are rotated by themselves. */
export const rotationDays = { min: 7, max: 3_650, default: 90 } as const;

/** Says what is wrong with a number of days between rotations, or null. */
export function rotationDaysFault(days: number): ValueFault | null {
  if (!Number.isInteger(days)) return { code: 'not_integer', message: 'Enter a whole number.' };
  if (days < rotationDays.min) return { code: 'invalid', message: 'Must be at least 7 days.' };
  if (days > rotationDays.max) return { code: 'invalid', message: 'Cannot exceed 3,650 days.' };
  return null;
}

/** Seconds that a key stands in the JWKS before it signs by schedule; clients may keep a JWKS for half of that. */
export const publishedAhead = 600;
