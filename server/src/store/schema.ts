import type { Generated, Selectable } from 'kysely';

/**
 * The tables, in camelCase (a plugin writes snake_case SQL). The same on SQLite and PostgreSQL:
 * times are Unix seconds, booleans 0 or 1, lists and records JSON text.
 */
export interface Schema {
  suites: SuiteTable;
  projects: ProjectTable;
  resources: ResourceTable;
  applications: ApplicationTable;
  clientSecrets: ClientSecretTable;
  accounts: AccountTable;
  applicationUsers: ApplicationUserTable;
  admins: AdminTable;
  searchWords: SearchWordTable;
  sessions: SessionTable;
  interactions: InteractionTable;
  grants: GrantTable;
  codes: CodeTable;
  refreshTokens: RefreshTokenTable;
  accessTokens: AccessTokenTable;
  revokedTokens: RevokedTokenTable;
  signingKeys: SigningKeyTable;
  auditEvents: AuditEventTable;
  refusals: RefusalTable;
  usageHours: UsageHourTable;
  throttles: ThrottleTable;
  settings: SettingTable;
  consents: ConsentTable;
  pushedRequests: PushedRequestTable;
  replays: ReplayTable;
  deviceCodes: DeviceCodeTable;
  logoutDeliveries: LogoutDeliveryTable;
  initialAccessTokens: InitialAccessTokenTable;
  scopes: ScopeTable;
  roles: RoleTable;
  roleScopes: RoleScopeTable;
  applicationScopes: ApplicationScopeTable;
  userRoles: UserRoleTable;
  cacheVersion: CacheVersionTable;
}

export interface CacheVersionTable {
  id: number;
  version: number;
}

export interface SuiteTable {
  id: string;
  slug: string;
  name: string;
  nameKey: string;
  description: string;
  builtIn: number;
  createdAt: number;
  updatedAt: number;
  version: number;
  /** Dynamic client registration (RFC 7591). */
  registration: Generated<'off' | 'token' | 'open'>;
  /** The project that registered clients belong to. */
  registrationProjectId: string | null;
  keyRotationDays: Generated<number>;
}

export interface ProjectTable {
  id: string;
  suiteId: string;
  slug: string;
  name: string;
  nameKey: string;
  description: string;
  environment: 'development' | 'staging' | 'production';
  builtIn: number;
  createdAt: number;
  updatedAt: number;
  version: number;
}

export interface ResourceTable {
  id: string;
  suiteId: string;
  projectId: string;
  identifier: string;
  name: string;
  isDefault: number;
  createdAt: number;
  description: Generated<string>;
  nameKey: Generated<string>;
  updatedAt: Generated<number>;
  version: Generated<number>;
}

export type AuthenticatorType =
  | 'user_credentials'
  | 'authorization_flow'
  | 'authorization_pkce_flow'
  | 'client_credentials'
  | 'device_flow';

export interface ApplicationTable {
  id: string;
  suiteId: string;
  projectId: string;
  clientId: string;
  name: string;
  nameKey: string;
  description: string;
  authenticatorType: AuthenticatorType;
  redirectUris: string;
  postLogoutRedirectUris: string;
  allowedOrigins: string;
  anyOrigin: number;
  accessTokenLifespan: number;
  refreshTokenLifespan: number;
  accessTokenFormat: 'jwt' | 'opaque';
  access: 'assigned' | 'everyone';
  refreshTokens: 'always' | 'offline_access' | 'never';
  allowPlainPkce: number;
  status: 'active' | 'disabled';
  builtIn: number;
  /** 0 when no token was issued yet, so that it can be sorted by. */
  lastTokenAt: number;
  createdAt: number;
  updatedAt: number;
  version: number;
  /** JSON of ClientMetadata. */
  metadata: Generated<string>;
  /** 0 for third parties, which a person is asked about. */
  firstParty: Generated<number>;
  /** Set for clients that registered themselves (RFC 7592). */
  registrationTokenHash: string | null;
}

export interface ClientSecretTable {
  id: string;
  applicationId: string;
  name: string;
  secretHash: string;
  hint: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  lastUsedAt: number | null;
  /** Kept only where the client signs with it (client_secret_jwt). */
  secretSealed: string | null;
}

export interface AccountTable {
  id: string;
  suiteId: string;
  email: string;
  emailKey: string;
  emailVerified: number;
  givenName: string;
  familyName: string;
  passwordHash: string;
  status: 'active' | 'disabled';
  lastSignInAt: number | null;
  createdAt: number;
  updatedAt: number;
  version: number;
  /** JSON of the standard claims beside name and e-mail (OpenID Connect Core §5.1). */
  claims: Generated<string>;
}

export interface ApplicationUserTable {
  id: string;
  applicationId: string;
  accountId: string;
  enabled: number;
  /** 0 when no token was issued yet. */
  lastTokenAt: number;
  createdAt: number;
  updatedAt: number;
  version: number;
}

export interface AdminTable {
  /** The account's or the application's id. */
  subjectId: string;
  kind: 'account' | 'application';
  role: 'owner';
  createdAt: number;
}

export interface SearchWordTable {
  kind: 'suite' | 'project' | 'application' | 'account' | 'resource' | 'scope' | 'role';
  word: string;
  objectId: string;
}

export interface SessionTable {
  id: string;
  tokenHash: string;
  suiteId: string;
  accountId: string;
  authTime: number;
  amr: string;
  userAgent: string;
  address: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  endedAt: number | null;
}

export interface InteractionTable {
  idHash: string;
  suiteId: string;
  applicationId: string;
  browserHash: string;
  params: string;
  createdAt: number;
  expiresAt: number;
  /** The session that signed in for this very request; it satisfies prompt=login and max_age. */
  sessionId: string | null;
  /** The pushed request it came in. */
  pushedUriHash: string | null;
}

export interface GrantTable {
  id: string;
  suiteId: string;
  applicationId: string;
  accountId: string;
  sessionId: string | null;
  scope: string;
  resource: string;
  authTime: number | null;
  amr: string;
  nonce: string | null;
  actSubject: string | null;
  createdAt: number;
  endedAt: number | null;
  endReason: string | null;
  /** JSON of the claims asked for by name (OpenID Connect Core §5.5). */
  claims: string | null;
  acr: string | null;
  /** Unix seconds; null where refresh tokens say how long it lives. */
  keptUntil: number | null;
}

export interface CodeTable {
  codeHash: string;
  grantId: string;
  suiteId: string;
  applicationId: string;
  accountId: string;
  sessionId: string | null;
  redirectUri: string;
  redirectUriSent: number;
  scope: string;
  resource: string;
  nonce: string | null;
  codeChallenge: string | null;
  codeChallengeMethod: 'S256' | 'plain' | null;
  authTime: number;
  amr: string;
  actSubject: string | null;
  createdAt: number;
  expiresAt: number;
  consumedAt: number | null;
  claims: string | null;
  acr: string | null;
  /** Thumbprint of the key the code is bound to (RFC 9449 §10). */
  dpopJkt: string | null;
}

/** One row for each family of refresh tokens: a token and those it was rotated into. */
export interface RefreshTokenTable {
  /** Hash of what all tokens of the family begin with. */
  familyHash: string;
  /** Hash of the one token of the family that can be used; empty where there is none any more. */
  tokenHash: string;
  grantId: string;
  issuedAt: number;
  expiresAt: number;
  /** Unix seconds, whole days, so that not every rotation moves it in its index. */
  keptUntil: number;
  /** JSON of the last rotation (`Rotation`), and of the one before; null where there was none. */
  lastRotation: string | null;
  rotationBefore: string | null;
  /** Thumbprint of the key a public client must prove (RFC 9449 §5). */
  dpopJkt: string | null;
}

export interface AccessTokenTable {
  tokenHash: string;
  jti: string;
  suiteId: string;
  applicationId: string;
  accountId: string | null;
  grantId: string | null;
  claims: string;
  expiresAt: number;
}

export interface RevokedTokenTable {
  jti: string;
  suiteId: string;
  expiresAt: number;
}

export type SigningAlgorithm = 'RS256' | 'ES256' | 'PS256' | 'EdDSA';

export interface SigningKeyTable {
  kid: string;
  suiteId: string;
  alg: SigningAlgorithm;
  status: 'next' | 'signing' | 'retired' | 'revoked';
  publicJwk: string;
  privateSealed: string;
  createdAt: number;
  /** Unix seconds; 0 for a key that signed from the first. */
  signsFrom: Generated<number>;
  signsUntil: number | null;
  /** When it leaves the JWKS: its last token has expired then. */
  removedAt: number | null;
}

export interface AuditEventTable {
  id: string;
  at: number;
  actorType: 'admin' | 'application' | 'account' | 'system';
  actorId: string | null;
  actorName: string;
  action: string;
  targetType: string;
  targetId: string;
  targetName: string;
  changes: string;
  address: string | null;
  requestId: string;
}

export interface RefusalTable {
  id: string;
  at: number;
  suiteId: string | null;
  applicationId: string | null;
  endpoint: string;
  error: string;
  rule: string;
  reason: string;
  expected: string | null;
  received: string | null;
  origin: string | null;
  address: string | null;
  requestId: string;
}

export interface UsageHourTable {
  applicationId: string;
  /** Start of the hour, Unix seconds. */
  hourAt: number;
  issued: number;
  issuedInLab: number;
}

export interface ThrottleTable {
  subject: string;
  failures: number;
  windowEndsAt: number;
}

export interface SettingTable {
  name: string;
  value: string;
}

export interface ConsentTable {
  accountId: string;
  applicationId: string;
  scope: string;
  grantedAt: number;
}

export interface PushedRequestTable {
  uriHash: string;
  suiteId: string;
  applicationId: string;
  params: string;
  dpopJkt: string | null;
  expiresAt: number;
  consumedAt: number | null;
}

export interface ReplayTable {
  idHash: string;
  expiresAt: number;
}

export interface DeviceCodeTable {
  deviceCodeHash: string;
  userCodeHash: string;
  suiteId: string;
  applicationId: string;
  accountId: string | null;
  sessionId: string | null;
  scope: string;
  resource: string;
  status: 'pending' | 'approved' | 'denied';
  authTime: number | null;
  amr: string;
  pollInterval: number;
  polledAt: number | null;
  expiresAt: number;
  consumedAt: number | null;
  grantId: string;
  actSubject: string | null;
}

export interface LogoutDeliveryTable {
  id: string;
  suiteId: string;
  applicationId: string;
  accountId: string;
  sessionId: string;
  status: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  nextAt: number;
  lastError: string | null;
  createdAt: number;
  deliveredAt: number | null;
}

export interface InitialAccessTokenTable {
  id: string;
  suiteId: string;
  name: string;
  tokenHash: string;
  hint: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
}

export interface ScopeTable {
  id: string;
  resourceId: string;
  name: string;
  description: string;
  createdAt: number;
  updatedAt: number;
  version: number;
}

export interface RoleTable {
  id: string;
  projectId: string;
  name: string;
  nameKey: string;
  description: string;
  createdAt: number;
  updatedAt: number;
  version: number;
}

export interface RoleScopeTable {
  roleId: string;
  scopeId: string;
}

export interface ApplicationScopeTable {
  applicationId: string;
  scopeId: string;
}

export interface UserRoleTable {
  applicationUserId: string;
  roleId: string;
}

export type SuiteRow = Selectable<SuiteTable>;
export type ProjectRow = Selectable<ProjectTable>;
export type ResourceRow = Selectable<ResourceTable>;
export type ScopeRow = Selectable<ScopeTable>;
export type RoleRow = Selectable<RoleTable>;
export type ApplicationRow = Selectable<ApplicationTable>;
export type ClientSecretRow = Selectable<ClientSecretTable>;
export type AccountRow = Selectable<AccountTable>;
export type ApplicationUserRow = Selectable<ApplicationUserTable>;
export type SessionRow = Selectable<SessionTable>;
export type InteractionRow = Selectable<InteractionTable>;
export type PushedRequestRow = Selectable<PushedRequestTable>;
export type GrantRow = Selectable<GrantTable>;
export type CodeRow = Selectable<CodeTable>;
export type AccessTokenRow = Selectable<AccessTokenTable>;
export type SigningKeyRow = Selectable<SigningKeyTable>;
export type AuditEventRow = Selectable<AuditEventTable>;
export type RefusalRow = Selectable<RefusalTable>;
