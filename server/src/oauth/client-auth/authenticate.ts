import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { invalidClient, invalidRequest, unauthorizedClient } from '../errors.js';
import type { Params } from '../request.js';
import { isConfidentialType } from '../rules/grants.js';
import { checkClientSecret } from './client-secret.js';

interface Presented {
  clientId: string;
  secret: string | null;
  method: 'client_secret_basic' | 'client_secret_post' | 'none';
}

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

/** Authenticates the client by its registered kind (RFC 6749 §2.3, §3.2.1). Answers the secret used, null for public clients. */
export function authenticateClient(deps: Deps, client: Client, presented: Presented): { secretId: string | null } {
  const confidential = isConfidentialType(client.authenticatorType);
  if (!confidential && presented.secret !== null)
    throw invalidClient('This client is public and has no secret', {
      rule: 'client.auth_unexpected',
      reason: 'Authorization PKCE Flow applications have no secret; send client_id alone.',
      expected: 'none',
      received: presented.method,
    });
  const secretId = confidential ? checkClientSecret(client, presented.secret, deps.clock.now()) : null;
  if (client.disabled)
    throw unauthorizedClient('The application is disabled', {
      rule: 'client.disabled',
      reason: `${client.name} is disabled.`,
    });
  return { secretId };
}

function readPresented(request: FastifyRequest, params: Params): Presented {
  const header = request.headers.authorization;
  const [bodyId, bodySecret] = [params.get('client_id'), params.get('client_secret')];
  if (header === undefined || !/^basic /i.test(header)) {
    if (bodyId === undefined)
      throw invalidClient('The client did not say who it is', {
        rule: 'client.auth_missing',
        reason: 'Neither an Authorization header nor client_id was sent.',
        expected: 'client_secret_basic, client_secret_post or client_id',
      });
    return {
      clientId: bodyId,
      secret: bodySecret ?? null,
      method: bodySecret === undefined ? 'none' : 'client_secret_post',
    };
  }
  // RFC 6749 §2.3: one method a request.
  if (bodySecret !== undefined)
    throw invalidRequest('Use one method of client authentication', {
      rule: 'client.auth_twice',
      reason: 'A Basic header and client_secret came together.',
    });
  const basic = readBasic(header);
  if (bodyId !== undefined && bodyId !== basic.clientId)
    throw invalidRequest('client_id is not that of the Authorization header', {
      rule: 'client.auth_twice',
      reason: 'The header and the body name different clients.',
      expected: basic.clientId,
      received: bodyId,
    });
  return { clientId: basic.clientId, secret: basic.secret === '' ? null : basic.secret, method: 'client_secret_basic' };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before base64. */
function readBasic(header: string): { clientId: string; secret: string } {
  const malformed = () =>
    invalidClient('The Authorization header is malformed', {
      rule: 'client.auth_malformed',
      reason: 'Basic credentials are base64 of the form-encoded id and secret with a colon between.',
    });
  const text = Buffer.from(header.slice('basic '.length).trim(), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || text.includes('\0')) throw malformed();
  try {
    const [clientId = '', secret = ''] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    );
    if (clientId === '' || clientId.includes('\0')) throw malformed();
    return { clientId, secret };
  } catch {
    throw malformed();
  }
}
