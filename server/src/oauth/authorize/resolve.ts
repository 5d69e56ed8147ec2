import type { Deps } from '../../deps.js';
import type { Client, Suite } from '../../store/registry.js';
import { invalidRequest } from '../errors.js';
import type { Params } from '../request.js';
import { isPushed, openPushedRequest } from './par.js';
import { fetchRequestObject, readRequestObject } from './request-object.js';
import { findTargetClient } from './target.js';

/** What an authorization request really asks for, wherever its parameters came from. */
export interface Resolved {
  params: Params;
  /** Hash of the URI of the pushed request, which is used up when a code is issued; null for others. */
  pushed: string | null;
}

/**
 * Opens what `request` or `request_uri` stands for (RFC 9101 §5, RFC 9126 §4). Throws `invalid_request_object` and
 * `invalid_request_uri`; nothing in the object counts before it is verified.
 */
export async function resolveRequest(
  deps: Deps,
  suite: Suite,
  outer: Params,
  seen: (client: Client) => void,
): Promise<Resolved> {
  const [object, uri] = [outer.get('request'), outer.get('request_uri')];
  if (object === undefined && uri === undefined) return { params: outer, pushed: null };
  const client = await findTargetClient(deps, suite, outer, seen);
  if (object !== undefined && uri !== undefined)
    throw invalidRequest('Send request or request_uri, not both', {
      rule: 'request_object.twice',
      reason: 'request and request_uri came together (RFC 9101 section 5).',
    });
  if (uri !== undefined && isPushed(uri)) return openPushedRequest(deps, suite, client, uri);
  const jwt = object ?? (await fetchRequestObject(deps, client, uri ?? ''));
  return { params: await readRequestObject(deps, suite, client, jwt, outer), pushed: null };
}
