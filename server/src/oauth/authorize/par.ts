import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import { sha256 } from '../../platform/hash.js';
import { newCredential } from '../../platform/random.js';
import { findPushedRequest, insertPushedRequest } from '../../store/pushed-requests.js';
import type { Client, Suite } from '../../store/registry.js';
import { readDpopProof } from '../dpop-proof.js';
import { answerWithJson, readClientForm } from '../endpoint.js';
import { invalidDpopProof, invalidRequest, invalidRequestUri } from '../errors.js';
import { sendJson } from '../reply.js';
import { type Params, readParams } from '../request.js';
import { withoutCredentials } from '../rules/request-object.js';
import { readRequestObject } from './request-object.js';
import { readTarget } from './target.js';
import { validate } from './validate.js';

const uriPrefix = 'urn:ietf:params:oauth:request_uri:';
/** Seconds in which a pushed request can be opened (RFC 9126 §2.2). */
const lifespan = 60;

/** The pushed authorization request endpoint (RFC 9126 §2): authenticates, checks all that /authorize checks, keeps. */
export async function pushRequest(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'par', async (seen) => {
    const { client, params: form } = await readClientForm(deps, suite, request, seen);
    const params = await readPushed(deps, suite, client, form);
    const named = validate(await readTarget(deps, suite, params), params).dpopJkt;
    const nonceRequired = client.metadata.dpopBound;
    const proved = await readDpopProof(deps, suite, request, reply, { at: 'server', nonceRequired });
    const requestUri = uriPrefix + newCredential('');
    await insertPushedRequest(deps.db, {
      uriHash: sha256(requestUri),
      suiteId: suite.id,
      applicationId: client.id,
      params: new URLSearchParams(params.entries()).toString(),
      dpopJkt: chooseKey(named, proved),
      expiresAt: deps.clock.now() + lifespan,
    });
    sendJson(reply, 201, { request_uri: requestUri, expires_in: lifespan });
  });
}

/** The key the code is to be bound to: named by dpop_jkt, or proved; where both, they are the same (RFC 9449 §10.1). */
function chooseKey(named: string | null, proved: string | null): string | null {
  if (named !== null && proved !== null && named !== proved)
    throw invalidDpopProof(400, {
      rule: 'dpop.par',
      reason: 'dpop_jkt and the DPoP proof of the pushed request are about different keys.',
      expected: named,
      received: proved,
    });
  return named ?? proved;
}

/** The parameters that are pushed, opened where they came in a request object (RFC 9126 §3). */
async function readPushed(deps: Deps, suite: Suite, client: Client, form: Params): Promise<Params> {
  if (form.get('request_uri') !== undefined)
    throw invalidRequest('A pushed request has no request_uri', {
      rule: 'par.request_uri',
      reason: 'request_uri must not be pushed (RFC 9126 section 2.1).',
    });
  const own = withoutCredentials(form.entries()).filter(([name]) => name !== 'client_id');
  const params = readParams(new URLSearchParams([['client_id', client.clientId], ...own]).toString());
  const object = form.get('request');
  return object === undefined ? params : readRequestObject(deps, suite, client, object, params);
}

/** True for a request_uri of this endpoint, as against the address of a request object. */
export function isPushed(requestUri: string): boolean {
  return requestUri.startsWith(uriPrefix);
}

/**
 * Opens what a client pushed; it is used up later, when a code is issued, so that a page can be loaded twice (RFC 9126
 * §4, §7.3). Throws `invalid_request_uri`.
 */
export async function openPushedRequest(
  deps: Deps,
  suite: Suite,
  client: Client,
  requestUri: string,
): Promise<{ params: Params; pushed: string }> {
  const pushed = sha256(requestUri);
  const row = await findPushedRequest(deps.db, suite.id, pushed);
  if (!row)
    throw invalidRequestUri({
      rule: 'par.unknown',
      reason: 'No request was pushed under this request_uri, or it was long ago.',
    });
  if (row.applicationId !== client.id)
    throw invalidRequestUri({
      rule: 'par.other_client',
      reason: 'Another application pushed this request.',
      expected: row.applicationId,
      received: client.id,
    });
  if (row.consumedAt !== null) throw usedRequestUri();
  const now = deps.clock.now();
  if (now >= row.expiresAt)
    throw invalidRequestUri({
      rule: 'par.expired',
      reason: `A pushed request can be opened for ${lifespan} s.`,
      expected: `${lifespan} s`,
      received: `${now - row.expiresAt + lifespan} s`,
    });
  const params = readParams(row.params);
  if (row.dpopJkt === null || params.get('dpop_jkt') !== undefined) return { params, pushed };
  return { params: readParams(`${row.params}&${new URLSearchParams({ dpop_jkt: row.dpopJkt })}`), pushed };
}

/** The refusal of a pushed request that a code was issued for already. */
export function usedRequestUri() {
  return invalidRequestUri({
    rule: 'par.used',
    reason: 'A code was issued for this pushed request already; each one counts once.',
    expected: 'one use',
  });
}
