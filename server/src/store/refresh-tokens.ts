import type { Db } from './db.js';
import { preparedOne, preparedWrite, type Write } from './prepared.js';
import type { GrantRow } from './schema.js';
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

const insert = preparedWrite((db, token: NewRefreshToken & { grantId: string; keptUntil: number }) =>
  db.insertInto('refreshTokens').values({
    familyHash: token.familyHash,
    tokenHash: token.tokenHash,
    grantId: token.grantId,
    issuedAt: token.issuedAt,
    expiresAt: token.expiresAt,
    keptUntil: token.keptUntil,
    dpopJkt: token.dpopJkt,
  }),
);

/** Adds the first refresh token of a grant, and with it its family. */
export function insertRefreshToken(grantId: string, token: NewRefreshToken): Write {
  return insert({ ...token, grantId, keptUntil: keptUntil(token.expiresAt) });
}

const find = preparedOne((db, { familyHash, applicationId }: { familyHash: string; applicationId: string }) =>
  selectSubjects(db, applicationId)
    .innerJoin('grants', 'grants.accountId', 'accounts.id')
    .innerJoin('refreshTokens', 'refreshTokens.grantId', 'grants.id')
    .selectAll('grants')
    .select([
      'refreshTokens.familyHash',
      'refreshTokens.tokenHash',
      'refreshTokens.issuedAt',
      'refreshTokens.expiresAt',
      'refreshTokens.dpopJkt',
    ])
    .where('refreshTokens.familyHash', '=', familyHash),
);

/** A family of refresh tokens with its grant, ended or not, and the person whose it is. */
export interface RefreshTokenFamily {
  current: NewRefreshToken;
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
  const row = await find(db, { familyHash, applicationId });
  return row && { current: row, grant: row, subject: readSubject(row) };
}

/** The last rotations of a family that are kept, the newest first. */
export const keptRotations = 2;

const findKept = preparedOne((db, { familyHash }: { familyHash: string }) =>
  db.selectFrom('refreshTokens').select(['lastRotation', 'rotationBefore']).where('familyHash', '=', familyHash),
);

/** Finds the last rotations of a family, at most `keptRotations`. */
export async function findRotations(db: Db, familyHash: string): Promise<Rotation[]> {
  const kept = await findKept(db, { familyHash });
  return [kept?.lastRotation, kept?.rotationBefore].flatMap((text) => (text ? [JSON.parse(text) as Rotation] : []));
}

interface NextToken extends NewRefreshToken {
  from: string;
  keptUntil: number;
  rotation: string;
}

const rotate = preparedWrite((db, to: NextToken) =>
  db
    .updateTable('refreshTokens')
    .set((eb) => ({
      tokenHash: to.tokenHash,
      issuedAt: to.issuedAt,
      expiresAt: to.expiresAt,
      keptUntil: to.keptUntil,
      dpopJkt: to.dpopJkt,
      rotationBefore: eb.ref('lastRotation'),
      lastRotation: to.rotation,
    }))
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

/** Uses the current token of a family up and puts another in its place; writes a row for the one caller that did (domain rule 7). */
export function rotateRefreshToken(to: NewRefreshToken, rotation: Rotation): Write {
  const from = rotation.tokenHash;
  return rotate({ ...to, from, keptUntil: keptUntil(to.expiresAt), rotation: JSON.stringify(rotation) });
}
