import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import type { Suite } from '../store/registry.js';
import { openToAll } from './cors.js';
import { issuerOf } from './issuer.js';
import { openIdScopes } from './rules/scope.js';

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
        end_session_endpoint: `${issuer}/logout`,
        scopes_supported: openIdScopes.filter((scope) => scope !== 'address' && scope !== 'phone'),
        response_types_supported: ['code'],
        response_modes_supported: ['query', 'fragment', 'form_post'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'password', 'client_credentials'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
        code_challenge_methods_supported: ['S256', 'plain'],
        prompt_values_supported: ['none', 'login', 'select_account'],
        claims_supported: [
          'sub',
          'name',
          'given_name',
          'family_name',
          'updated_at',
          'email',
          'email_verified',
          'auth_time',
          'amr',
          'sid',
        ],
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
        ui_locales_supported: ['en'],
      }),
    );
}
