import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { invalidRequest, OAuthError, unauthorizedClient } from '../errors.js';
import { type Params, requireParam } from '../request.js';
import { isConfidential } from '../rules/grants.js';
import { explainMismatch, isRegisteredRedirectUri } from '../rules/redirect-uri.js';

export type ResponseMode = 'query' | 'fragment' | 'form_post';

/** Where the answer goes. Errors before this is known are pages; after it, they are sent there. */
export interface Target {
  client: Client;
  redirectUri: string;
  /** False where the request left it out and the one registered URI was taken (RFC 6749 §3.1.2.3). */
  redirectUriSent: boolean;
  responseMode: ResponseMode;
  state: string | undefined;
}

/**
 * Reads client and redirect URI; throws what must be shown as a page and never redirected (RFC 6749 §4.1.2.1).
 * `seen` is told the client as soon as it is known, so that a refusal can be put down to it.
 */
export async function readTarget(
  deps: Deps,
  suite: Suite,
  params: Params,
  seen: (client: Client) => void = () => undefined,
): Promise<Target> {
  const client = await findTargetClient(deps, suite, params, seen);
  const redirectUri = readRedirectUri(client, params.get('redirect_uri'), params.get('scope'));
  if (client.disabled)
    throw unauthorizedClient('The application is disabled', {
      rule: 'client.disabled',
      reason: `${client.name} is disabled.`,
    });
  return {
    client,
    redirectUri,
    redirectUriSent: params.get('redirect_uri') !== undefined,
    responseMode: readMode(params.get('response_mode')),
    state: params.get('state'),
  };
}

/** The client that a request names; a page says so when there is none. */
export async function findTargetClient(
  deps: Deps,
  suite: Suite,
  params: Params,
  seen: (client: Client) => void,
): Promise<Client> {
  const clientId = requireParam(params, 'client_id');
  const client = await deps.registry.findClient(suite.id, clientId);
  if (!client)
    throw new OAuthError('invalid_client', 'The client is not known', 400, {
      rule: 'client.unknown',
      reason: `No application of this suite has the client ID “${clientId.slice(0, 100)}”.`,
      received: clientId,
    });
  seen(client);
  return client;
}

function readRedirectUri(client: Client, requested: string | undefined, scope: string | undefined): string {
  if (requested === undefined) {
    const [only, ...others] = client.redirectUris;
    // OpenID Connect Core §3.1.2.1 always requires it.
    const isOpenId = scope?.split(' ').includes('openid') ?? false;
    if (only !== undefined && others.length === 0 && !isOpenId) return only;
    throw invalidRequest('The parameter redirect_uri is missing', {
      rule: 'param.missing',
      reason: 'redirect_uri is required.',
      expected: client.redirectUris.join(' '),
    });
  }
  const native = !isConfidential(client) || client.metadata.applicationType === 'native';
  if (isRegisteredRedirectUri(client.redirectUris, requested, native)) return requested;
  const { nearest, differs } = explainMismatch(client.redirectUris, requested);
  throw invalidRequest('The redirect_uri is not registered for this application', {
    rule: 'redirect.mismatch',
    reason:
      nearest === null
        ? 'The application has no redirect URL.'
        : `The nearest registered redirect URL differs in: ${differs}.`,
    expected: nearest ?? '(none)',
    received: requested,
  });
}

/** An unknown response_mode answers in the query; validation then refuses it. */
function readMode(mode: string | undefined): ResponseMode {
  return mode === 'fragment' || mode === 'form_post' ? mode : 'query';
}
