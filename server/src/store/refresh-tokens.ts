import type { Db } from './db.js';
import type { RefreshTokenRow } from './schema.js';

/** Adds a refresh token, by its hash. */
export async function insertRefreshToken(
  db: Db,
  token: Pick<RefreshTokenRow, 'tokenHash' | 'grantId' | 'issuedAt' | 'expiresAt' | 'dpopJkt'>,
): Promise<void> {
  await db
    .insertInto('refreshTokens')
    .values({ ...token, rotatedAt: null, requestHash: null, answerSealed: null })
    .execute();
}

/** Finds a refresh token, rotated or not. */
export function findRefreshToken(db: Db, tokenHash: string): Promise<RefreshTokenRow | undefined> {
  return db.selectFrom('refreshTokens').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Uses a refresh token up and keeps the sealed answer for a repeat; true for the one caller that did (domain rule 7). */
export async function consumeRefreshToken(
  db: Db,
  tokenHash: string,
  rotation: { rotatedAt: number; requestHash: string; answerSealed: string },
): Promise<boolean> {
  const result = await db
    .updateTable('refreshTokens')
    .set(rotation)
    .where('tokenHash', '=', tokenHash)
    .where('rotatedAt', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('grants')
          .select('grants.id')
          .whereRef('grants.id', '=', 'refreshTokens.grantId')
          .where('grants.endedAt', 'is', null),
      ),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
