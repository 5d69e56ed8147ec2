import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Client, Suite } from '../store/registry.js';
import { authenticateClient, identifyClient } from './client-auth/authenticate.js';
import { checkClientOrigin, grantSuiteOrigin } from './cors.js';
import { asOAuthError, recordRefusal, sendOAuthError } from './reply.js';
import { type Params, readForm } from './request.js';

/** Runs an endpoint that any client may call from a browser: CORS around it, every refusal answered as JSON and recorded. */
export async function answerWithJson(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
  endpoint: string,
  answer: (seen: (client: Client) => void) => Promise<void>,
): Promise<void> {
  let applicationId: string | null = null;
  try {
    await grantSuiteOrigin(deps, suite, request, reply);
    await answer((client) => {
      applicationId = client.id;
      checkClientOrigin(deps, client, request, reply);
    });
  } catch (caught) {
    const error = asOAuthError(deps, request, caught);
    await recordRefusal(deps, request, error, { endpoint, suiteId: suite.id, applicationId });
    sendOAuthError(request, reply, error);
  }
}

/** Reads the form of a client that authenticates itself; its origin is checked before its secret. */
export async function readClientForm(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  seen: (client: Client) => void,
): Promise<{ client: Client; params: Params; secretId: string | null }> {
  const params = readForm(request);
  const { client, presented } = await identifyClient(deps, suite, request, params);
  seen(client);
  const calledUrl = deps.config.url + request.url.split('?', 1)[0];
  const { secretId } = await authenticateClient(deps, suite, client, presented, calledUrl);
  return { client, params, secretId };
}
