import { LRUCache } from 'lru-cache';

/** What a JWT said when its signature was verified. */
interface Verified {
  kid: string;
  claims: object;
}

/** JWTs that were verified already, by their hash: an API asks about the same token again and again. */
export type VerifiedJwts = Pick<LRUCache<string, Verified>, 'get' | 'set' | 'clear'>;

/** About a kilobyte each. */
const maxKept = 5_000;

/** Makes an empty memory. Whoever asks it still has to look whether the key is in use and the token has expired. */
export function createVerifiedJwts(): VerifiedJwts {
  return new LRUCache<string, Verified>({ max: maxKept });
}
