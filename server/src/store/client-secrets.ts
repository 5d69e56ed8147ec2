import { sql } from 'kysely';
import type { Db } from './db.js';
import type { ClientSecretRow } from './schema.js';

const maxListed = 100;

/** The secrets of an application, the live ones first, then the newest; at most 100. */
export function listSecrets(db: Db, applicationId: string, now: number): Promise<ClientSecretRow[]> {
  return db
    .selectFrom('clientSecrets')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .orderBy(sql`case when revoked_at is null and (expires_at is null or expires_at > ${now}) then 0 else 1 end`)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(maxListed)
    .execute();
}

/** Finds one secret of an application. */
export function findSecret(db: Db, applicationId: string, id: string): Promise<ClientSecretRow | undefined> {
  return db
    .selectFrom('clientSecrets')
    .selectAll()
    .where('id', '=', id)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
}

/** How many secrets of an application could be used now. */
export async function countActiveSecrets(db: Db, applicationId: string, now: number): Promise<number> {
  const row = await activeSecrets(db, applicationId, now)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function activeSecrets(db: Db, applicationId: string, now: number) {
  return db
    .selectFrom('clientSecrets')
    .where('applicationId', '=', applicationId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]));
}

/** Adds a secret: its hash, and its value only sealed. */
export async function insertSecret(tx: Db, secret: Omit<ClientSecretRow, 'revokedAt' | 'lastUsedAt'>): Promise<void> {
  await tx
    .insertInto('clientSecrets')
    .values({ ...secret, revokedAt: null, lastUsedAt: null })
    .execute();
}

/** Makes every live secret of an application expire at `expiresAt`, if it would live longer. */
export async function expireSecretsOf(tx: Db, applicationId: string, now: number, expiresAt: number): Promise<void> {
  await tx
    .updateTable('clientSecrets')
    .set({ expiresAt })
    .where('applicationId', '=', applicationId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', Math.max(now, expiresAt))]))
    .execute();
}

/** Revokes one secret; false when it was revoked before. */
export async function revokeSecret(tx: Db, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('clientSecrets')
    .set({ revokedAt: now })
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Revokes all secrets of an application that is to be public; answers how many were live. */
export async function revokeSecretsOf(tx: Db, applicationId: string, now: number): Promise<number> {
  const live = await countActiveSecrets(tx, applicationId, now);
  await tx
    .updateTable('clientSecrets')
    .set({ revokedAt: now })
    .where('applicationId', '=', applicationId)
    .where('revokedAt', 'is', null)
    .execute();
  return live;
}

/** Forgets the sealed values of an application that does not sign with its secrets any more; their hashes stay. */
export async function dropSealedSecretsOf(tx: Db, applicationId: string): Promise<void> {
  await tx
    .updateTable('clientSecrets')
    .set({ secretSealed: null })
    .where('applicationId', '=', applicationId)
    .where('secretSealed', 'is not', null)
    .execute();
}

export interface SealedSecret {
  id: string;
  secretSealed: string;
}

/** Secrets that are kept sealed, in the order of their id, from after one on: to walk through all of them in parts. */
export async function listSealedSecretsAfter(db: Db, id: string, limit: number): Promise<SealedSecret[]> {
  return db
    .selectFrom('clientSecrets')
    .select(['id', 'secretSealed'])
    .where('id', '>', id)
    .where('secretSealed', 'is not', null)
    .orderBy('id')
    .limit(limit)
    .$narrowType<{ secretSealed: string }>()
    .execute();
}
