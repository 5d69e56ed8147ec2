import type { Tx } from '../store/db.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';
import { promoteSigningKey, retireSigningKey, revokeSigningKey } from '../store/signing-keys.js';
import { StaleRowError } from '../store/transact.js';
import { publishedAfter, publishedAhead } from './lifetimes.js';

/** The two keys of an algorithm that a rotation is about. */
export interface Succession {
  signing: SigningKeyRow;
  next: SigningKeyRow;
}

/** The signing key of an algorithm with the next one; undefined where one of the two is missing. */
export function successionOf(keys: readonly SigningKeyRow[], alg: SigningAlgorithm): Succession | undefined {
  const find = (status: SigningKeyRow['status']) => keys.find((key) => key.alg === alg && key.status === status);
  const [signing, next] = [find('signing'), find('next')];
  return signing && next && { signing, next };
}

/** True once no cache keeps a JWKS without the key, so that it may sign (OpenID Connect Core §10.1.1). */
export function isKnownToCaches(next: SigningKeyRow, now: number): boolean {
  return now - next.createdAt >= publishedAhead;
}

/**
 * Lets the next key sign; the old one stays in the JWKS until its last token has expired. One conditional write decides
 * among processes: false when another one has rotated already.
 */
export async function rotate(tx: Tx, { signing, next }: Succession, now: number): Promise<boolean> {
  if (!(await retireSigningKey(tx, signing.kid, { signsUntil: now, removedAt: now + publishedAfter }))) return false;
  if (!(await promoteSigningKey(tx, next.kid, now))) throw new StaleRowError();
  return true;
}

/**
 * Takes a key out of the JWKS, so that all it signed fails; where it signed, the next key takes over. Throws
 * `StaleRowError` when one of them is not any more what it was read as: a revocation never loses to a rotation.
 */
export async function revoke(tx: Tx, key: SigningKeyRow, next: SigningKeyRow | null, now: number): Promise<void> {
  if (!(await revokeSigningKey(tx, key, now))) throw new StaleRowError();
  if (next && !(await promoteSigningKey(tx, next.kid, now))) throw new StaleRowError();
}
