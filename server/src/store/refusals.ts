import { newOrderedId } from '../platform/random.js';
import { isId } from './audit-events.js';
import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { RefusalRow } from './schema.js';

const maxText = 1_000;

/** Credentials of ours, by their prefix (domain rule 13), and JWTs, whole or cut off. */
const credential = /(tes_[a-z]{2}_|eyJ)[\w.-]{8,}/g;

/** What a client sent, without the credential that it may have put into the wrong field, and without NUL, which no text column holds. */
function masked(text: string | null): string | null {
  return text?.replaceAll(credential, '$1…').replaceAll('\0', '\ufffd').slice(0, maxText) ?? null;
}

/** Writes one refused protocol request (domain rule 14). */
export async function insertRefusal(db: Db, refusal: Omit<RefusalRow, 'id'>): Promise<void> {
  await db
    .insertInto('refusals')
    .values({
      ...refusal,
      id: newOrderedId(),
      reason: masked(refusal.reason) ?? '',
      expected: masked(refusal.expected),
      received: masked(refusal.received),
      origin: refusal.origin?.slice(0, 300) ?? null,
    })
    .execute();
}

/** A refused request with the name of its application, if that still exists. */
export interface RefusalView extends RefusalRow {
  applicationName: string | null;
}

const sorts = { at: { ref: 'refusals.at', type: 'number' } } as const;

/** One page of the refusals log. `q` is a request id, or the whole name of a rule. */
export async function listRefusals(
  db: Db,
  request: ListRequest & { [filter in 'suiteId' | 'applicationId' | 'rule' | 'requestId']?: string | undefined },
): Promise<Page<RefusalView>> {
  let rows = db.selectFrom('refusals').selectAll('refusals');
  for (const column of ['suiteId', 'applicationId', 'rule', 'requestId'] as const) {
    const value = request[column];
    if (value !== undefined) rows = rows.where(`refusals.${column}`, '=', value);
  }
  if (request.q) rows = rows.where(isId(request.q) ? 'refusals.requestId' : 'refusals.rule', '=', request.q);
  const page = await listPage(db, rows, sorts, 'refusals.id', request);
  const names = await findApplicationNames(db, page.items);
  return {
    ...page,
    items: page.items.map((row) => ({ ...row, applicationName: names.get(row.applicationId ?? '') ?? null })),
  };
}

async function findApplicationNames(db: Db, rows: RefusalRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap((row) => row.applicationId ?? []))];
  if (ids.length === 0) return new Map();
  const named = await db.selectFrom('applications').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(named.map((row) => [row.id, row.name]));
}
