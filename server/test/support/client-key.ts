import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key that a client signs with. */
export interface ClientKey {
  kid: string | undefined;
  publicJwk: JWK;
  privateKey: CryptoKey;
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

/** Makes a key pair; an empty kid leaves it out. */
export async function makeClientKey(alg = 'ES256', kid: string = randomUUID()): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === '' ? {} : { kid };
  return {
    kid: kid === '' ? undefined : kid,
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
    privateKey,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey),
  };
}

/** A JWKS of public keys. */
export function jwksOf(...keys: ClientKey[]): { keys: Record<string, unknown>[] } {
  return { keys: keys.map((key) => ({ ...key.publicJwk })) };
}

/** A JWT without a signature, `alg: none` (RFC 7519 §6). */
export function unsigned(claims: Record<string, unknown>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}
