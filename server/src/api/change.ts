import type { Deps } from '../deps.js';
import { type Actor, insertAuditEvent } from '../store/audit-events.js';
import { transactAnnounced } from '../store/cache-version.js';
import { brokenConstraint, type Tx } from '../store/db.js';
import { StaleRowError } from '../store/transact.js';
import { type ProblemError, problem } from './problem.js';

/** What a broken constraint means; `retry` where the next try will choose another value. */
export interface Broken {
  unique?: (constraint: string) => ProblemError | 'retry' | Promise<ProblemError | 'retry'>;
  foreignKey?: () => ProblemError | Promise<ProblemError>;
}

const maxRetries = 5;

/**
 * Runs one change in a transaction and, once it is committed, forgets what was kept of the state before, here and in
 * every other process.
 * A row that another request changed in the meantime is read and changed again; the constraints of the database
 * decide what is taken, and `broken` says what that means.
 */
export async function change<T>(deps: Deps, work: (tx: Tx) => Promise<T>, broken: Broken = {}): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await transactAnnounced(deps.db, work);
      deps.registry.clear();
      return result;
    } catch (error) {
      if (error instanceof StaleRowError)
        throw problem('version_conflict', 'This was changed by others at the same time. Try again.');
      const meaning = await meaningOf(error, broken);
      if (meaning !== 'retry' || attempt === maxRetries) throw meaning === 'retry' ? error : meaning;
    }
  }
}

async function meaningOf(error: unknown, broken: Broken): Promise<unknown> {
  const constraint = brokenConstraint(error);
  if (constraint?.kind === 'unique') return (await broken.unique?.(constraint.detail)) ?? error;
  if (constraint?.kind === 'foreign_key') return (await broken.foreignKey?.()) ?? error;
  return error;
}

/** Ends a try whose row changed between its read and its write. */
export function checkWritten(written: boolean): void {
  if (!written) throw new StaleRowError();
}

export interface Target {
  type:
    | 'suite'
    | 'project'
    | 'application'
    | 'secret'
    | 'account'
    | 'application_user'
    | 'resource'
    | 'scope'
    | 'role'
    | 'signing_key'
    | 'setting';
  id: string;
  name: string;
}

/** Writes who did what to which object; in the transaction of the change. */
export function audit(
  tx: Tx,
  at: number,
  actor: Actor,
  action: string,
  target: Target,
  changes: Record<string, unknown> = {},
): Promise<void> {
  return insertAuditEvent(tx, at, actor, {
    action,
    targetType: target.type,
    targetId: target.id,
    targetName: target.name,
    changes,
  });
}

/** Field → { from, to } of what differs, among these fields. */
export function differences<T extends object>(
  before: Partial<T>,
  after: T,
  fields: readonly (keyof T & string)[],
): Record<string, unknown> {
  const changed = fields.filter((field) => textOf(before[field]) !== textOf(after[field]));
  return Object.fromEntries(changed.map((field) => [field, { from: before[field] ?? null, to: after[field] }]));
}

/** What is not there and what is null are the same. */
function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
