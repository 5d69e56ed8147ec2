import type { JWK } from 'jose';
import type { Clock } from '../platform/clock.js';
import { cacheLookups } from '../platform/metrics.js';
import { unseal } from '../platform/seal.js';
import type { Db } from '../store/db.js';
import type { SigningAlgorithm, SigningKeyRow } from '../store/schema.js';
import { listPublishedKeys } from '../store/signing-keys.js';
import { jwksMaxAge, rereadAfter } from './lifetimes.js';
import { makeMissingKeys } from './make-missing-keys.js';
import { makeSign, type Sign } from './sign.js';
import { algorithms, sealingContext } from './signing-key.js';
import { createVerifiedJwts, type VerifiedJwts } from './verified-jwts.js';
import { makeVerify, type Verify } from './verify.js';

export interface SigningKey {
  kid: string;
  alg: SigningAlgorithm;
  sign: Sign;
}

export interface VerificationKey {
  verify: Verify;
}

interface SuiteKeys {
  /** The JWKS document (RFC 7517 §5), serialized once. */
  jwks: string;
  signing: Map<SigningAlgorithm, SigningKey>;
  verification: Map<string, VerificationKey>;
  /** Unix seconds at which a retired key leaves the JWKS; infinite where none is. */
  changesAt: number;
}

/** The signing keys of every suite, unsealed once, and kept until `clear` or until another process may have changed them. */
export interface KeyRing {
  signingKey(suiteId: string, alg: SigningAlgorithm): Promise<SigningKey>;
  verificationKey(suiteId: string, kid: string | undefined): Promise<VerificationKey | undefined>;
  jwks(suiteId: string): Promise<string>;
  /** Seconds the JWKS may be kept: none while the suite lacks an algorithm, whose first key will sign at once. */
  jwksMaxAge(suiteId: string): Promise<number>;
  /** Tokens whose signature was verified by one of these keys. */
  verified: VerifiedJwts;
  clear(): void;
}

const maxKept = 2_000;

/** Makes the key ring; `masterKey` opens the private keys. */
export function createKeyRing(db: Db, masterKey: Buffer, clock: Clock): KeyRing {
  const kept = new Map<string, { readAt: number; keys: Promise<SuiteKeys> }>();
  const verified = createVerifiedJwts();

  function read(suiteId: string, before?: SuiteKeys): Promise<SuiteKeys> {
    cacheLookups.keys.misses += 1;
    const keys = loadSuiteKeys(db, masterKey, suiteId, clock.now(), before);
    const entry = { readAt: clock.now(), keys };
    const oldest = kept.keys().next();
    if (kept.size >= maxKept && !oldest.done) kept.delete(oldest.value);
    kept.set(suiteId, entry);
    keys.catch(() => {
      if (kept.get(suiteId) === entry) kept.delete(suiteId);
    });
    return keys;
  }

  /** The keys as they were at most `age` seconds ago. */
  async function suiteKeys(suiteId: string, age = rereadAfter): Promise<SuiteKeys> {
    const entry = kept.get(suiteId);
    if (!entry) return read(suiteId);
    const keys = await entry.keys;
    const now = clock.now();
    if (Math.abs(now - entry.readAt) < age && now < keys.changesAt) {
      cacheLookups.keys.hits += 1;
      return keys;
    }
    // Of those who waited for the same entry, the first reads again.
    const current = kept.get(suiteId);
    return current === undefined || current === entry ? read(suiteId, keys) : current.keys;
  }

  const making = new Map<string, Promise<unknown>>();

  /** The first key of an algorithm in a suite; who asks meanwhile waits for the same one. */
  async function makeFirst(suiteId: string, alg: SigningAlgorithm): Promise<SuiteKeys> {
    const place = `${suiteId} ${alg}`;
    const only = { algs: [alg], statuses: ['signing'] as const };
    const started = making.get(place) ?? makeMissingKeys({ db, masterKey }, suiteId, clock.now(), only);
    making.set(place, started);
    await started.finally(() => making.delete(place));
    return suiteKeys(suiteId, 0);
  }

  return {
    async signingKey(suiteId, alg) {
      const known = (await suiteKeys(suiteId)).signing.get(alg);
      if (known) return known;
      const key = (await makeFirst(suiteId, alg)).signing.get(alg);
      if (!key) throw new Error(`suite ${suiteId} has no ${alg} signing key`);
      return key;
    },
    async verificationKey(suiteId, kid) {
      if (kid === undefined) return undefined;
      const known = (await suiteKeys(suiteId)).verification.get(kid);
      // Another process may have made it just now; whoever sends unknown kids makes us look once a second at most.
      return known ?? (await suiteKeys(suiteId, 1)).verification.get(kid);
    },
    jwks: async (suiteId) => (await suiteKeys(suiteId)).jwks,
    jwksMaxAge: async (suiteId) => ((await suiteKeys(suiteId)).signing.size < algorithms.length ? 0 : jwksMaxAge),
    verified,
    clear() {
      kept.clear();
      verified.clear();
    },
  };
}

async function loadSuiteKeys(
  db: Db,
  masterKey: Buffer,
  suiteId: string,
  now: number,
  before: SuiteKeys | undefined,
): Promise<SuiteKeys> {
  const rows = await listPublishedKeys(db, suiteId, now);
  const verification = new Map<string, VerificationKey>();
  const signing = new Map<SigningAlgorithm, SigningKey>();
  for (const row of rows) {
    verification.set(row.kid, before?.verification.get(row.kid) ?? readPublic(row));
    if (row.status !== 'signing') continue;
    const known = before?.signing.get(row.alg);
    signing.set(row.alg, known?.kid === row.kid ? known : await importPrivate(masterKey, row));
  }
  return {
    jwks: JSON.stringify({ keys: rows.map((row) => JSON.parse(row.publicJwk) as JWK) }),
    signing,
    verification,
    changesAt: Math.min(...rows.map((row) => row.removedAt ?? Number.POSITIVE_INFINITY)),
  };
}

async function importPrivate(masterKey: Buffer, row: SigningKeyRow): Promise<SigningKey> {
  const privateJwk = JSON.parse(unseal(masterKey, row.privateSealed, sealingContext(row.kid))) as JWK;
  return { kid: row.kid, alg: row.alg, sign: await makeSign(privateJwk, row.alg, row.kid) };
}

function readPublic({ publicJwk, alg }: SigningKeyRow): VerificationKey {
  return { verify: makeVerify(JSON.parse(publicJwk) as JWK, alg) };
}
