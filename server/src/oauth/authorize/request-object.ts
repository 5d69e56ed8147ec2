import type { Deps } from '../../deps.js';
import { OutboundError } from '../../platform/outbound-fetch.js';
import type { Client, Suite } from '../../store/registry.js';
import { verifyWithKeys } from '../client-keys.js';
import { asReceived, invalidRequestObject, invalidRequestUri, type Refused } from '../errors.js';
import { issuerOf } from '../issuer.js';
import { type Params, readParams } from '../request.js';
import { clientAlgorithmsFor } from '../rules/algorithms.js';
import { isTyped, requestObjectFault } from '../rules/client-jwt.js';
import { isRegisteredRequestUri, mergeRequestObject, withoutFragment } from '../rules/request-object.js';

/**
 * The parameters of a request that came as a JWT signed by the client (RFC 9101 §6, OpenID Connect Core §6); `outer` are
 * those that came beside it. Throws `invalid_request_object`.
 */
export async function readRequestObject(
  deps: Deps,
  suite: Suite,
  client: Client,
  jwt: string,
  outer: Params,
): Promise<Params> {
  const { header, claims } = await verifyWithKeys(deps, client, jwt.trim(), {
    what: 'request_object',
    algorithms: clientAlgorithmsFor(client.metadata.requestObjectAlg),
    refuse,
  });
  if (!isTyped(header.typ, 'oauth-authz-req+jwt'))
    throw refuse({ rule: 'request_object.typ', reason: 'The typ of the header is that of another kind of JWT.' });
  const issuer = issuerOf(deps.config.url, suite);
  const fault = requestObjectFault(claims, { clientId: client.clientId, issuer, now: deps.clock.now() });
  if (fault) throw refuse({ ...fault, rule: `request_object.${fault.claim}` });
  checkSameResponseType(claims.response_type, outer.get('response_type'));
  return readParams(new URLSearchParams(mergeRequestObject(header.typ, claims, outer.entries())).toString());
}

/** Fetches a request object from a registered place (OpenID Connect Core §6.2, RFC 9101 §5.2). Throws `invalid_request_uri`. */
export async function fetchRequestObject(deps: Deps, client: Client, requestUri: string): Promise<string> {
  const { requestUris } = client.metadata;
  if (!isRegisteredRequestUri(requestUris, requestUri))
    throw invalidRequestUri({
      rule: 'request_uri.not_registered',
      reason: 'The request_uri is not one that the application registered.',
      expected: requestUris.length > 0 ? requestUris.join(' ') : '(none)',
      received: requestUri.slice(0, 500),
    });
  try {
    const place = withoutFragment(requestUri);
    return (await deps.fetch.get(place, 'application/oauth-authz-req+jwt, application/jwt')).body;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw invalidRequestUri({
      rule: 'request_uri.unreadable',
      reason: error.message,
      received: requestUri.slice(0, 500),
    });
  }
}

/** OpenID Connect Core §6.1: inside and outside say the same, where both say it. */
function checkSameResponseType(inner: unknown, outer: string | undefined): void {
  if (inner === undefined || outer === undefined || inner === outer) return;
  throw refuse({
    rule: 'request_object.response_type',
    reason: 'response_type differs inside and outside of the request object.',
    expected: outer,
    received: asReceived(inner),
  });
}

function refuse(refused: Refused) {
  return invalidRequestObject(refused);
}
