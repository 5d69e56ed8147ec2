import type { Deps } from '../../deps.js';
import { readMetadata } from '../../store/client-metadata.js';
import type { Suite } from '../../store/registry.js';
import type { ApplicationRow } from '../../store/schema.js';
import { issuerOf } from '../issuer.js';
import { grantsOf } from '../rules/grants.js';
import { openIdScopes } from '../rules/scope.js';

/** The metadata of a client as it is registered, in wire names; what it does not have is left out (RFC 7591 §3.2.1). */
export function presentMetadata(application: ApplicationRow): Record<string, unknown> {
  const metadata = readMetadata(application.metadata);
  const refreshes = application.refreshTokens !== 'never';
  const grantTypes = grantsOf(application.authenticatorType).filter((grant) => refreshes || grant !== 'refresh_token');
  const isPublic = ['authorization_pkce_flow', 'device_flow'].includes(application.authenticatorType);
  return withoutEmpty({
    client_name: application.name === application.clientId ? null : application.name,
    application_type: metadata.applicationType,
    redirect_uris: readList(application.redirectUris),
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    scope: scopeOf(application, refreshes),
    token_endpoint_auth_method: metadata.authMethod ?? (isPublic ? 'none' : 'client_secret_basic'),
    token_endpoint_auth_signing_alg: metadata.authSigningAlg,
    jwks: metadata.jwks,
    jwks_uri: metadata.jwksUri,
    subject_type: metadata.subjectType,
    sector_identifier_uri: metadata.sectorIdentifierUri,
    id_token_signed_response_alg: metadata.idTokenAlg,
    userinfo_signed_response_alg: metadata.userinfoAlg,
    introspection_signed_response_alg: metadata.introspectionAlg,
    request_object_signing_alg: metadata.requestObjectAlg,
    request_uris: optional(metadata.requestUris),
    require_pushed_authorization_requests: metadata.requirePar,
    dpop_bound_access_tokens: metadata.dpopBound,
    default_max_age: metadata.defaultMaxAge,
    require_auth_time: metadata.requireAuthTime,
    default_acr_values: optional(metadata.defaultAcrValues),
    initiate_login_uri: metadata.initiateLoginUri,
    logo_uri: metadata.logoUri,
    client_uri: metadata.clientUri,
    policy_uri: metadata.policyUri,
    tos_uri: metadata.tosUri,
    contacts: optional(metadata.contacts),
    software_id: metadata.softwareId,
    software_version: metadata.softwareVersion,
    post_logout_redirect_uris: optional(readList(application.postLogoutRedirectUris)),
    backchannel_logout_uri: metadata.backchannelLogoutUri,
    backchannel_logout_session_required:
      metadata.backchannelLogoutUri === null ? null : metadata.backchannelLogoutSessionRequired,
    frontchannel_logout_uri: metadata.frontchannelLogoutUri,
    frontchannel_logout_session_required:
      metadata.frontchannelLogoutUri === null ? null : metadata.frontchannelLogoutSessionRequired,
  });
}

/** The whole answer to a client (RFC 7591 §3.2.1, RFC 7592 §3); `secret` only where it was made just now. */
export function presentClient(
  deps: Deps,
  suite: Suite,
  application: ApplicationRow,
  { registrationToken, secret }: { registrationToken: string; secret: string | null },
): Record<string, unknown> {
  return {
    client_id: application.clientId,
    client_id_issued_at: application.createdAt,
    ...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    registration_client_uri: `${issuerOf(deps.config.url, suite)}/register/${application.clientId}`,
    registration_access_token: registrationToken,
    ...presentMetadata(application),
  };
}

/** What it may ask for from the start; scopes of APIs are allowed by an admin. */
function scopeOf({ authenticatorType }: ApplicationRow, refreshes: boolean): string | null {
  if (authenticatorType === 'client_credentials') return null;
  return openIdScopes.filter((scope) => refreshes || scope !== 'offline_access').join(' ');
}

function readList(column: string): string[] {
  return JSON.parse(column) as string[];
}

function optional(list: string[]): string[] | null {
  return list.length > 0 ? list : null;
}

function withoutEmpty(metadata: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
}
