import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../platform/clock.js';
import type { OutboundFetch } from '../platform/outbound-fetch.js';
import { JwksError, readPublicJwks } from './public-jwks.js';

/** Seconds a document counts. */
const lifespan = 300;
/** Seconds between two tries to read the same document. */
const pause = 10;
const maxKept = 1_000;

/** Keys that clients publish (`jwks_uri`), read once and kept for 5 minutes. */
export interface RemoteKeys {
  /**
   * The keys at an address. `renew` asks for a newer document than the one that lacks a key; it is read at most once in
   * 10 s. Throws OutboundError or JwksError.
   */
  read(url: string, renew: boolean): Promise<JWTVerifyGetKey>;
}

interface Kept {
  /** The newest document that could be read, and until when it counts (Unix seconds). */
  good: { keys: JWTVerifyGetKey; until: number } | null;
  lastTry: Promise<JWTVerifyGetKey>;
  triedAt: number;
}

/** Makes the memory of published keys. */
export function createRemoteKeys(fetch: OutboundFetch, clock: Clock): RemoteKeys {
  const kept = new Map<string, Kept>();

  function tryToRead(url: string, good: Kept['good'], now: number): Kept {
    const entry: Kept = { good, lastTry: readDocument(fetch, url), triedAt: now };
    entry.lastTry.then(
      (keys) => {
        entry.good = { keys, until: now + lifespan };
      },
      () => undefined,
    );
    return entry;
  }

  return {
    async read(url, renew) {
      const now = clock.now();
      const known = kept.get(url);
      // Nobody whose key is known waits for what an unknown one has set off.
      if (known?.good && !renew && now < known.good.until) return known.good.keys;
      if (known && now < known.triedAt + pause) return known.lastTry;
      const [oldest] = kept.keys();
      if (oldest !== undefined && !known && kept.size >= maxKept) kept.delete(oldest);
      const entry = tryToRead(url, known?.good ?? null, now);
      kept.set(url, entry);
      return entry.lastTry;
    },
  };
}

async function readDocument(fetch: OutboundFetch, url: string): Promise<JWTVerifyGetKey> {
  const { body } = await fetch.get(url, 'application/jwk-set+json, application/json');
  try {
    return readPublicJwks(JSON.parse(body));
  } catch (error) {
    if (error instanceof SyntaxError) throw new JwksError('The document is not JSON.');
    throw error;
  }
}
