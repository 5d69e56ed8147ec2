import { sql } from 'kysely';
import type { Db } from './db.js';
import { preparedWrite, type Write } from './prepared.js';
import type { GrantRow } from './schema.js';

export type GrantEnd =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked'
  | 'signed_out'
  | 'disabled'
  | 'password_changed'
  | 'type_changed'
  | 'removed';

type NewGrant = Omit<GrantRow, 'endedAt' | 'endReason'>;

const insert = preparedWrite((db, grant: NewGrant) =>
  db.insertInto('grants').values({
    id: grant.id,
    suiteId: grant.suiteId,
    applicationId: grant.applicationId,
    accountId: grant.accountId,
    sessionId: grant.sessionId,
    scope: grant.scope,
    resource: grant.resource,
    authTime: grant.authTime,
    acr: grant.acr,
    amr: grant.amr,
    nonce: grant.nonce,
    actSubject: grant.actSubject,
    claims: grant.claims,
    createdAt: grant.createdAt,
    keptUntil: grant.keptUntil,
  }),
);

/** Adds a grant: what one redeemed code or one password sign-in authorizes, until it ends. */
export function insertGrant(grant: NewGrant): Write {
  return insert(grant);
}

/** Ends one grant; its refresh tokens and revocable access tokens end with it. */
export async function endGrant(db: Db, id: string, at: number, reason: GrantEnd): Promise<void> {
  await db
    .updateTable('grants')
    .set({ endedAt: at, endReason: reason })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .execute();
}

/** Ends all live grants that match; answers how many. At least one condition is needed. */
export async function endGrantsOf(
  db: Db,
  where: { applicationId?: string; accountId?: string; sessionId?: string },
  at: number,
  reason: GrantEnd,
): Promise<number> {
  const conditions = Object.entries(where) as ['applicationId' | 'accountId' | 'sessionId', string][];
  if (conditions.length === 0) throw new Error('endGrantsOf needs a condition');
  let update = db.updateTable('grants').set({ endedAt: at, endReason: reason }).where('endedAt', 'is', null);
  for (const [column, value] of conditions) update = update.where(column, '=', value);
  // A code that was not redeemed yet, of a browser or a device, would start a new grant after the end of the old ones.
  let codes = db.updateTable('codes').set({ consumedAt: at }).where('consumedAt', 'is', null);
  let devices = withdrawDevices(db);
  for (const [column, value] of conditions) {
    codes = codes.where(column, '=', value);
    devices = devices.where(column, '=', value);
  }
  await codes.execute();
  await devices.execute();
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}

/** Takes back what was allowed to devices that have not fetched their tokens yet. */
function withdrawDevices(db: Db) {
  return db
    .updateTable('deviceCodes')
    .set({ status: 'denied' })
    .where('status', '=', 'approved')
    .where('consumedAt', 'is', null);
}

/** How many refresh tokens of an application could still be used. */
export async function countLiveRefreshTokens(db: Db, applicationId: string, now: number): Promise<number> {
  const row = await db
    .selectFrom('grants')
    .innerJoin('refreshTokens', 'refreshTokens.grantId', 'grants.id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('grants.applicationId', '=', applicationId)
    .where('grants.endedAt', 'is', null)
    .where('refreshTokens.tokenHash', '!=', '')
    .where('refreshTokens.expiresAt', '>', now)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Ends the grants of a session that was signed out, except those with `offline_access`. */
export async function endGrantsOfSession(db: Db, sessionId: string, at: number): Promise<void> {
  await db
    .updateTable('codes')
    .set({ consumedAt: at })
    .where('sessionId', '=', sessionId)
    .where('consumedAt', 'is', null)
    .execute();
  await withdrawDevices(db).where('sessionId', '=', sessionId).execute();
  await db
    .updateTable('grants')
    .set({ endedAt: at, endReason: 'signed_out' })
    .where('sessionId', '=', sessionId)
    .where('endedAt', 'is', null)
    .where(sql<boolean>`' ' || scope || ' ' not like '% offline@_access %' escape '@'`)
    .execute();
}
