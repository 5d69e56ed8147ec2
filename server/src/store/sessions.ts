import type { Db } from './db.js';
import { insertLogoutDeliveries } from './logout-deliveries.js';
import type { SessionRow } from './schema.js';

/** Adds a session. */
export async function insertSession(db: Db, session: Omit<SessionRow, 'endedAt'>): Promise<void> {
  await db
    .insertInto('sessions')
    .values({ ...session, endedAt: null })
    .execute();
}

/** The live session of a cookie in a suite, with its account; undefined once ended, expired or the account disabled. */
export function findLiveSession(db: Db, suiteId: string, tokenHash: string, now: number) {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.accountId')
    .select([
      'sessions.id',
      'sessions.accountId',
      'sessions.authTime',
      'sessions.amr',
      'sessions.lastSeenAt',
      'accounts.email',
      'accounts.givenName',
      'accounts.familyName',
    ])
    .where('sessions.tokenHash', '=', tokenHash)
    .where('sessions.suiteId', '=', suiteId)
    .where('sessions.endedAt', 'is', null)
    .where('sessions.expiresAt', '>', now)
    .where('accounts.status', '=', 'active')
    .executeTakeFirst();
}

/**
 * Notes that a session was used; false when it has ended. Belongs into the transaction that makes what it is used for: an
 * end either comes before and is seen, or after and ends that, too.
 */
export async function updateSessionUse(tx: Db, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('sessions')
    .set({ lastSeenAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Goes on with a session after a new sign-in of the same person, under a new cookie. */
export async function renewSession(
  db: Db,
  id: string,
  renewal: { tokenHash: string; authTime: number; expiresAt: number },
): Promise<void> {
  await db.updateTable('sessions').set(renewal).where('id', '=', id).execute();
}

/** Ends one session and tells its applications. */
export async function endSession(tx: Db, id: string, at: number): Promise<void> {
  const ended = await tx
    .updateTable('sessions')
    .set({ endedAt: at })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  if (ended.numUpdatedRows === 1n) await insertLogoutDeliveries(tx, id, at);
}

/** Ends all sessions of an account and tells their applications; answers how many they were. */
export async function endSessionsOf(tx: Db, where: { accountId: string }, at: number): Promise<number> {
  const live = await tx
    .selectFrom('sessions')
    .select('id')
    .where('accountId', '=', where.accountId)
    .where('endedAt', 'is', null)
    .limit(10_000)
    .execute();
  for (const { id } of live) await endSession(tx, id, at);
  return live.length;
}

/** The live sessions in which a person holds a live grant of an application. */
export async function listSessionsWithGrant(
  db: Db,
  { applicationId, accountId }: { applicationId: string; accountId: string },
  now: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('sessions', 'sessions.id', 'grants.sessionId')
    .select('sessions.id')
    .distinct()
    .where('grants.applicationId', '=', applicationId)
    .where('grants.accountId', '=', accountId)
    .where('grants.endedAt', 'is', null)
    .where('sessions.endedAt', 'is', null)
    .where('sessions.expiresAt', '>', now)
    .limit(1_000)
    .execute();
  return rows.map(({ id }) => id);
}
