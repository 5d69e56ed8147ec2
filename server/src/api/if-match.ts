import { findLastChange } from '../store/audit-events.js';
import type { Db } from '../store/db.js';
import { type ProblemError, problem } from './problem.js';

/** The versions an `If-Match` header accepts; null when there is none or it is `*`. */
export type IfMatch = ReadonlySet<string> | null;

/** Reads `If-Match` (RFC 9110 §13.1.1). Weak tags count too: a proxy that compresses weakens ours. */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined || header.trim() === '*') return null;
  return new Set(header.split(',').flatMap((tag) => /^\s*(?:W\/)?"(\d+)"\s*$/.exec(tag)?.[1] ?? []));
}

/** The entity tag of a version. */
export function writeETag(version: number): string {
  return `"${version}"`;
}

/** Refuses a change that was made on the sight of an older version, saying who changed what and when. */
export async function checkIfMatch(
  db: Db,
  ifMatch: IfMatch,
  thing: string,
  row: { id: string; version: number },
  now: number,
): Promise<void> {
  if (ifMatch === null || ifMatch.has(String(row.version))) return;
  throw versionConflict(thing, await findLastChange(db, row.id), now);
}

function versionConflict(
  thing: string,
  last: { actorName: string; at: number } | undefined,
  now: number,
): ProblemError {
  if (!last) return problem('version_conflict', `This ${thing} was changed in the meantime.`);
  return problem('version_conflict', `${last.actorName} changed this ${thing} ${ago(now - last.at)}.`);
}

function ago(seconds: number): string {
  if (seconds < 60) return 'just now';
  const [count, unit] =
    seconds < 3_600
      ? [seconds / 60, 'minute']
      : seconds < 86_400
        ? [seconds / 3_600, 'hour']
        : [seconds / 86_400, 'day'];
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}
