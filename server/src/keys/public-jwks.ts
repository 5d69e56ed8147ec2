import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';

/** Why a document is no JWKS that somebody else may publish. */
export class JwksError extends Error {}

/** Without a kid each key that fits is tried; nobody publishes as many as this. */
const maxKeys = 50;

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Reads a JWKS document of a client (RFC 7517 §5) as what finds a key by the header of a JWT: by `kid`, and by `alg`,
 * `kty`, `crv`, `use` and `key_ops`. Throws JwksError; private and symmetric keys are refused, they are not secret any more.
 */
export function readPublicJwks(document: unknown): JWTVerifyGetKey {
  const keys = isRecord(document) ? document.keys : undefined;
  if (!Array.isArray(keys) || !keys.every(isRecord))
    throw new JwksError('The document is no JWKS: it has no list of keys.');
  if (keys.length > maxKeys) throw new JwksError(`The JWKS has more than ${maxKeys} keys.`);
  if (keys.some((key) => key.kty === 'oct' || privateMembers.some((member) => member in key)))
    throw new JwksError('The JWKS has a private or symmetric key.');
  return createLocalJWKSet({ keys: keys as JWK[] });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
