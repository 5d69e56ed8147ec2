import { decodeJwt, errors } from 'jose';
import type { Deps } from '../../deps.js';
import { unsealSecret } from '../../keys/sealed-secret.js';
import { sha256 } from '../../platform/hash.js';
import type { Client, Suite } from '../../store/registry.js';
import { insertReplay } from '../../store/replays.js';
import { type SignedJwt, verifyWithKeys, verifyWithSecrets } from '../client-keys.js';
import { invalidClient, type Refused } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { clientAlgorithmsFor } from '../rules/algorithms.js';
import { assertionFault, isTyped } from '../rules/client-jwt.js';

/** RFC 7523 §2.2. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The client an assertion claims to come from; nothing is believed yet. Throws `invalid_client`. */
export function readAssertedClient(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion);
    if (typeof sub === 'string' && sub !== '') return sub;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  throw refuse({ rule: 'assertion.malformed', reason: 'The assertion is no JWT with the client ID as its sub.' });
}

/**
 * Authenticates a client by what it signed: with its private key, or with its secret (RFC 7523 §3, OpenID Connect
 * Core §9). Each assertion counts once. Answers the secret used, null for a key. Throws `invalid_client`.
 */
export async function checkAssertion(
  deps: Deps,
  suite: Suite,
  client: Client,
  assertion: string,
  calledUrl: string,
): Promise<{ secretId: string | null }> {
  const bySecret = client.metadata.authMethod === 'client_secret_jwt';
  const { signed, secretId } = bySecret
    ? await verifyWithOwnSecrets(deps, client, assertion)
    : { signed: await verifyWithOwnKeys(deps, client, assertion), secretId: null };
  const now = deps.clock.now();
  const issuer = issuerOf(deps.config.url, suite);
  // Not only the issuer: older clients name the endpoint (OpenID Connect Core §9, RFC 9126 §2).
  const audiences = [...new Set([issuer, `${issuer}/token`, calledUrl])];
  const fault = assertionFault(signed.claims, { clientId: client.clientId, audiences, now });
  if (fault) throw refuse({ ...fault, rule: `assertion.${fault.claim}` });
  if (!isTyped(signed.header.typ, 'client-authentication+jwt'))
    throw refuse({ rule: 'assertion.typ', reason: 'The typ of the header is that of another kind of JWT.' });
  const { jti, exp } = signed.claims as { jti: string; exp: number };
  if (!(await insertReplay(deps.db, sha256(`client assertion ${client.id} ${jti}`), Math.ceil(exp))))
    throw refuse({
      rule: 'assertion.used',
      reason: 'The assertion was used before; each one counts once.',
      received: jti,
    });
  return { secretId };
}

function verifyWithOwnKeys(deps: Deps, client: Client, assertion: string): Promise<SignedJwt> {
  const algorithms = clientAlgorithmsFor(client.metadata.authSigningAlg);
  return verifyWithKeys(deps, client, assertion, { what: 'assertion', algorithms, refuse });
}

async function verifyWithOwnSecrets(
  deps: Deps,
  client: Client,
  assertion: string,
): Promise<{ signed: SignedJwt; secretId: string }> {
  const now = deps.clock.now();
  const active = client.secrets.filter((secret) => secret.expiresAt === null || secret.expiresAt > now);
  const keys = active.flatMap(({ id, sealed }) =>
    sealed === null
      ? []
      : [{ key: new TextEncoder().encode(unsealSecret(deps.config.masterKey, id, sealed)), secret: id }],
  );
  const wanted = { what: 'assertion', algorithms: ['HS256'], refuse } as const;
  const { signed, secret } = await verifyWithSecrets(keys, assertion, wanted);
  return { signed, secretId: secret };
}

function refuse(refused: Refused) {
  return invalidClient('The client assertion is not valid', refused);
}
