import type { Db } from './db.js';
import { prepared } from './prepared.js';
import type { GrantRow, RefreshTokenRow } from './schema.js';
import { readSubject, type Subject, selectSubjects } from './subjects.js';

/** One rotation of a family: the token that was used up, and how a repeat of the same request is answered (domain rule 7). */
export interface Rotation {
  tokenHash: string;
  /** Unix seconds. */
  at: number;
  requestHash: string;
  /** The answer, sealed under the rotated token itself, which is kept nowhere. */
  answerSealed: string;
}

/** A refresh token as it is issued; its family is made with the first one. */
export interface NewRefreshToken {
  familyHash: string;
  tokenHash: string;
  issuedAt: number;
  expiresAt: number;
  dpopJkt: string | null;
}

const day = 86_400;

/** A day after the token expired, so that what is said of it afterwards is right; rounded up to whole days. */
function keptUntil(expiresAt: number): number {
  return expiresAt - (expiresAt % day) + 2 * day;
}

const insert = prepared((db, token: NewRefreshToken & { grantId: string; keptUntil: number }) =>
  db.insertInto('refreshTokens').values({
    familyHash: token.familyHash,
    tokenHash: token.tokenHash,
    grantId: token.grantId,
    issuedAt: token.issuedAt,
    expiresAt: token.expiresAt,
    keptUntil: token.keptUntil,
    dpopJkt: token.dpopJkt,
    rotations: '[]',
  }),
);

/** Adds the first refresh token of a grant, and with it its family. */
export async function insertRefreshToken(db: Db, grantId: string, token: NewRefreshToken): Promise<void> {
  await insert(db, { ...token, grantId, keptUntil: keptUntil(token.expiresAt) });
}

const find = prepared((db, { familyHash, applicationId }: { familyHash: string; applicationId: string }) =>
  selectSubjects(db, applicationId)
    .innerJoin('grants', 'grants.accountId', 'accounts.id')
    .innerJoin('refreshTokens', 'refreshTokens.grantId', 'grants.id')
    .selectAll('grants')
    .select([
      'refreshTokens.familyHash',
      'refreshTokens.tokenHash',
      'refreshTokens.issuedAt',
      'refreshTokens.expiresAt',
      'refreshTokens.rotations',
      'refreshTokens.dpopJkt',
    ])
    .where('refreshTokens.familyHash', '=', familyHash),
);

/** A family of refresh tokens with its grant, ended or not, and the person whose it is. */
export interface RefreshTokenFamily {
  current: NewRefreshToken;
  rotations: Rotation[];
  grant: GrantRow;
  /** With the assignment to the application that asks. */
  subject: Subject;
}

/** Finds the family of a refresh token, for the application that presents it. */
export async function findRefreshToken(
  db: Db,
  familyHash: string,
  applicationId: string,
): Promise<RefreshTokenFamily | undefined> {
  const { rows } = await find(db, { familyHash, applicationId });
  const [row] = rows;
  const subject = readSubject(rows);
  if (!row || !subject) return undefined;
  return { current: row, rotations: JSON.parse(row.rotations) as Rotation[], grant: row, subject };
}

const rotate = prepared((db, to: Omit<RefreshTokenRow, 'grantId'> & { from: string }) =>
  db
    .updateTable('refreshTokens')
    .set({
      tokenHash: to.tokenHash,
      issuedAt: to.issuedAt,
      expiresAt: to.expiresAt,
      keptUntil: to.keptUntil,
      dpopJkt: to.dpopJkt,
      rotations: to.rotations,
    })
    .where('familyHash', '=', to.familyHash)
    .where('tokenHash', '=', to.from)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('grants')
          .select('grants.id')
          .whereRef('grants.id', '=', 'refreshTokens.grantId')
          .where('grants.endedAt', 'is', null),
      ),
    ),
);

/**
 * Uses the token `from` of a family up and puts another in its place; true for the one caller that did (domain rule 7).
 * `rotations` are the last ones, this one included.
 */
export async function rotateRefreshToken(
  db: Db,
  from: string,
  to: NewRefreshToken,
  rotations: Rotation[],
): Promise<boolean> {
  const row = { ...to, from, keptUntil: keptUntil(to.expiresAt), rotations: JSON.stringify(rotations) };
  return (await rotate(db, row)).written === 1;
}
