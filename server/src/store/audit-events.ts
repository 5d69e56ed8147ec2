import { newOrderedId } from '../platform/random.js';
import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { AuditEventRow } from './schema.js';

/** Who does something, and in which request. */
export interface Actor {
  type: 'admin' | 'application' | 'account' | 'system';
  id: string | null;
  name: string;
  address: string | null;
  requestId: string;
}

export const systemActor: Actor = { type: 'system', id: null, name: 'Tessera', address: null, requestId: 'start' };

interface Change {
  action: string;
  targetType: string;
  targetId: string;
  targetName: string;
  /** Field → { from, to }; never a secret. */
  changes?: Record<string, unknown>;
}

/** Writes one row of the audit log; always in the transaction of the change itself. */
export async function insertAuditEvent(tx: Db, at: number, actor: Actor, change: Change): Promise<void> {
  await tx
    .insertInto('auditEvents')
    .values({
      id: newOrderedId(),
      at,
      actorType: actor.type,
      actorId: actor.id,
      actorName: actor.name,
      action: change.action,
      targetType: change.targetType,
      targetId: change.targetId,
      targetName: change.targetName,
      changes: JSON.stringify(change.changes ?? {}),
      address: actor.address,
      requestId: actor.requestId,
    })
    .execute();
}

const sorts = { at: { ref: 'auditEvents.at', type: 'number' } } as const;

/** One page of the audit log. `q` is the id of what was changed, or the whole name of an action. */
export function listAuditEvents(
  db: Db,
  request: ListRequest & { targetId?: string | undefined; action?: string | undefined },
): Promise<Page<AuditEventRow>> {
  let rows = db.selectFrom('auditEvents').selectAll('auditEvents');
  if (request.targetId !== undefined) rows = rows.where('auditEvents.targetId', '=', request.targetId);
  if (request.action !== undefined) rows = rows.where('auditEvents.action', '=', request.action);
  if (request.q) rows = rows.where(isId(request.q) ? 'auditEvents.targetId' : 'auditEvents.action', '=', request.q);
  return listPage(db, rows, sorts, 'auditEvents.id', request);
}

/** True where a search text is an id, so that it is looked up as one. */
export function isId(q: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(q);
}

/** The newest change of one object: who and when. */
export function findLastChange(db: Db, targetId: string): Promise<Pick<AuditEventRow, 'actorName' | 'at'> | undefined> {
  return db
    .selectFrom('auditEvents')
    .select(['actorName', 'at'])
    .where('targetId', '=', targetId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
