import type { Db } from './db.js';
import { type ListRequest, listPage, type Page } from './list-page.js';
import type { SigningAlgorithm, SigningKeyRow } from './schema.js';

/** A suite has a few keys for each algorithm; more than this is never read. */
const maxOfSuite = 1_000;

/** The keys of a suite that stand in its JWKS. */
export function listPublishedKeys(db: Db, suiteId: string, now: number): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signingKeys')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .where('status', '!=', 'revoked')
    .where((eb) => eb.or([eb('removedAt', 'is', null), eb('removedAt', '>', now)]))
    .orderBy('createdAt')
    .orderBy('kid')
    .limit(maxOfSuite)
    .execute();
}

/** The keys of a suite that sign or will. */
export function listCurrentKeys(db: Db, suiteId: string): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signingKeys')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .where('status', 'in', ['signing', 'next'])
    .limit(maxOfSuite)
    .execute();
}

/** Every key of a suite, newest first. */
export function listKeysOfSuite(db: Db, suiteId: string): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('signingKeys')
    .selectAll()
    .where('suiteId', '=', suiteId)
    .orderBy('createdAt', 'desc')
    .orderBy('kid', 'desc')
    .limit(maxOfSuite)
    .execute();
}

/** A key with the suite it belongs to. */
export interface SigningKeyView extends SigningKeyRow {
  suiteName: string;
  suiteSlug: string;
  keyRotationDays: number;
}

export interface SigningKeyListRequest extends ListRequest {
  suiteId?: string | undefined;
  alg?: SigningAlgorithm | undefined;
  status?: SigningKeyRow['status'] | undefined;
}

const sorts = { createdAt: { ref: 'signingKeys.createdAt', type: 'number' } } as const;

/** One page of the keys of all suites. `q` is a whole kid. */
export function listSigningKeys(db: Db, request: SigningKeyListRequest): Promise<Page<SigningKeyView>> {
  let rows = db
    .selectFrom('signingKeys')
    .innerJoin('suites', 'suites.id', 'signingKeys.suiteId')
    .selectAll('signingKeys')
    .select(['suites.name as suiteName', 'suites.slug as suiteSlug', 'suites.keyRotationDays']);
  for (const column of ['suiteId', 'alg', 'status'] as const) {
    const value = request[column];
    if (value !== undefined) rows = rows.where(`signingKeys.${column}`, '=', value);
  }
  if (request.q) rows = rows.where('signingKeys.kid', '=', request.q);
  return listPage(db, rows, sorts, 'signingKeys.kid', request);
}

/** Finds a key of a suite. */
export function findSigningKey(db: Db, suiteId: string, kid: string): Promise<SigningKeyRow | undefined> {
  return db
    .selectFrom('signingKeys')
    .selectAll()
    .where('kid', '=', kid)
    .where('suiteId', '=', suiteId)
    .executeTakeFirst();
}

/** Adds a key; false when the suite has one of that algorithm and status already. */
export async function insertSigningKey(db: Db, key: SigningKeyRow): Promise<boolean> {
  const result = await db
    .insertInto('signingKeys')
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Lets a key sign no more; its private half goes with that. False when it did not sign (any more). */
export async function retireSigningKey(
  tx: Db,
  kid: string,
  times: { signsUntil: number; removedAt: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('signingKeys')
    .set({ status: 'retired', privateSealed: '', ...times })
    .where('kid', '=', kid)
    .where('status', '=', 'signing')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Lets the next key sign from now on; false when it is not the next one (any more). */
export async function promoteSigningKey(tx: Db, kid: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('signingKeys')
    .set({ status: 'signing', signsFrom: now })
    .where('kid', '=', kid)
    .where('status', '=', 'next')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Takes a key out of use and out of the JWKS at once; false when its status is not the one it was read with. */
export async function revokeSigningKey(tx: Db, key: SigningKeyRow, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('signingKeys')
    .set({
      status: 'revoked',
      privateSealed: '',
      removedAt: Math.min(key.removedAt ?? now, now),
      ...(key.status === 'signing' ? { signsUntil: now } : {}),
    })
    .where('kid', '=', key.kid)
    .where('status', '=', key.status)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Keys that have signed for as long as their suite wants, longest first. */
export function listDueKeys(
  db: Db,
  now: number,
  limit: number,
): Promise<Pick<SigningKeyRow, 'kid' | 'suiteId' | 'alg'>[]> {
  return db
    .selectFrom('signingKeys')
    .innerJoin('suites', 'suites.id', 'signingKeys.suiteId')
    .select(['signingKeys.kid', 'signingKeys.suiteId', 'signingKeys.alg'])
    .where('signingKeys.status', '=', 'signing')
    .where((eb) => eb('signingKeys.signsFrom', '<=', eb(eb.val(now), '-', eb('suites.keyRotationDays', '*', 86_400))))
    .orderBy('signingKeys.signsFrom')
    .limit(limit)
    .execute();
}

/** Suites that have fewer than `wanted` keys that sign or will. */
export async function listSuitesShortOfKeys(db: Db, wanted: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('suites')
    .select('suites.id')
    .where(
      (eb) =>
        eb
          .selectFrom('signingKeys')
          .select((one) => one.fn.countAll<number>().as('count'))
          .whereRef('signingKeys.suiteId', '=', 'suites.id')
          .where('signingKeys.status', 'in', ['signing', 'next']),
      '<',
      wanted,
    )
    .orderBy('suites.id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export type SealedKey = Pick<SigningKeyRow, 'kid' | 'suiteId' | 'privateSealed'>;

/** Keys in the order of their kid, from after one on: to walk through all of them in parts. */
export function listKeysAfter(db: Db, kid: string, limit: number): Promise<SealedKey[]> {
  return db
    .selectFrom('signingKeys')
    .select(['kid', 'suiteId', 'privateSealed'])
    .where('kid', '>', kid)
    .orderBy('kid')
    .limit(limit)
    .execute();
}

/** Since when keys sign: of all suites, the oldest first. */
export function listOldestSigning(db: Db, limit: number): Promise<Pick<SigningKeyRow, 'alg' | 'signsFrom'>[]> {
  return db
    .selectFrom('signingKeys')
    .select(['alg', 'signsFrom'])
    .where('status', '=', 'signing')
    .orderBy('signsFrom')
    .limit(limit)
    .execute();
}

/** The key that has signed for longest, with its suite. */
export function findOldestSigningKey(
  db: Db,
): Promise<Pick<SigningKeyView, 'alg' | 'signsFrom' | 'suiteSlug' | 'keyRotationDays'> | undefined> {
  return db
    .selectFrom('signingKeys')
    .innerJoin('suites', 'suites.id', 'signingKeys.suiteId')
    .select(['signingKeys.alg', 'signingKeys.signsFrom', 'suites.slug as suiteSlug', 'suites.keyRotationDays'])
    .where('signingKeys.status', '=', 'signing')
    .orderBy('signingKeys.signsFrom')
    .limit(1)
    .executeTakeFirst();
}
