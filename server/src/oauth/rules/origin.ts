/** What CORS answers to an origin: no header, `*`, the origin itself, or a refusal (domain rule 4). */
export type OriginAnswer = 'none' | 'any' | 'echo' | 'refuse';

/** Decides on the origin of a real request by the application's own list; same-origin requests need no CORS. */
export function decideOrigin(origin: string | undefined, allowed: readonly string[], ownOrigin: string): OriginAnswer {
  if (origin === undefined || origin === ownOrigin) return 'none';
  if (allowed.includes('*')) return 'any';
  return allowed.includes(origin) ? 'echo' : 'refuse';
}
