import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { seal, unseal } from '../platform/seal.js';
import type { Db } from '../store/db.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';
import { listSigningKeys } from '../store/signing-keys.js';

export interface SigningKey {
  kid: string;
  alg: SigningAlgorithm;
  privateKey: CryptoKey;
}

interface SuiteKeys {
  /** The JWKS document (RFC 7517 §5), serialized once. */
  jwks: string;
  signing: Map<SigningAlgorithm, SigningKey>;
  verification: Map<string, { alg: SigningAlgorithm; publicKey: CryptoKey }>;
}

/** The signing keys of every suite, unsealed once and kept until `clear`. */
export interface KeyRing {
  signingKey(suiteId: string, alg: SigningAlgorithm): Promise<SigningKey>;
  verificationKey(
    suiteId: string,
    kid: string | undefined,
  ): Promise<{ alg: SigningAlgorithm; publicKey: CryptoKey } | undefined>;
  jwks(suiteId: string): Promise<string>;
  clear(): void;
}

/** Makes the key ring; `masterKey` opens the private keys. */
export function createKeyRing(db: Db, masterKey: Buffer): KeyRing {
  const kept = new Map<string, Promise<SuiteKeys>>();
  const suiteKeys = (suiteId: string) => {
    const known = kept.get(suiteId);
    if (known) return known;
    const loading = loadSuiteKeys(db, masterKey, suiteId);
    kept.set(suiteId, loading);
    loading.catch(() => kept.delete(suiteId));
    return loading;
  };
  return {
    async signingKey(suiteId, alg) {
      const key = (await suiteKeys(suiteId)).signing.get(alg);
      if (!key) throw new Error(`suite ${suiteId} has no ${alg} signing key`);
      return key;
    },
    verificationKey: async (suiteId, kid) =>
      kid === undefined ? undefined : (await suiteKeys(suiteId)).verification.get(kid),
    jwks: async (suiteId) => (await suiteKeys(suiteId)).jwks,
    clear: () => kept.clear(),
  };
}

async function loadSuiteKeys(db: Db, masterKey: Buffer, suiteId: string): Promise<SuiteKeys> {
  const rows = await listSigningKeys(db, suiteId);
  const keys: SuiteKeys = { jwks: '', signing: new Map(), verification: new Map() };
  for (const row of rows) {
    const publicKey = (await importJWK(JSON.parse(row.publicJwk) as JWK, row.alg)) as CryptoKey;
    keys.verification.set(row.kid, { alg: row.alg, publicKey });
    if (row.status !== 'signing') continue;
    const privateJwk = JSON.parse(unseal(masterKey, row.privateSealed, `signing-key ${row.kid}`)) as JWK;
    keys.signing.set(row.alg, {
      kid: row.kid,
      alg: row.alg,
      privateKey: (await importJWK(privateJwk, row.alg)) as CryptoKey,
    });
  }
  keys.jwks = JSON.stringify({ keys: rows.map((row) => JSON.parse(row.publicJwk) as JWK) });
  return keys;
}

/** Makes one signing key of a suite, its private half sealed; the kid is the RFC 7638 thumbprint. */
export async function makeSigningKey(
  masterKey: Buffer,
  suiteId: string,
  alg: SigningAlgorithm,
  now: number,
): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    kid,
    suiteId,
    alg,
    status: 'signing',
    publicJwk: JSON.stringify({ ...publicJwk, kid, alg, use: 'sig' }),
    privateSealed: seal(masterKey, JSON.stringify(await exportJWK(pair.privateKey)), `signing-key ${kid}`),
    createdAt: now,
  };
}

/** The keys every suite starts with: ES256 for access tokens, RS256 for ID tokens (domain rule 6). */
export function makeFirstKeys(masterKey: Buffer, suiteId: string, now: number): Promise<SigningKeyRow[]> {
  return Promise.all((['ES256', 'RS256'] as const).map((alg) => makeSigningKey(masterKey, suiteId, alg, now)));
}
