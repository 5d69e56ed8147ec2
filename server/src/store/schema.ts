import type { Selectable } from 'kysely';

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
}

interface SuiteTable {
  id: string;
  slug: string;
  name: string;
  nameKey: string;
  description: string;
  builtIn: number;
  createdAt: number;
  updatedAt: number;
  version: number;
}

interface ProjectTable {
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

interface ResourceTable {
  id: string;
  suiteId: string;
  projectId: string;
  identifier: string;
  name: string;
  isDefault: number;
  createdAt: number;
}

export type AuthenticatorType =
  | 'user_credentials'
  | 'authorization_flow'
  | 'authorization_pkce_flow'
  | 'client_credentials';

interface ApplicationTable {
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
}

interface ClientSecretTable {
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
}

interface AccountTable {
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
}

interface ApplicationUserTable {
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

interface AdminTable {
  /** The account's or the application's id. */
  subjectId: string;
  kind: 'account' | 'application';
  role: 'owner';
  createdAt: number;
}

export interface SearchWordTable {
  kind: 'suite' | 'project' | 'application' | 'account';
  word: string;
  objectId: string;
}

interface SessionTable {
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

interface InteractionTable {
  idHash: string;
  suiteId: string;
  applicationId: string;
  browserHash: string;
  params: string;
  createdAt: number;
  expiresAt: number;
}

interface GrantTable {
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
}

interface CodeTable {
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
}

interface RefreshTokenTable {
  tokenHash: string;
  grantId: string;
  issuedAt: number;
  expiresAt: number;
  rotatedAt: number | null;
  /** Hash of the request that rotated it, and its answer sealed under the rotated token itself (domain rule 7). */
  requestHash: string | null;
  answerSealed: string | null;
}

interface AccessTokenTable {
  tokenHash: string;
  jti: string;
  suiteId: string;
  applicationId: string;
  accountId: string | null;
  grantId: string | null;
  claims: string;
  expiresAt: number;
}

interface RevokedTokenTable {
  jti: string;
  suiteId: string;
  expiresAt: number;
}

export type SigningAlgorithm = 'ES256' | 'RS256';

interface SigningKeyTable {
  kid: string;
  suiteId: string;
  alg: SigningAlgorithm;
  status: 'signing' | 'retired';
  publicJwk: string;
  privateSealed: string;
  createdAt: number;
}

interface AuditEventTable {
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

interface RefusalTable {
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

interface UsageHourTable {
  applicationId: string;
  /** Start of the hour, Unix seconds. */
  hourAt: number;
  issued: number;
  issuedInLab: number;
}

interface ThrottleTable {
  subject: string;
  failures: number;
  windowEndsAt: number;
}

interface SettingTable {
  name: string;
  value: string;
}

export type SuiteRow = Selectable<SuiteTable>;
export type ProjectRow = Selectable<ProjectTable>;
export type ResourceRow = Selectable<ResourceTable>;
export type ApplicationRow = Selectable<ApplicationTable>;
export type ClientSecretRow = Selectable<ClientSecretTable>;
export type AccountRow = Selectable<AccountTable>;
export type ApplicationUserRow = Selectable<ApplicationUserTable>;
export type SessionRow = Selectable<SessionTable>;
export type InteractionRow = Selectable<InteractionTable>;
export type GrantRow = Selectable<GrantTable>;
export type CodeRow = Selectable<CodeTable>;
export type RefreshTokenRow = Selectable<RefreshTokenTable>;
export type AccessTokenRow = Selectable<AccessTokenTable>;
export type SigningKeyRow = Selectable<SigningKeyTable>;
export type AuditEventRow = Selectable<AuditEventTable>;
export type RefusalRow = Selectable<RefusalTable>;
