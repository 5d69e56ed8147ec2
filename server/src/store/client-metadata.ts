export type SigningAlg = 'RS256' | 'ES256' | 'PS256' | 'EdDSA';
export type ClientAuthMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'none';

/** What a client may say about itself beyond what the console's form asks (RFC 7591 §2, OpenID Connect Registration §2). */
export interface ClientMetadata {
  /** Native clients may vary the port of a loopback address (RFC 8252 §7.3). */
  applicationType: 'web' | 'native';
  /** Null: what the authenticator type has, a secret by header or body, or none. */
  authMethod: ClientAuthMethod | null;
  /** The algorithm its assertions must have (`token_endpoint_auth_signing_alg`); null: any that fits. */
  authSigningAlg: string | null;
  /** A JWKS document, or the address of one. */
  jwks: { keys: Record<string, unknown>[] } | null;
  jwksUri: string | null;
  subjectType: 'public' | 'pairwise';
  sectorIdentifierUri: string | null;
  idTokenAlg: SigningAlg;
  /** Of access tokens that are JWTs (RFC 9068 §2.1). */
  accessTokenAlg: SigningAlg;
  /** Null: userinfo and introspection answer in plain JSON. */
  userinfoAlg: SigningAlg | null;
  introspectionAlg: SigningAlg | null;
  requestObjectAlg: SigningAlg | null;
  requestUris: string[];
  requirePar: boolean;
  dpopBound: boolean;
  /** Seconds. */
  defaultMaxAge: number | null;
  requireAuthTime: boolean;
  defaultAcrValues: string[];
  initiateLoginUri: string | null;
  logoUri: string | null;
  clientUri: string | null;
  policyUri: string | null;
  tosUri: string | null;
  contacts: string[];
  softwareId: string | null;
  softwareVersion: string | null;
  backchannelLogoutUri: string | null;
  backchannelLogoutSessionRequired: boolean;
  frontchannelLogoutUri: string | null;
  frontchannelLogoutSessionRequired: boolean;
}

export const defaultMetadata: ClientMetadata = {
  applicationType: 'web',
  authMethod: null,
  authSigningAlg: null,
  jwks: null,
  jwksUri: null,
  subjectType: 'public',
  sectorIdentifierUri: null,
  idTokenAlg: 'RS256',
  accessTokenAlg: 'ES256',
  userinfoAlg: null,
  introspectionAlg: null,
  requestObjectAlg: null,
  requestUris: [],
  requirePar: false,
  dpopBound: false,
  defaultMaxAge: null,
  requireAuthTime: false,
  defaultAcrValues: [],
  initiateLoginUri: null,
  logoUri: null,
  clientUri: null,
  policyUri: null,
  tosUri: null,
  contacts: [],
  softwareId: null,
  softwareVersion: null,
  backchannelLogoutUri: null,
  backchannelLogoutSessionRequired: false,
  frontchannelLogoutUri: null,
  frontchannelLogoutSessionRequired: false,
};

/** Reads the column; what an older row lacks has its default. */
export function readMetadata(text: string): ClientMetadata {
  return { ...defaultMetadata, ...(JSON.parse(text) as Partial<ClientMetadata>) };
}
