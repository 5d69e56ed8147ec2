import { z } from 'zod';
import {
  checkLogoutAndSector,
  clientMetadata,
  newClientMetadata,
  shownClientMetadata,
  wholeClientMetadata,
} from './client-metadata.js';
import {
  addFault,
  allowedOrigins,
  at,
  counted,
  description,
  evenWithFaults,
  id,
  name,
  redirectUris,
} from './fields.js';
import { jwksFault } from './jwks.js';
import { signingAlgorithm } from './keys.js';
import { accessLifespanFault, lifespans, refreshLifespanFault } from './lifespan.js';
import { listQuery } from './list.js';
import type { ValueFault } from './redirect-uri.js';
import { endpointUrlFault } from './web-url.js';

/** The authenticator types that can be chosen (domain rule 2). */
export const authenticatorTypes = [
  'user_credentials',
  'authorization_flow',
  'authorization_pkce_flow',
  'client_credentials',
  'device_flow',
] as const;
export const authenticatorType = z.enum(authenticatorTypes, 'Select an authenticator type.');
export type AuthenticatorType = z.infer<typeof authenticatorType>;

export const applicationStatus = z.enum(['active', 'disabled']);
export const accessTokenFormat = z.enum(['jwt', 'opaque'], 'Choose jwt or opaque.');
export const applicationAccess = z.enum(['assigned', 'everyone'], 'Choose assigned or everyone.');
export const refreshTokenPolicy = z.enum(
  ['always', 'offline_access', 'never'],
  'Choose always, offline_access or never.',
);

/** How a confidential application may authenticate itself (RFC 7591 §2, OpenID Connect Core §9). */
export const authMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
] as const;
export type AuthMethod = (typeof authMethods)[number];

const jwks = z.object(
  { keys: z.array(z.record(z.string(), z.unknown())) },
  'Enter a JWKS such as {"keys": [{"kty": "EC", …}]}.',
);

const jwksUri = z
  .string('Must be text.')
  .trim()
  .superRefine((value, ctx) => {
    const fault = endpointUrlFault(value, 'nowhere');
    if (fault) addFault(ctx, fault);
  });

const shape = {
  name: name('Enter an application name.'),
  description,
  suiteId: z.uuid('Select a suite.'),
  projectId: z.uuid('Select a project.'),
  authenticatorType,
  redirectUris,
  postLogoutRedirectUris: redirectUris,
  allowedOrigins,
  accessTokenLifespan: z.number('Enter a whole number.').meta({ description: 'Seconds, 60 to 86 400' }),
  refreshTokenLifespan: z
    .number('Enter a whole number.')
    .meta({ description: 'Seconds, more than accessTokenLifespan, at most 31 536 000' }),
  accessTokenFormat,
  access: applicationAccess,
  refreshTokens: refreshTokenPolicy,
  allowPlainPkce: z.boolean('Must be true or false.'),
  idTokenSigningAlg: signingAlgorithm,
  accessTokenSigningAlg: signingAlgorithm.meta({ description: 'Of access tokens that are JWTs' }),
  tokenEndpointAuthMethod: z
    .enum(authMethods, 'Choose a method of authentication.')
    .nullable()
    .meta({ description: 'Null: by secret, in the header or in the body; public types do not authenticate' }),
  tokenEndpointAuthSigningAlg: signingAlgorithm
    .nullable()
    .meta({ description: 'The one that assertions of `private_key_jwt` must have; null: any' }),
  jwks: jwks
    .superRefine((value, ctx) => {
      const fault = jwksFault(value);
      if (fault) addFault(ctx, fault);
    })
    .nullable()
    .meta({ description: 'Public keys that the application signs with (RFC 7517)' }),
  jwksUri: jwksUri.nullable().meta({ description: 'Address of the public keys, in place of `jwks`' }),
  requirePushedRequests: z
    .boolean('Must be true or false.')
    .meta({ description: 'Refuse authorization requests that were not pushed (RFC 9126)' }),
  ...clientMetadata,
  status: applicationStatus,
};

export const application = z
  .object({
    id,
    clientId: z.string(),
    name: z.string(),
    description: z.string(),
    suiteId: id,
    suiteName: z.string(),
    projectId: id,
    projectName: z.string(),
    issuer: z.url(),
    authenticatorType,
    redirectUris: z.array(z.string()),
    postLogoutRedirectUris: z.array(z.string()),
    allowedOrigins: z.array(z.string()),
    accessTokenLifespan: z.int(),
    refreshTokenLifespan: z.int(),
    accessTokenFormat,
    access: applicationAccess.meta({
      description: '`assigned`: only enabled application users; `everyone`: every account of the suite',
    }),
    refreshTokens: refreshTokenPolicy,
    allowPlainPkce: z.boolean(),
    idTokenSigningAlg: signingAlgorithm,
    accessTokenSigningAlg: signingAlgorithm,
    tokenEndpointAuthMethod: z.enum([...authMethods, 'none']).nullable(),
    tokenEndpointAuthSigningAlg: z.string().nullable(),
    jwks: jwks.nullable(),
    jwksUri: z.string().nullable(),
    requirePushedRequests: z.boolean(),
    ...shownClientMetadata,
    status: applicationStatus,
    builtIn: z.boolean().meta({ description: 'The console itself; it cannot be changed or deleted' }),
    selfRegistered: z.boolean().meta({ description: 'Registered by itself (RFC 7591), and may change itself' }),
    userCount: counted,
    lastTokenAt: at.nullable(),
    createdAt: at,
    updatedAt: at,
    version: z.int(),
  })
  .meta({ id: 'Application' });
export type Application = z.infer<typeof application>;

/** What create, type change and rotation answer with: the secret, this once. */
export const applicationWithSecret = application.extend({
  clientSecret: z.string().optional().meta({ description: 'Shown this once; kept only as a hash' }),
});
export type ApplicationWithSecret = z.infer<typeof applicationWithSecret>;

export const applicationListQuery = listQuery(
  ['name', 'authenticatorType', 'createdAt', 'updatedAt', 'lastTokenAt'],
  'name',
  {
    suiteId: id.optional(),
    projectId: id.optional(),
    authenticatorType: authenticatorType.optional(),
    status: applicationStatus.optional(),
    anyOrigin: z
      .enum(['true', 'false'])
      .optional()
      .meta({ description: '`true`: only those that allow every origin (`*`)' }),
  },
);

export const createApplication = z
  .strictObject({
    ...shape,
    description: description.default(''),
    redirectUris: redirectUris.default([]),
    postLogoutRedirectUris: redirectUris.default([]),
    allowedOrigins: allowedOrigins.default([]),
    accessTokenLifespan: shape.accessTokenLifespan.default(lifespans.access.default),
    refreshTokenLifespan: shape.refreshTokenLifespan.default(lifespans.refresh.default),
    accessTokenFormat: accessTokenFormat.default('jwt'),
    access: applicationAccess.default('assigned'),
    refreshTokens: refreshTokenPolicy.default('always'),
    allowPlainPkce: shape.allowPlainPkce.default(false),
    idTokenSigningAlg: shape.idTokenSigningAlg.default('RS256'),
    accessTokenSigningAlg: shape.accessTokenSigningAlg.default('ES256'),
    tokenEndpointAuthMethod: shape.tokenEndpointAuthMethod.default(null),
    tokenEndpointAuthSigningAlg: shape.tokenEndpointAuthSigningAlg.default(null),
    jwks: shape.jwks.default(null),
    jwksUri: shape.jwksUri.default(null),
    requirePushedRequests: shape.requirePushedRequests.default(false),
    ...newClientMetadata,
    status: applicationStatus.default('active'),
  })
  .superRefine((value, ctx) => {
    checkWhole(value, ctx);
    const fault = authMethodFault(value.authenticatorType, value.tokenEndpointAuthMethod);
    if (fault) addFault(ctx, fault, ['tokenEndpointAuthMethod']);
  }, evenWithFaults);
export type CreateApplication = z.input<typeof createApplication>;

/** JSON merge patch; the whole is checked again with `wholeApplication` once merged. The suite is fixed. */
export const updateApplication = z
  .strictObject({
    ...shape,
    description: description.nullable(),
  })
  .omit({ suiteId: true })
  .partial();
export type UpdateApplication = z.input<typeof updateApplication>;

interface Whole {
  authenticatorType: AuthenticatorType;
  tokenEndpointAuthMethod: AuthMethod | 'none' | null;
  jwks: unknown;
  jwksUri: string | null;
  subjectType: string;
  sectorIdentifierUri: string | null;
  frontchannelLogoutUri: string | null;
  redirectUris: string[];
  accessTokenLifespan: number;
  refreshTokenLifespan: number;
}

/** True where the authenticator type sends people to a redirect URL. */
export function needsRedirectUri(type: AuthenticatorType): boolean {
  return type === 'authorization_flow' || type === 'authorization_pkce_flow';
}

/** True where applications of the type authenticate themselves. */
export function isConfidential(type: AuthenticatorType): boolean {
  return type !== 'authorization_pkce_flow' && type !== 'device_flow';
}

/** True where the application authenticates with a secret: sent, or used to sign. */
export function usesSecret(application: Pick<Whole, 'authenticatorType' | 'tokenEndpointAuthMethod'>): boolean {
  const { authenticatorType: type, tokenEndpointAuthMethod: method } = application;
  return method === null ? isConfidential(type) : method !== 'none' && method !== 'private_key_jwt';
}

/** The rules that need more than one field (domain rules 3 and 5). */
function checkWhole(value: Whole, ctx: z.RefinementCtx) {
  const { authenticatorType, redirectUris, accessTokenLifespan: access, refreshTokenLifespan: refresh } = value;
  if (needsRedirectUri(authenticatorType) && Array.isArray(redirectUris) && redirectUris.length === 0)
    addFault(ctx, { code: 'redirect_required', message: 'Enter at least one redirect URL.' }, ['redirectUris']);
  checkClientKeys(value, ctx);
  checkLogoutAndSector(value, ctx);
  if (typeof access !== 'number') return;
  const accessFault = accessLifespanFault(access);
  if (accessFault) addFault(ctx, accessFault, ['accessTokenLifespan']);
  if (typeof refresh !== 'number') return;
  const refreshFault = refreshLifespanFault(refresh, access);
  if (refreshFault) addFault(ctx, refreshFault, ['refreshTokenLifespan']);
}

/** RFC 7591 §2: keys or their address, not both; one of them where the application signs with its key. */
function checkClientKeys({ tokenEndpointAuthMethod: method, jwks, jwksUri }: Whole, ctx: z.RefinementCtx) {
  if (jwks && jwksUri)
    addFault(ctx, { code: 'jwks_twice', message: 'Enter the keys or their URL, not both.' }, ['jwksUri']);
  if (method === 'private_key_jwt' && !jwks && !jwksUri)
    addFault(ctx, { code: 'jwks_required', message: 'Enter the public keys of the application, or their URL.' }, [
      'jwks',
    ]);
}

/** The fault of a method of authentication for a type that has none, or null. */
export function authMethodFault(type: AuthenticatorType, method: string | null): ValueFault | null {
  if (method === null || isConfidential(type)) return null;
  return { code: 'auth_method_public', message: 'This authenticator type is public: it does not authenticate itself.' };
}

/** Checks an application after a patch was merged into it. */
export const wholeApplication = z
  .object({
    authenticatorType,
    tokenEndpointAuthMethod: application.shape.tokenEndpointAuthMethod,
    jwks: z.unknown(),
    jwksUri: z.string().nullable(),
    ...wholeClientMetadata,
    redirectUris: z.array(z.string()),
    accessTokenLifespan: z.number(),
    refreshTokenLifespan: z.number(),
  })
  .superRefine((value, ctx) => checkWhole(value, ctx), evenWithFaults);

/** What a change of the authenticator type would do, before it is done (domain rule 2). */
export const typeChange = z
  .object({
    from: authenticatorType,
    to: authenticatorType,
    refreshTokensRevoked: z.int().meta({ description: 'Live refresh tokens that end' }),
    secretIssued: z.boolean().meta({ description: 'A first secret will be made and shown once' }),
    secretsDropped: z.int(),
    redirectUriRequired: z.boolean(),
  })
  .meta({ id: 'TypeChange' });
export type TypeChange = z.infer<typeof typeChange>;
export const typeChangeQuery = z.strictObject({ to: authenticatorType });

export const fetchClientKeys = z.strictObject({ jwksUri });
const member = z.string().nullable();
/** What tells the keys of a document apart; never the keys themselves. */
export const clientKeys = z
  .object({ keys: z.array(z.object({ kid: member, kty: member, crv: member, alg: member, use: member })) })
  .meta({ id: 'ClientKeys' });
export type ClientKeys = z.infer<typeof clientKeys>;

export const secret = z
  .object({
    id,
    name: z.string(),
    hint: z.string().meta({ description: 'First and last characters, such as `tes_cs_9f2a…k3Qd`' }),
    status: z.enum(['active', 'expired', 'revoked']),
    createdBy: z.string(),
    createdAt: at,
    expiresAt: at.nullable(),
    lastUsedAt: at.nullable(),
  })
  .meta({ id: 'Secret' });
export type Secret = z.infer<typeof secret>;
export const secretWithValue = secret.extend({
  clientSecret: z.string().meta({ description: 'Shown this once; kept only as a hash' }),
});
export type SecretWithValue = z.infer<typeof secretWithValue>;

export const createSecret = z.strictObject({
  name: name('Enter a name for the secret.'),
  expiresIn: z
    .int('Enter a whole number.')
    .min(60, 'Must be at least 1 minute.')
    .max(94_608_000, 'Cannot exceed 3 years.')
    .nullable()
    .default(null)
    .meta({ description: 'Seconds from now; null never expires' }),
  retireOthersIn: z
    .int('Enter a whole number.')
    .min(0, 'Must be 0 or more.')
    .max(604_800, 'Cannot exceed 7 days.')
    .optional()
    .meta({ description: 'Rotation: seconds after which the other active secrets expire' }),
});
export type CreateSecret = z.input<typeof createSecret>;
export const revokeSecretQuery = z.strictObject({ confirmLast: z.enum(['true', 'false']).optional() });
export const maxActiveSecrets = 5;
