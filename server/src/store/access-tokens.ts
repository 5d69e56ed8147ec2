import type { Db } from './db.js';
import type { AccessTokenRow } from './schema.js';

/** Adds an opaque access token, by its hash. */
export async function insertAccessToken(db: Db, token: AccessTokenRow): Promise<void> {
  await db.insertInto('accessTokens').values(token).execute();
}

/** Finds an opaque access token. */
export function findAccessToken(db: Db, tokenHash: string): Promise<AccessTokenRow | undefined> {
  return db.selectFrom('accessTokens').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Refuses an access token from now on, wherever this server is asked (RFC 7009); kept until the token expires. */
export async function insertRevokedToken(
  db: Db,
  token: { jti: string; suiteId: string; expiresAt: number },
): Promise<void> {
  await db
    .insertInto('revokedTokens')
    .values(token)
    .onConflict((conflict) => conflict.column('jti').doNothing())
    .execute();
}

/** What may have ended an access token before its time: revocation, the end of its grant, or a disabled account or user. */
export async function findTokenState(
  db: Db,
  token: { jti: string; grantId: string | null; accountId: string | null; applicationId: string },
): Promise<{
  revoked: boolean;
  grantEnded: boolean;
  accountStatus: 'active' | 'disabled' | 'missing';
  assignment: 'enabled' | 'disabled' | 'none';
}> {
  const row = await db
    .selectNoFrom((eb) => [
      eb.selectFrom('revokedTokens').select('jti').where('jti', '=', token.jti).as('revoked'),
      eb
        .selectFrom('grants')
        .select('createdAt')
        .where('id', '=', token.grantId)
        .where('endedAt', 'is', null)
        .as('liveGrant'),
      eb.selectFrom('accounts').select('status').where('id', '=', token.accountId).as('status'),
      eb
        .selectFrom('applicationUsers')
        .select('enabled')
        .where('applicationId', '=', token.applicationId)
        .where('accountId', '=', token.accountId)
        .as('enabled'),
    ])
    .executeTakeFirstOrThrow();
  return {
    revoked: row.revoked !== null,
    grantEnded: token.grantId !== null && row.liveGrant === null,
    accountStatus: row.status ?? 'missing',
    assignment: row.enabled === null ? 'none' : row.enabled === 1 ? 'enabled' : 'disabled',
  };
}
