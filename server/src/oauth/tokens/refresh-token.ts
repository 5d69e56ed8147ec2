import { equalInConstantTime, sha256 } from '../../platform/hash.js';
import { newCredential } from '../../platform/random.js';
import type { RefreshTokenFamily } from '../../store/refresh-tokens.js';

const prefix = 'tes_rt_';
/** Characters of 256 random bits in base64url. */
const secretLength = 43;

/**
 * A refresh token is its prefix, the name of its family and a secret of its own. Whoever knows the name has had a token of
 * the family, so one that is not the current one is a token that came again (RFC 9700 §4.14.2).
 */
export interface RefreshToken {
  text: string;
  familyHash: string;
  tokenHash: string;
}

/** Mints the first refresh token of a new family. */
export function mintRefreshToken(): RefreshToken {
  return readRefreshToken(prefix + newCredential('').slice(0, 22) + newCredential(''));
}

/** Mints the token that follows one of the same family. */
export function mintNextRefreshToken(before: RefreshToken): RefreshToken {
  const text = familyOf(before.text) + newCredential('');
  return { text, familyHash: before.familyHash, tokenHash: sha256(text) };
}

/** Reads a refresh token as it was presented. */
export function readRefreshToken(text: string): RefreshToken {
  return { text, familyHash: sha256(familyOf(text)), tokenHash: sha256(text) };
}

/** True for the one token of the family that was not rotated yet. */
export function isCurrent({ current }: RefreshTokenFamily, token: RefreshToken): boolean {
  return equalInConstantTime(current.tokenHash, token.tokenHash);
}

/** Tokens of older releases are a family each, named by the whole token. */
function familyOf(text: string): string {
  return text.length > prefix.length + secretLength ? text.slice(0, -secretLength) : text;
}
