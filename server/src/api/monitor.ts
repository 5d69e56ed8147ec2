import type { AuditEvent, Overview, Refusal } from '@tessera/contract/monitor';
import type { Deps } from '../deps.js';
import { listAuditEvents } from '../store/audit-events.js';
import { countObjects, countTraffic, findFirstTraffic, listAttention } from '../store/overview.js';
import { listRefusals, type RefusalView } from '../store/refusals.js';
import type { AuditEventRow } from '../store/schema.js';
import { readList } from './lists.js';
import type { Call, Result } from './operation.js';

const day = 86_400;

function presentAuditEvent(event: AuditEventRow): AuditEvent {
  return {
    id: event.id,
    at: event.at,
    actorType: event.actorType,
    actorId: event.actorId,
    actorName: event.actorName,
    action: event.action,
    targetType: event.targetType,
    targetId: event.targetId,
    targetName: event.targetName,
    changes: JSON.parse(event.changes) as Record<string, unknown>,
    address: event.address,
    requestId: event.requestId,
  };
}

function presentRefusal(refusal: RefusalView): Refusal {
  return {
    id: refusal.id,
    at: refusal.at,
    suiteId: refusal.suiteId,
    applicationId: refusal.applicationId,
    applicationName: refusal.applicationName,
    endpoint: refusal.endpoint,
    error: refusal.error,
    rule: refusal.rule,
    reason: refusal.reason,
    expected: refusal.expected,
    received: refusal.received,
    origin: refusal.origin,
    address: refusal.address,
    requestId: refusal.requestId,
  };
}

/** One page of the audit log. */
export async function listChanges(deps: Deps, call: Call<'listAuditEvents'>): Promise<Result<'listAuditEvents'>> {
  return readList(listAuditEvents(deps.db, call.query), presentAuditEvent);
}

/** One page of the refused protocol requests. */
export async function listRefusedRequests(deps: Deps, call: Call<'listRefusals'>): Promise<Result<'listRefusals'>> {
  return readList(listRefusals(deps.db, call.query), presentRefusal);
}

/** Numbers, first steps and what needs attention. */
export async function getOverview(deps: Deps, call: Call<'getOverview'>): Promise<Overview> {
  await deps.usage.flush();
  const figures = await countObjects(deps.db);
  return {
    ...figures,
    ...(await countTraffic(deps.db, call.now - day)),
    steps: {
      suite: figures.suites > 0,
      project: figures.projects > 0,
      application: figures.applications > 0,
      user: figures.users > 0,
      ...(await findFirstTraffic(deps.db)),
    },
    attention: await listAttention(deps.db, call.now),
  };
}
