import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import type { Suite } from '../../store/registry.js';
import { answerWithJson, readClientForm } from '../endpoint.js';
import { sendJson } from '../reply.js';
import { issueDeviceCodes } from './issue-codes.js';

/** The device authorization endpoint (RFC 8628 §3.1, §3.2). */
export async function authorizeDevice(
  deps: Deps,
  suite: Suite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'device_authorization', async (seen) => {
    const { client, params } = await readClientForm(deps, suite, request, seen);
    sendJson(reply, 200, await issueDeviceCodes(deps, suite, client, params));
  });
}
