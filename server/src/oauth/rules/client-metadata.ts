import { invalidClientMetadata, invalidRedirectUri, invalidSoftwareStatement } from '../errors.js';
import { signingAlgorithms } from './algorithms.js';
import {
  type Document,
  readBoolean,
  readChoice,
  readSeconds,
  readText,
  readTexts,
  readUrl,
  refuse,
} from './metadata-members.js';
import { chooseType } from './registered-grants.js';
import { originsOf, redirectUriFault } from './registered-redirect-uri.js';
import { isSectorMissing } from './sector.js';

/** What a registration comes to: an authenticator type and what goes with it. */
export type ClientRegistration = ReturnType<typeof readClientMetadata>;

const authMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
] as const;

/**
 * Reads the metadata of a client that registers itself (RFC 7591 §2, OpenID Connect Registration §2). What is not known
 * is ignored. Keys and sector identifier are still to be checked, which takes more than the document. Throws
 * `invalid_client_metadata`, `invalid_redirect_uri` or `invalid_software_statement`.
 */
export function readClientMetadata(document: Document) {
  checkStatement(document);
  checkNoEncryption(document);
  const authMethod = readChoice(document, 'token_endpoint_auth_method', authMethods, 'client_secret_basic');
  const grantTypes = readTexts(document, 'grant_types', { maxLength: 200 }) ?? ['authorization_code'];
  const responseTypes = readTexts(document, 'response_types', { maxLength: 200 });
  const chosen = chooseType({ grantTypes, responseTypes, authMethod });
  if ('fault' in chosen)
    throw invalidClientMetadata(chosen.fault, {
      rule: 'registration.grant_types',
      reason: `${chosen.fault}.`,
      received: JSON.stringify({ grantTypes, responseTypes, authMethod }).slice(0, 500),
    });
  const applicationType = readChoice(document, 'application_type', ['web', 'native'], 'web');
  const redirectUris = readRedirectUris(document, applicationType, chosen.type.startsWith('authorization_'));
  const registration = {
    name: readText(document, 'client_name', 80)?.trim() ?? null,
    authenticatorType: chosen.type,
    refreshTokens: chosen.refreshes ? ('always' as const) : ('never' as const),
    redirectUris,
    postLogoutRedirectUris: readPostLogoutRedirectUris(document, applicationType),
    metadata: {
      applicationType,
      authMethod: keptMethod(document, authMethod, chosen.type),
      ...readClientKeys(document, authMethod),
      ...readSubject(document),
      idTokenAlg: readChoice(document, 'id_token_signed_response_alg', signingAlgorithms, 'RS256'),
      userinfoAlg: readChoice(document, 'userinfo_signed_response_alg', signingAlgorithms, null),
      introspectionAlg: readChoice(document, 'introspection_signed_response_alg', signingAlgorithms, null),
      requestObjectAlg: readChoice(document, 'request_object_signing_alg', signingAlgorithms, null),
      requestUris: readRequestUris(document),
      requirePar: readBoolean(document, 'require_pushed_authorization_requests'),
      dpopBound: readBoolean(document, 'dpop_bound_access_tokens'),
      defaultMaxAge: readSeconds(document, 'default_max_age'),
      requireAuthTime: readBoolean(document, 'require_auth_time'),
      defaultAcrValues: readTexts(document, 'default_acr_values', { maxLength: 200 }) ?? [],
      initiateLoginUri: readUrl(document, 'initiate_login_uri', { http: 'nowhere' }),
      logoUri: readUrl(document, 'logo_uri', { http: 'loopback', fragment: true }),
      clientUri: readUrl(document, 'client_uri', { http: 'anywhere', fragment: true }),
      policyUri: readUrl(document, 'policy_uri', { http: 'anywhere', fragment: true }),
      tosUri: readUrl(document, 'tos_uri', { http: 'anywhere', fragment: true }),
      contacts: readTexts(document, 'contacts', { maxItems: 10, maxLength: 254 }) ?? [],
      softwareId: readText(document, 'software_id', 200),
      softwareVersion: readText(document, 'software_version', 200),
      ...readLogout(document, authMethod),
    },
  };
  checkTogether(registration);
  return registration;
}

/** RFC 7591 §2.3: a statement takes precedence over the document, and here nobody's counts. */
function checkStatement(document: Document): void {
  const statement = document.software_statement ?? null;
  if (statement !== null) throw invalidSoftwareStatement(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(String(statement)));
}

/** A client that asks for encryption would take an answer in the clear for a fault; so it is told at once. */
function checkNoEncryption(document: Document): void {
  const asked = Object.keys(document).find(
    (member) =>
      /^(id_token|userinfo|introspection|request_object)_encrypt(ed_response|ion)_(alg|enc)$/.test(member) &&
      document[member] !== null,
  );
  if (asked === undefined) return;
  throw invalidClientMetadata('Encryption is not supported', {
    rule: 'registration.encryption',
    reason: 'Answers are signed, never encrypted, and request objects are not decrypted.',
    received: asked,
  });
}

function readRedirectUris(document: Document, applicationType: 'web' | 'native', needed: boolean): string[] {
  const uris = readTexts(document, 'redirect_uris', { maxLength: 4000 }) ?? [];
  if (needed && uris.length === 0)
    throw invalidRedirectUri('At least one redirect URI is needed', { expected: 'redirect_uris', received: '(none)' });
  for (const uri of uris) {
    const fault = redirectUriFault(uri, applicationType);
    if (fault) throw invalidRedirectUri(fault, { received: uri.slice(0, 500) });
  }
  return uris;
}

function readPostLogoutRedirectUris(document: Document, applicationType: 'web' | 'native'): string[] {
  const uris = readTexts(document, 'post_logout_redirect_uris', { maxLength: 4000 }) ?? [];
  if (uris.some((uri) => redirectUriFault(uri, applicationType) !== null))
    refuse('post_logout_redirect_uris', 'a list of URIs such as redirect_uris may have', uris);
  return uris;
}

/** OpenID Connect Core §6.2: a fragment is the hash of what is there. */
function readRequestUris(document: Document): string[] {
  const uris = readTexts(document, 'request_uris', { maxLength: 4000 }) ?? [];
  for (const uri of uris) readUrl({ request_uris: uri }, 'request_uris', { http: 'nowhere', fragment: true });
  return uris;
}

/** A client that says nothing is registered for a secret, which it may send in the header or in the body. */
function keptMethod(document: Document, authMethod: (typeof authMethods)[number], type: string) {
  const isSaid = (document.token_endpoint_auth_method ?? null) !== null;
  return isSaid || type === 'device_flow' ? authMethod : null;
}

function readClientKeys(document: Document, authMethod: (typeof authMethods)[number]) {
  const jwksUri = readUrl(document, 'jwks_uri', { http: 'nowhere' });
  const jwks = document.jwks ?? null;
  if (jwks !== null && jwksUri !== null)
    throw invalidClientMetadata('Register jwks or jwks_uri, not both', {
      rule: 'registration.jwks',
      reason: 'jwks and jwks_uri came together (RFC 7591 section 2).',
    });
  if (authMethod === 'private_key_jwt' && jwks === null && jwksUri === null)
    throw invalidClientMetadata('private_key_jwt needs jwks or jwks_uri', {
      rule: 'registration.jwks',
      reason: 'A client that authenticates by its key registers the key or the address of its keys.',
    });
  const algorithms = authMethod === 'client_secret_jwt' ? ['HS256'] : signingAlgorithms;
  const signs = authMethod === 'client_secret_jwt' || authMethod === 'private_key_jwt';
  const authSigningAlg = readChoice<string, null>(
    document,
    'token_endpoint_auth_signing_alg',
    signs ? algorithms : [...signingAlgorithms, 'HS256'],
    null,
  );
  return { authSigningAlg: signs ? authSigningAlg : null, jwks, jwksUri };
}

function readSubject(document: Document) {
  return {
    subjectType: readChoice(document, 'subject_type', ['public', 'pairwise'], 'public'),
    sectorIdentifierUri: readUrl(document, 'sector_identifier_uri', { http: 'nowhere' }),
  };
}

/** Back-Channel Logout §2.2: http only where the client is confidential; Front-Channel Logout §2. */
function readLogout(document: Document, authMethod: string) {
  const http = authMethod === 'none' ? 'loopback' : 'anywhere';
  return {
    backchannelLogoutUri: readUrl(document, 'backchannel_logout_uri', { http }),
    backchannelLogoutSessionRequired: readBoolean(document, 'backchannel_logout_session_required'),
    frontchannelLogoutUri: readUrl(document, 'frontchannel_logout_uri', { http: 'loopback' }),
    frontchannelLogoutSessionRequired: readBoolean(document, 'frontchannel_logout_session_required'),
  };
}

interface Together {
  authenticatorType: string;
  redirectUris: string[];
  metadata: { subjectType: string; sectorIdentifierUri: string | null; frontchannelLogoutUri: string | null };
}

/** The rules that need more than one member. */
function checkTogether({ authenticatorType, redirectUris, metadata }: Together): void {
  const { subjectType, sectorIdentifierUri, frontchannelLogoutUri } = metadata;
  // The document vouches for the places that codes are sent to; without them it is nobody's.
  if (sectorIdentifierUri !== null && !authenticatorType.startsWith('authorization_'))
    refuse('sector_identifier_uri', 'left out by a client without the code flow', sectorIdentifierUri);
  if (subjectType === 'pairwise' && isSectorMissing(redirectUris, sectorIdentifierUri))
    throw invalidClientMetadata('Redirect URIs with several hosts need a sector_identifier_uri', {
      rule: 'registration.sector_identifier_uri',
      reason: 'Pairwise subjects hang on one host, or on a sector identifier (OpenID Connect Core section 8.1).',
      received: redirectUris.join(' ').slice(0, 500),
    });
  if (frontchannelLogoutUri !== null && !originsOf(redirectUris).includes(new URL(frontchannelLogoutUri).origin))
    refuse('frontchannel_logout_uri', 'of the scheme, host and port of a redirect URI', frontchannelLogoutUri);
}
