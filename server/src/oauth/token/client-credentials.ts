import type { Deps } from '../../deps.js';
import { insertAccessToken } from '../../store/access-tokens.js';
import { writeTogether } from '../../store/prepared.js';
import { checkGrantAllowed } from '../rules/grants.js';
import { chooseResource } from '../rules/resource.js';
import { readScope } from '../rules/scope.js';
import { makeAccessToken } from '../tokens/access-token.js';
import type { TokenRequest, TokenResponse } from './request.js';

/** Issues an access token for the application itself (RFC 6749 §4.4); no refresh token (§4.4.3), no person, so no OpenID scopes and no roles. */
export async function issueToClient(deps: Deps, request: TokenRequest): Promise<TokenResponse> {
  const { suite, client, params } = request;
  checkGrantAllowed(client.authenticatorType, 'client_credentials');
  const audience = chooseResource(params.resources, client.resources);
  const scope = readScope(params.get('scope'), [], [audience]).join(' ');
  const access = await makeAccessToken(deps, {
    suite,
    client,
    subject: client.clientId,
    accountId: null,
    grantId: null,
    scope,
    audience: audience.identifier,
    roles: [],
    authTime: null,
    acr: null,
    amr: [],
    actSubject: null,
    dpopJkt: request.dpopJkt,
  });
  if (access.record) await writeTogether(deps.db, [insertAccessToken(access.record)]);
  deps.usage.count({
    applicationId: client.id,
    accountId: null,
    secretId: request.secretId,
    inLab: false,
    at: access.claims.iat,
  });
  return {
    access_token: access.token,
    token_type: request.dpopJkt === null ? 'Bearer' : 'DPoP',
    expires_in: client.accessTokenLifespan,
    ...(scope ? { scope } : {}),
  };
}
