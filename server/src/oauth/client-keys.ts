import {
  type CompactJWSHeaderParameters,
  type CompactVerifyResult,
  type CryptoKey,
  compactVerify,
  decodeProtectedHeader,
  errors,
  type JWTVerifyGetKey,
} from 'jose';
import type { Deps } from '../deps.js';
import { JwksError, readPublicJwks } from '../keys/public-jwks.js';
import { OutboundError } from '../platform/outbound-fetch.js';
import type { Client } from '../store/registry.js';
import { asReceived, type OAuthError, type Refused } from './errors.js';

/** A JWT whose signature holds; its claims are still to be checked. */
export interface SignedJwt {
  header: CompactJWSHeaderParameters;
  claims: Record<string, unknown>;
}

/** What a JWT must be, and the error for one that is not. */
export interface Wanted {
  /** First part of the rules' names. */
  what: 'assertion' | 'request_object';
  algorithms: readonly string[];
  refuse: (refused: Refused) => OAuthError;
}

/**
 * Verifies the signature of a JWT with the keys that its client registered or publishes (RFC 7515 §5.2). A key that is
 * not known may be new: then the client's document is read again.
 */
export async function verifyWithKeys(deps: Deps, client: Client, jwt: string, wanted: Wanted): Promise<SignedJwt> {
  return orRefuse(jwt, wanted, async () => {
    try {
      return await verify(jwt, await keysOf(deps, client, wanted, false), wanted);
    } catch (error) {
      if (client.metadata.jwksUri === null || !mayBeRotated(error)) throw error;
      return verify(jwt, await keysOf(deps, client, wanted, true), wanted);
    }
  });
}

/** Verifies the MAC of a JWT with one of some secrets; answers which one, too. */
export async function verifyWithSecrets<T>(
  secrets: readonly { key: Uint8Array; secret: T }[],
  jwt: string,
  wanted: Wanted,
): Promise<{ signed: SignedJwt; secret: T }> {
  return orRefuse(jwt, wanted, async () => {
    for (const { key, secret } of secrets) {
      try {
        return { signed: await verify(jwt, key, wanted), secret };
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  });
}

async function keysOf(deps: Deps, client: Client, wanted: Wanted, renew: boolean): Promise<JWTVerifyGetKey> {
  const { jwks, jwksUri } = client.metadata;
  if (jwksUri !== null) return deps.remoteKeys.read(jwksUri, renew);
  if (jwks !== null) return readPublicJwks(jwks);
  throw wanted.refuse({
    rule: `${wanted.what}.keys_missing`,
    reason: `${client.name} has no keys: neither a JWKS nor the URL of one is registered.`,
  });
}

/** Without a `kid` an unknown key shows by its signature only. */
function mayBeRotated(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}

async function verify(
  jwt: string,
  key: JWTVerifyGetKey | CryptoKey | Uint8Array,
  { algorithms }: Wanted,
): Promise<SignedJwt> {
  const options = { algorithms: [...algorithms] };
  if (typeof key !== 'function') return readSigned(await compactVerify(jwt, key, options));
  try {
    return readSigned(await compactVerify(jwt, key, options));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // OpenID Connect Core §10.1 wants a kid here; without one each key that fits is tried.
    for await (const candidate of error) {
      const result = await compactVerify(jwt, candidate, options).catch((failure: unknown) => {
        if (failure instanceof errors.JWSSignatureVerificationFailed) return null;
        throw failure;
      });
      if (result) return readSigned(result);
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function readSigned({ payload, protectedHeader }: CompactVerifyResult): SignedJwt {
  // RFC 7797 §7: a JWT does not leave its payload unencoded.
  if (protectedHeader.b64 === false) throw new errors.JWSInvalid();
  const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw new errors.JWTInvalid();
  return { header: protectedHeader, claims: claims as Record<string, unknown> };
}

async function orRefuse<T>(jwt: string, wanted: Wanted, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = explain(error, jwt, wanted);
    if (why === null) throw error;
    throw wanted.refuse({ ...why, rule: `${wanted.what}.${why.rule}` });
  }
}

function explain(error: unknown, jwt: string, { algorithms }: Wanted): Refused | null {
  if (error instanceof OutboundError || error instanceof JwksError)
    return { rule: 'keys_unavailable', reason: `The keys of the application cannot be read. ${error.message}` };
  if (error instanceof errors.JOSEAlgNotAllowed)
    return {
      rule: 'alg',
      reason: 'The algorithm is not one this application may sign with.',
      expected: algorithms.join(' '),
      received: asReceived(decodeProtectedHeader(jwt).alg),
    };
  if (error instanceof errors.JWKSNoMatchingKey) {
    const { alg, kid } = decodeProtectedHeader(jwt);
    return {
      rule: 'key',
      reason: 'No key of the application fits the kid and alg of the header.',
      received: `kid ${asReceived(kid)}, alg ${asReceived(alg)}`,
    };
  }
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { rule: 'signature', reason: 'The signature is not made with a key of the application.' };
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
    return { rule: 'malformed', reason: 'It is not a signed JWT with a JSON object in it, or its key is too weak.' };
  return null;
}
