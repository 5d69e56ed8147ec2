import { createPrivateKey } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createTogether } from '../platform/together.js';
import type { SigningAlgorithm } from '../store/schema.js';

/** Makes a JWT of the claims, with `typ` in its header where it has one (RFC 7515 §4.1.9). */
export type Sign = (claims: object, typ?: string) => Promise<string>;

/**
 * What signs with a private key. RSA takes a millisecond, which another thread spends; a signature on an elliptic curve
 * takes less time than handing it over, so it is made here.
 */
export async function makeSign(privateJwk: JWK, alg: SigningAlgorithm, kid: string): Promise<Sign> {
  if (alg === 'ES256' || alg === 'EdDSA') return signHere(privateJwk, alg, kid);
  const privateKey = (await importJWK(privateJwk, alg)) as CryptoKey;
  return (claims, typ) =>
    new SignJWT(claims as JWTPayload).setProtectedHeader({ alg, ...(typ && { typ }), kid }).sign(privateKey);
}

const signTogether = createTogether();

function signHere(privateJwk: JWK, algorithm: 'ES256' | 'EdDSA', kid: string): Sign {
  const key = createPrivateKey({ key: privateJwk as never, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' });
  const signers = new Map<string | undefined, (claims: object) => string>();
  return (claims, typ) => {
    const sign = signers.get(typ) ?? createSigner({ key, algorithm, kid, header: { alg: algorithm, typ } as never });
    signers.set(typ, sign);
    return signTogether(() => sign(claims));
  };
}
