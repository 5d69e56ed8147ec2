import type { Db } from './db.js';
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

/** Goes on with a session after a new sign-in of the same person, under a new cookie. */
export async function renewSession(
  db: Db,
  id: string,
  renewal: { tokenHash: string; authTime: number; expiresAt: number },
): Promise<void> {
  await db.updateTable('sessions').set(renewal).where('id', '=', id).execute();
}

/** Ends one session. */
export async function endSession(db: Db, id: string, at: number): Promise<void> {
  await db.updateTable('sessions').set({ endedAt: at }).where('id', '=', id).where('endedAt', 'is', null).execute();
}

/** Ends all sessions of an account. */
export async function endSessionsOf(db: Db, where: { accountId: string }, at: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: at })
    .where('accountId', '=', where.accountId)
    .where('endedAt', 'is', null)
    .execute();
}
