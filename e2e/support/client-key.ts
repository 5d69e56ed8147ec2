import { randomUUID } from 'node:crypto';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { askToken } from './token-endpoint.js';

/** A key pair of an application; the JWKS is what it registers. */
export async function clientKey() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256', use: 'sig' }] };
  return { privateKey, jwks, secretJwks: { keys: [await exportJWK(privateKey)] } };
}

/** RFC 7523 §2.2: asks for a token with a JWT in place of a secret. */
export async function askByKey({ issuer, clientId }: ApplicationWithSecret, key: CryptoKey) {
  const client_assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: 'first' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key);
  const body = {
    grant_type: 'client_credentials',
    client_assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
  return askToken({ issuer, clientId }, body);
}
