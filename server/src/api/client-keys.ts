import type { ClientKeys } from '@tessera/contract/applications';
import type { Deps } from '../deps.js';
import { JwksError, readPublicJwks } from '../keys/public-jwks.js';
import { OutboundError } from '../platform/outbound-fetch.js';
import { requireApplication } from './applications.js';
import type { Call } from './operation.js';
import { invalidField } from './problem.js';

/** Reads the keys at an address, as a client's would be read (`jwks_uri`), and says which they are. Throws 422. */
export async function fetchClientKeys(deps: Deps, call: Call<'fetchClientKeys'>): Promise<ClientKeys> {
  await requireApplication(deps.db, call.params.id);
  try {
    const { body } = await deps.fetch.get(call.body.jwksUri, 'application/jwk-set+json, application/json');
    const document = JSON.parse(body) as { keys: Record<string, unknown>[] };
    readPublicJwks(document);
    const members = ['kid', 'kty', 'crv', 'alg', 'use'] as const;
    const tell = (key: Record<string, unknown>) =>
      Object.fromEntries(members.map((name) => [name, typeof key[name] === 'string' ? key[name] : null]));
    return { keys: document.keys.map(tell) as ClientKeys['keys'] };
  } catch (error) {
    const why = error instanceof SyntaxError ? 'The document is not JSON.' : reasonOf(error);
    throw invalidField('jwksUri', 'jwks_unreadable', `The keys could not be read. ${why}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof OutboundError || error instanceof JwksError) return error.message;
  throw error;
}
