import type { FastifyReply, FastifyRequest } from 'fastify';
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Deps } from '../deps.js';
import { equalInConstantTime, hmac, sha256 } from '../platform/hash.js';
import { deriveKey } from '../platform/seal.js';
import type { Suite } from '../store/registry.js';
import { insertReplay } from '../store/replays.js';
import { invalidDpopProof, type OAuthError, type Refused, useDpopNonce } from './errors.js';
import { dpopAlgorithms } from './rules/algorithms.js';

/** Seconds by which the time of a proof may differ from ours (RFC 9449 §11.1). */
const timeWindow = 60;
/** Seconds a nonce is handed out; it is taken for as long again (RFC 9449 §8). */
const nonceLifespan = 300;

interface Expected {
  /** Where the proof came: a resource answers 401, the authorization server 400 (RFC 9449 §5, §7.1). */
  at: 'server' | 'resource';
  /** The access token the proof goes with, at a resource (RFC 9449 §4.3 step 10). */
  accessToken?: string;
  nonceRequired: boolean;
}

/**
 * Verifies the DPoP proof of a request (RFC 9449 §4.3) and answers the thumbprint of its key; null without a proof.
 * Throws `invalid_dpop_proof`, or `use_dpop_nonce` with the nonce to use in the answer's DPoP-Nonce.
 */
export async function readDpopProof(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  expected: Expected,
): Promise<string | null> {
  if (request.headers.dpop === undefined) return null;
  const proofs = request.raw.headersDistinct.dpop ?? [];
  const [proof] = proofs;
  if (proof === undefined) return null;
  reply.header('dpop-nonce', nonceAt(deps, suite, 0));
  const status = expected.at === 'resource' ? 401 : 400;
  const refuse = (refused: Refused) => invalidDpopProof(status, refused);
  if (proofs.length > 1) throw refuse({ rule: 'dpop.twice', reason: 'A request has one DPoP header.' });
  const { payload, jkt } = await verifySignature(deps, proof, refuse);
  checkClaims(deps, request, payload, expected, refuse);
  checkNonce(deps, suite, payload, expected.nonceRequired, status);
  // Last, so that a proof that is refused for another reason is not used up.
  const id = sha256(`dpop ${suite.id} ${jkt} ${payload.jti}`);
  if (!(await insertReplay(deps.db, id, deps.clock.now() + 2 * timeWindow)))
    throw refuse({ rule: 'dpop.replay', reason: 'The proof was used before.' });
  return jkt;
}

async function verifySignature(
  deps: Deps,
  proof: string,
  refuse: (refused: Refused) => OAuthError,
): Promise<{ payload: JWTPayload; jkt: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...dpopAlgorithms],
      typ: 'dpop+jwt',
      requiredClaims: ['jti', 'htm', 'htu', 'iat'],
      currentDate: new Date(deps.clock.now() * 1000),
      clockTolerance: 10,
    });
    if (!protectedHeader.jwk) throw refuse({ rule: 'dpop.key', reason: 'The proof has no key in its header.' });
    return { payload, jkt: await calculateJwkThumbprint(protectedHeader.jwk) };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      throw refuse({ rule: 'dpop.proof', reason: 'The proof is no JWT signed by the public key in its header.' });
    throw error;
  }
}

function checkClaims(
  deps: Deps,
  request: FastifyRequest,
  payload: JWTPayload,
  expected: Expected,
  refuse: (refused: Refused) => OAuthError,
): void {
  const { jti, htm, htu, iat, ath } = payload;
  const path = request.url.split('?')[0] ?? '';
  const target = `${deps.config.url}${path}`;
  if (typeof jti !== 'string' || jti.length > 500) throw refuse({ rule: 'dpop.jti', reason: 'jti is a text.' });
  if (htm !== request.method)
    throw refuse({ rule: 'dpop.htm', reason: 'The proof is for another method.', expected: request.method });
  if (typeof htu !== 'string' || withoutQuery(htu) !== withoutQuery(target))
    throw refuse({ rule: 'dpop.htu', reason: 'The proof is for another address.', expected: target });
  if (iat === undefined || Math.abs(deps.clock.now() - iat) > timeWindow)
    throw refuse({ rule: 'dpop.iat', reason: `The proof was not made within ${timeWindow} s of our time.` });
  if (expected.accessToken !== undefined && ath !== sha256(expected.accessToken))
    throw refuse({ rule: 'dpop.ath', reason: 'The proof is for another access token.' });
}

/** RFC 9449 §4.3 step 9: without query and fragment, in the normal form of URLs. */
function withoutQuery(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  return `${url.origin}${url.pathname}`;
}

function checkNonce(deps: Deps, suite: Suite, payload: JWTPayload, required: boolean, status: 400 | 401): void {
  const { nonce } = payload;
  if (nonce === undefined && !required) return;
  const known = [nonceAt(deps, suite, 0), nonceAt(deps, suite, -1)];
  if (typeof nonce === 'string' && known.some((one) => equalInConstantTime(one, nonce))) return;
  throw useDpopNonce(status);
}

/** Nonces are computed, not stored: every process makes the same. */
function nonceAt(deps: Deps, suite: Suite, offset: 0 | -1): string {
  const period = Math.floor(deps.clock.now() / nonceLifespan) + offset;
  return hmac(deriveKey(deps.config.masterKey, 'dpop nonce'), `${suite.id} ${period}`);
}
