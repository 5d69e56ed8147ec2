import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { openToAll } from './cors.js';
import { issuerOf } from './issuer.js';
import { acrValues } from './rules/acr.js';
import { clientAlgorithms, dpopAlgorithms, signingAlgorithms } from './rules/algorithms.js';
import { userClaimNames } from './rules/claims.js';
import { deviceCodeGrant } from './rules/grants.js';
import { openIdScopes } from './rules/scope.js';

const authMethods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];
const assertionAlgorithms = [...clientAlgorithms, 'HS256'];

/** Discovery and authorization server metadata: one document (OpenID Connect Discovery §3, RFC 8414 §2). */
export async function metadata(deps: Deps, suite: Suite, _request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const issuer = issuerOf(deps.config.url, suite);
  openToAll(reply);
  reply
    .header('cache-control', 'public, max-age=300')
    .header('content-type', 'application/json;charset=utf-8')
    .send(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        introspection_endpoint: `${issuer}/introspect`,
        revocation_endpoint: `${issuer}/revoke`,
        device_authorization_endpoint: `${issuer}/device_authorization`,
        pushed_authorization_request_endpoint: `${issuer}/par`,
        require_pushed_authorization_requests: false,
        end_session_endpoint: `${issuer}/logout`,
        ...(suite.registration === 'off' ? {} : { registration_endpoint: `${issuer}/register` }),
        scopes_supported: openIdScopes,
        response_types_supported: ['code'],
        response_modes_supported: ['query', 'fragment', 'form_post'],
        grant_types_supported: [
          'authorization_code',
          'refresh_token',
          'password',
          'client_credentials',
          deviceCodeGrant,
        ],
        subject_types_supported: ['public', 'pairwise'],
        userinfo_signing_alg_values_supported: signingAlgorithms,
        id_token_signing_alg_values_supported: signingAlgorithms,
        token_endpoint_auth_methods_supported: [...authMethods, 'none'],
        token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
        introspection_endpoint_auth_methods_supported: authMethods,
        introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
        revocation_endpoint_auth_methods_supported: [...authMethods, 'none'],
        revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
        code_challenge_methods_supported: ['S256', 'plain'],
        prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
        acr_values_supported: acrValues,
        display_values_supported: ['page', 'popup', 'touch'],
        claim_types_supported: ['normal'],
        claims_supported: ['sub', ...userClaimNames, 'auth_time', 'acr', 'amr', 'sid'],
        claims_parameter_supported: true,
        request_parameter_supported: true,
        request_uri_parameter_supported: true,
        require_request_uri_registration: true,
        request_object_signing_alg_values_supported: clientAlgorithms,
        dpop_signing_alg_values_supported: dpopAlgorithms,
        introspection_signing_alg_values_supported: signingAlgorithms,
        authorization_response_iss_parameter_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        ui_locales_supported: ['en'],
      }),
    );
}
