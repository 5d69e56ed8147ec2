import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { seal } from '../platform/seal.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';

/** Every suite has a signing key and a next one of each (domain rule 6). */
export const algorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256', 'PS256', 'EdDSA'];

/** What a sealed private key is bound to, so that it cannot be moved to another row. */
export function sealingContext(kid: string): string {
  return `signing-key ${kid}`;
}

/** Makes one signing key of a suite, its private half sealed; the kid is the RFC 7638 thumbprint. */
export async function makeSigningKey(
  masterKey: Buffer,
  suiteId: string,
  alg: SigningAlgorithm,
  status: 'signing' | 'next',
  now: number,
): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    suiteId,
    alg,
    status,
    publicJwk: JSON.stringify({ ...publicJwk, kid, alg, use: 'sig' }),
    privateSealed: seal(masterKey, JSON.stringify(await exportJWK(pair.privateKey)), sealingContext(kid)),
    createdAt: now,
    signsFrom: status === 'signing' ? now : 0,
    signsUntil: null,
    removedAt: null,
  };
}

/**
 * The keys a suite is born with: RS256, which ID tokens are signed with, and all that cost no time. PS256 and the next
 * RSA keys follow from `make-missing-keys`, so that nobody waits for three more of them.
 */
export function makeFirstKeys(masterKey: Buffer, suiteId: string, now: number): Promise<SigningKeyRow[]> {
  const make = (alg: SigningAlgorithm, status: 'signing' | 'next') =>
    makeSigningKey(masterKey, suiteId, alg, status, now);
  return Promise.all([
    make('RS256', 'signing'),
    make('ES256', 'signing'),
    make('ES256', 'next'),
    make('EdDSA', 'signing'),
    make('EdDSA', 'next'),
  ]);
}
