import type { Db } from './db.js';
import { preparedOne, preparedWrite, type Write } from './prepared.js';
import type { AccessTokenRow } from './schema.js';

const insert = preparedWrite((db, token: AccessTokenRow) =>
  db.insertInto('accessTokens').values({
    tokenHash: token.tokenHash,
    jti: token.jti,
    suiteId: token.suiteId,
    applicationId: token.applicationId,
    accountId: token.accountId,
    grantId: token.grantId,
    claims: token.claims,
    expiresAt: token.expiresAt,
  }),
);

/** Adds an opaque access token, by its hash. */
export function insertAccessToken(token: AccessTokenRow): Write {
  return insert(token);
}

const find = preparedOne((db, { tokenHash }: { tokenHash: string }) =>
  db.selectFrom('accessTokens').selectAll().where('tokenHash', '=', tokenHash),
);

/** Finds an opaque access token. */
export async function findAccessToken(db: Db, tokenHash: string): Promise<AccessTokenRow | undefined> {
  return find(db, { tokenHash });
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

export interface TokenState {
  revoked: boolean;
  /** Undefined where the grant has ended or is gone; null where the client acts for itself. */
  holder:
    | {
        accountId: string;
        disabled: boolean;
        assignment: 'enabled' | 'disabled' | 'none';
        /** JSON of the claims asked for by name. */
        claims: string | null;
      }
    | null
    | undefined;
}

const findRevoked = preparedOne((db, { jti }: { jti: string }) =>
  db.selectFrom('revokedTokens').select('jti').where('jti', '=', jti),
);

const findHolder = preparedOne((db, token: { jti: string; grantId: string; applicationId: string }) =>
  db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.accountId')
    .leftJoin('applicationUsers', (join) =>
      join
        .onRef('applicationUsers.accountId', '=', 'grants.accountId')
        .on('applicationUsers.applicationId', '=', token.applicationId),
    )
    .select((eb) => [
      'grants.accountId',
      'grants.claims',
      'accounts.status',
      'applicationUsers.enabled',
      eb.selectFrom('revokedTokens').select('jti').where('jti', '=', token.jti).as('revoked'),
    ])
    .where('grants.id', '=', token.grantId)
    .where('grants.applicationId', '=', token.applicationId)
    .where('grants.endedAt', 'is', null),
);

/** What may have ended an access token before its time: revocation, the end of its grant, a disabled account or user. */
export async function findTokenState(
  db: Db,
  token: { jti: string; grantId: string | null; applicationId: string },
): Promise<TokenState> {
  const { jti, grantId, applicationId } = token;
  if (grantId === null) return { revoked: (await findRevoked(db, { jti })) !== undefined, holder: null };
  const row = await findHolder(db, { jti, grantId, applicationId });
  if (!row) return { revoked: false, holder: undefined };
  return {
    revoked: row.revoked !== null,
    holder: {
      accountId: row.accountId,
      claims: row.claims,
      disabled: row.status === 'disabled',
      assignment: row.enabled === null ? 'none' : row.enabled === 1 ? 'enabled' : 'disabled',
    },
  };
}
