import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { World } from './requests.js';

/** A key of a client, and proofs signed with it (RFC 9449). */
export interface ProofKey {
  publicJwk: JWK;
  privateJwk: JWK;
  jkt: string;
  /** A proof that breaks no rule, with some of it changed; undefined leaves a member out. */
  proof(of: ProofOf): Promise<string>;
}

interface ProofOf {
  method?: string;
  url: string;
  /** The access token it goes with. */
  token?: string;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Signs in place of the key that the header names. */
  signedBy?: CryptoKey;
}

export async function makeProofKey(world: World, alg = 'ES256'): Promise<ProofKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(pair.privateKey),
    jkt: await calculateJwkThumbprint(publicJwk),
    proof({ method = 'POST', url, token, claims = {}, header = {}, signedBy = pair.privateKey }) {
      const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
      const payload = { jti: randomUUID(), htm: method, htu: url, iat: world.server.clock.now(), ...ath, ...claims };
      return new SignJWT(payload)
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: publicJwk, ...header } as { alg: string })
        .sign(signedBy);
    },
  };
}
