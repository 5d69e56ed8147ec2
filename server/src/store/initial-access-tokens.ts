import { type Selectable, sql } from 'kysely';
import type { Db } from './db.js';
import type { Schema } from './schema.js';

export type InitialAccessTokenRow = Selectable<Schema['initialAccessTokens']>;

const maxListed = 100;

/** The initial access tokens of a suite, the live ones first, then the newest; at most 100. */
export function listInitialAccessTokens(db: Db, suiteId: string, now: number): Promise<InitialAccessTokenRow[]> {
  return db
    .selectFrom('initialAccessTokens')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .orderBy(sql`case when revoked_at is null and (expires_at is null or expires_at > ${now}) then 0 else 1 end`)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(maxListed)
    .execute();
}

function live(db: Db, suiteId: string, now: number) {
  return db
    .selectFrom('initialAccessTokens')
    .where('suiteId', '=', suiteId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]));
}

/** How many initial access tokens of a suite could be used now. */
export async function countInitialAccessTokens(db: Db, suiteId: string, now: number): Promise<number> {
  const row = await live(db, suiteId, now)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Finds a token that may be used now; undefined for one that is unknown, of another suite, revoked or expired. */
export function findInitialAccessToken(
  db: Db,
  suiteId: string,
  tokenHash: string,
  now: number,
): Promise<{ id: string; name: string } | undefined> {
  return live(db, suiteId, now).select(['id', 'name']).where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Adds a token; only its hash is kept. */
export async function insertInitialAccessToken(tx: Db, token: InitialAccessTokenRow): Promise<void> {
  await tx.insertInto('initialAccessTokens').values(token).execute();
}

/** Finds one token of a suite by id, whatever its state. */
export function findInitialAccessTokenById(
  db: Db,
  suiteId: string,
  id: string,
): Promise<InitialAccessTokenRow | undefined> {
  return db
    .selectFrom('initialAccessTokens')
    .selectAll()
    .where('id', '=', id)
    .where('suiteId', '=', suiteId)
    .executeTakeFirst();
}

/** Revokes one token; false when it was revoked before. */
export async function revokeInitialAccessToken(tx: Db, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('initialAccessTokens')
    .set({ revokedAt: now })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
