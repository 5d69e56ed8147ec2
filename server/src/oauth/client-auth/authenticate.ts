import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { invalidClient, unauthorizedClient } from '../errors.js';
import type { Params } from '../request.js';
import { isConfidential } from '../rules/grants.js';
import { checkAssertion } from './assertion.js';
import { checkClientSecret } from './client-secret.js';
import { type Presented, readPresented } from './presented.js';

/** Says who the client claims to be, before anything is believed. Throws `invalid_client` when it is unknown. */
export async function identifyClient(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  params: Params,
): Promise<{ client: Client; presented: Presented }> {
  const presented = readPresented(request, params);
  const client = await deps.registry.findClient(suite.id, presented.clientId);
  if (!client)
    throw invalidClient('The client is not known', {
      rule: 'client.unknown',
      reason: `No application of this suite has the client ID “${presented.clientId.slice(0, 100)}”.`,
      received: presented.clientId,
    });
  return { client, presented };
}

/**
 * Authenticates the client by its registered method (RFC 6749 §2.3, §3.2.1, RFC 7521 §4.2); `calledUrl` is the address
 * of the endpoint. Answers the secret used, null where there was none. Throws `invalid_client`.
 */
export async function authenticateClient(
  deps: Deps,
  suite: Suite,
  client: Client,
  presented: Presented,
  calledUrl: string,
): Promise<{ secretId: string | null }> {
  const credential = isConfidential(client)
    ? await checkCredential(deps, suite, client, presented, calledUrl)
    : checkPublic(presented);
  if (client.disabled)
    throw unauthorizedClient('The application is disabled', {
      rule: 'client.disabled',
      reason: `${client.name} is disabled.`,
    });
  return credential;
}

/** A public client names itself; a Basic header with an empty secret does that, too. */
function checkPublic(presented: Presented): { secretId: null } {
  if (presented.method === 'none' || ('secret' in presented && presented.secret === null)) return { secretId: null };
  throw invalidClient('This client is public and has no secret', {
    rule: 'client.auth_unexpected',
    reason: 'Authorization PKCE Flow applications have no secret; send client_id alone.',
    expected: 'none',
    received: presented.method,
  });
}

async function checkCredential(
  deps: Deps,
  suite: Suite,
  client: Client,
  presented: Presented,
  calledUrl: string,
): Promise<{ secretId: string | null }> {
  const methods = client.metadata.authMethod === null ? bySecret : [client.metadata.authMethod];
  const { method } = presented;
  if (method === 'none' || ('secret' in presented && presented.secret === null)) throw missing(methods);
  // OpenID Connect Core §9: the one registered method, no other.
  if (!methods.some((registered) => (registered.endsWith('_jwt') ? 'client_assertion' : registered) === method))
    throw invalidClient('The client is registered for another method of authentication', {
      rule: 'client.auth_method',
      reason: `${client.name} authenticates in another way.`,
      expected: methods.join(' or '),
      received: method,
    });
  if (method === 'client_assertion') return checkAssertion(deps, suite, client, presented.assertion, calledUrl);
  return { secretId: checkClientSecret(client, presented.secret ?? '', deps.clock.now()) };
}

/** Where nothing is registered, a secret in the header or in the body. */
const bySecret = ['client_secret_basic', 'client_secret_post'];

function missing(methods: readonly string[]) {
  return invalidClient('The client did not authenticate itself', {
    rule: 'client.auth_missing',
    reason: 'No secret and no assertion was sent.',
    expected: methods.join(' or '),
  });
}
