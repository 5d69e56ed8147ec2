import { createPublicKey } from 'node:crypto';
import { createVerifier, TokenError } from 'fast-jwt';
import { decodeProtectedHeader, type JWK } from 'jose';
import { createTogether } from '../platform/together.js';
import type { SigningAlgorithm } from '../store/schema.js';

/** Reads a JWT that this key has signed; null for any other (RFC 7515 §5.2). What it claims, its end included, is not judged. */
export type Verify = (
  jwt: string,
) => Promise<{ header: Record<string, unknown>; payload: Record<string, unknown> } | null>;

const verifyTogether = createTogether();

/** What verifies with a public key, in this one algorithm. On this thread, like elliptic curves in `makeSign`, since it takes about as long. */
export function makeVerify(publicJwk: JWK, alg: SigningAlgorithm): Verify {
  const key = createPublicKey({ key: publicJwk as never, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
  const settings = { algorithms: [alg], complete: true, ignoreExpiration: true, ignoreNotBefore: true, cache: false };
  const verify = createVerifier({ key, ...settings });
  return (jwt) =>
    verifyTogether(() => {
      try {
        return verify(jwt);
      } catch (error) {
        if (error instanceof TokenError) return null;
        throw error;
      }
    });
}

/** The key that a JWT names, before anything of it is believed; undefined where it names none or is no JWT. */
export function readKid(jwt: string): string | undefined {
  try {
    return decodeProtectedHeader(jwt).kid;
  } catch {
    return undefined;
  }
}
