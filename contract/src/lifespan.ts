import type { ValueFault } from './redirect-uri.js';

/** Limits and defaults in seconds (domain rule 5). */
export const lifespans = {
  access: { min: 60, max: 86_400, default: 900 },
  refresh: { min: 61, max: 31_536_000, default: 2_592_000 },
} as const;

const units: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** A number of seconds in words, in the largest unit that divides it: `900` is "15 minutes". */
export function lifespanInWords(seconds: number): string {
  const [size, name] = units.find(([unit]) => seconds % unit === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count.toLocaleString('en')} ${name}${count === 1 ? '' : 's'}`;
}

/** Says what is wrong with an access token life span in seconds, or null. */
export function accessLifespanFault(access: number): ValueFault | null {
  if (!Number.isInteger(access)) return { code: 'not_integer', message: 'Enter a whole number.' };
  if (access < lifespans.access.min) return { code: 'lifespan_range', message: 'Must be at least 1 minute.' };
  if (access > lifespans.access.max) return { code: 'lifespan_range', message: 'Cannot exceed 24 hours.' };
  return null;
}

/** Says what is wrong with a refresh token life span in seconds, given the access token's, or null. */
export function refreshLifespanFault(refresh: number, access: number): ValueFault | null {
  if (!Number.isInteger(refresh)) return { code: 'not_integer', message: 'Enter a whole number.' };
  if (refresh > lifespans.refresh.max) return { code: 'lifespan_range', message: 'Cannot exceed 365 days.' };
  if (refresh <= access) {
    const message = `Refresh Token Life Span must be greater than Access Token Life Span (${lifespanInWords(access)}).`;
    return { code: 'lifespan_order', message };
  }
  return null;
}
