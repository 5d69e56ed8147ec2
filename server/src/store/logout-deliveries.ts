import type { Selectable } from 'kysely';
import { newId } from '../platform/random.js';
import { readMetadata } from './client-metadata.js';
import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { Schema } from './schema.js';

export type LogoutDeliveryRow = Selectable<Schema['logoutDeliveries']>;
/** With the e-mail address of the account, while there is one. */
export type LogoutDeliveryView = LogoutDeliveryRow & { accountEmail: string | null };

/** The applications that hold a grant of a session, with what they registered for logout. */
export async function listApplicationsOfSession(db: Db, sessionId: string) {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('applications', 'applications.id', 'grants.applicationId')
    .select(['grants.applicationId', 'grants.suiteId', 'grants.accountId', 'applications.metadata'])
    .distinct()
    .where('grants.sessionId', '=', sessionId)
    .limit(1_000)
    .execute();
  return rows.map(({ metadata, ...row }) => ({ ...row, metadata: readMetadata(metadata) }));
}

/**
 * Notes that a session ended for its applications that listen (Back-Channel Logout §2.5), in the transaction that ends
 * it; a job delivers. With `applicationId`, for that application alone.
 */
export async function insertLogoutDeliveries(
  tx: Db,
  sessionId: string,
  at: number,
  applicationId?: string,
): Promise<void> {
  const listening = (await listApplicationsOfSession(tx, sessionId)).filter(
    (one) =>
      one.metadata.backchannelLogoutUri !== null &&
      (applicationId === undefined || one.applicationId === applicationId),
  );
  for (const { suiteId, accountId, applicationId: id } of listening)
    await tx
      .insertInto('logoutDeliveries')
      .values({
        id: newId(),
        suiteId,
        applicationId: id,
        accountId,
        sessionId,
        status: 'waiting',
        attempts: 0,
        nextAt: at,
        lastError: null,
        createdAt: at,
        deliveredAt: null,
      })
      .execute();
}

/** Deliveries that are due, with what is needed to make and address their logout tokens. */
export function listDueDeliveries(db: Db, now: number, limit: number) {
  return db
    .selectFrom('logoutDeliveries')
    .innerJoin('suites', 'suites.id', 'logoutDeliveries.suiteId')
    .innerJoin('applications', 'applications.id', 'logoutDeliveries.applicationId')
    .selectAll('logoutDeliveries')
    .select(['suites.slug as suiteSlug', 'applications.clientId'])
    .where('logoutDeliveries.status', '=', 'waiting')
    .where('logoutDeliveries.nextAt', '<=', now)
    .orderBy('logoutDeliveries.nextAt')
    .limit(limit)
    .execute();
}

/** Takes one attempt of a delivery; true for the one process that may make it. `nextAt` is when it is due again. */
export async function consumeDeliveryAttempt(
  db: Db,
  delivery: { id: string; attempts: number },
  nextAt: number,
): Promise<boolean> {
  const result = await db
    .updateTable('logoutDeliveries')
    .set({ attempts: delivery.attempts + 1, nextAt })
    .where('id', '=', delivery.id)
    .where('attempts', '=', delivery.attempts)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Writes how the attempt ended that was taken with these `attempts`, unless a later one was taken since. */
export async function updateDelivery(
  db: Db,
  delivery: { id: string; attempts: number },
  outcome: Pick<LogoutDeliveryRow, 'status' | 'lastError' | 'deliveredAt'>,
): Promise<void> {
  await db
    .updateTable('logoutDeliveries')
    .set(outcome)
    .where('id', '=', delivery.id)
    .where('attempts', '=', delivery.attempts + 1)
    .execute();
}

/** One page of deliveries, newest first unless asked otherwise. */
export function listLogoutDeliveries(
  db: Db,
  request: ListRequest & { applicationId?: string | undefined },
): Promise<Page<LogoutDeliveryView>> {
  let rows = db
    .selectFrom('logoutDeliveries')
    .leftJoin('accounts', 'accounts.id', 'logoutDeliveries.accountId')
    .selectAll('logoutDeliveries')
    .select('accounts.email as accountEmail');
  if (request.applicationId !== undefined)
    rows = rows.where('logoutDeliveries.applicationId', '=', request.applicationId);
  const sorts = { createdAt: { ref: 'logoutDeliveries.createdAt', type: 'number' } } as const;
  return listPage(db, rows, sorts, 'logoutDeliveries.id', request);
}
