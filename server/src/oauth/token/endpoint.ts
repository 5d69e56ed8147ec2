import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../deps.js';
import { countIssued } from '../../platform/metrics.js';
import type { Suite } from '../../store/registry.js';
import { readDpopProof } from '../dpop-proof.js';
import { answerWithJson, readClientForm } from '../endpoint.js';
import { invalidDpopProof, unsupportedGrantType } from '../errors.js';
import { sendJson } from '../reply.js';
import { requireParam } from '../request.js';
import { deviceCodeGrant } from '../rules/grants.js';
import { redeemCode } from './authorization-code.js';
import { issueToClient } from './client-credentials.js';
import { redeemDeviceCode } from './device-code.js';
import { signInWithPassword } from './password.js';
import { refresh } from './refresh-token.js';
import type { TokenRequest, TokenResponse } from './request.js';

type Recipe = (deps: Deps, request: TokenRequest) => Promise<TokenResponse>;

const recipes = new Map<string, Recipe>([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['password', signInWithPassword],
  ['client_credentials', issueToClient],
  [deviceCodeGrant, redeemDeviceCode],
]);

/** The token endpoint (RFC 6749 §3.2): read, authenticate, dispatch, reply. */
export async function token(deps: Deps, suite: Suite, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await answerWithJson(deps, suite, request, reply, 'token', async (seen) => {
    const { client, params, secretId } = await readClientForm(deps, suite, request, seen);
    const grantType = requireParam(params, 'grant_type');
    const recipe = recipes.get(grantType);
    if (!recipe) throw unsupportedGrantType(grantType);
    const { dpopBound } = client.metadata;
    const dpopJkt = await readDpopProof(deps, suite, request, reply, { at: 'server', nonceRequired: dpopBound });
    if (dpopBound && dpopJkt === null)
      throw invalidDpopProof(400, {
        rule: 'dpop.missing',
        reason: 'This application has to bind its tokens to a key.',
      });
    const asked = { suite, client, params, address: request.ip, checks: [], secretId, dpopJkt };
    const answer = await recipe(deps, asked);
    countIssued(grantType);
    sendJson(reply, 200, answer);
  });
}
