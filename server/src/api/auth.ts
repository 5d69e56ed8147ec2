import type { OperationId } from '@tessera/contract/paths';
import type { routes } from '@tessera/contract/routes';
import type { Role } from '@tessera/contract/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { readAccessToken, type VerifiedAccessToken } from '../oauth/bearer.js';
import { OAuthError } from '../oauth/errors.js';
import { isTooOld } from '../oauth/rules/max-age.js';
import { type Admin, findAdminAccount, findAdminApplication } from '../store/admins.js';
import { type ProblemError, problem } from './problem.js';

/** Operations that need no access token. */
export type OpenOperationId = {
  [O in OperationId]: (typeof routes)[O] extends { open: true } ? O : never;
}[OperationId];

type Right =
  | 'me.read'
  | 'overview.read'
  | `${'suites' | 'keys' | 'projects' | 'applications' | 'secrets' | 'users' | 'accounts' | 'resources' | 'roles'}.${'read' | 'write'}`
  | 'lab.run'
  | 'audit.read'
  | 'refusals.read';

/** The right each operation needs. */
const rights: Record<Exclude<OperationId, OpenOperationId>, Right> = {
  getMe: 'me.read',
  getOverview: 'overview.read',
  listSuites: 'suites.read',
  createSuite: 'suites.write',
  getSuite: 'suites.read',
  updateSuite: 'suites.write',
  deleteSuite: 'suites.write',
  listRegistrationTokens: 'suites.read',
  createRegistrationToken: 'suites.write',
  revokeRegistrationToken: 'suites.write',
  listKeys: 'keys.read',
  listSuiteKeys: 'keys.read',
  rotateSuiteKeys: 'keys.write',
  revokeSuiteKey: 'keys.write',
  listProjects: 'projects.read',
  createProject: 'projects.write',
  getProject: 'projects.read',
  updateProject: 'projects.write',
  deleteProject: 'projects.write',
  listApplications: 'applications.read',
  createApplication: 'applications.write',
  getApplication: 'applications.read',
  updateApplication: 'applications.write',
  deleteApplication: 'applications.write',
  getTypeChange: 'applications.read',
  fetchClientKeys: 'applications.write',
  revokeApplicationRefreshTokens: 'applications.write',
  listSecrets: 'secrets.read',
  createSecret: 'secrets.write',
  revokeSecret: 'secrets.write',
  listApplicationUsers: 'users.read',
  createApplicationUser: 'users.write',
  getApplicationUser: 'users.read',
  updateApplicationUser: 'users.write',
  deleteApplicationUser: 'users.write',
  signOutApplicationUser: 'users.write',
  getApplicationScopes: 'applications.read',
  setApplicationScopes: 'applications.write',
  listResources: 'resources.read',
  createResource: 'resources.write',
  getResource: 'resources.read',
  updateResource: 'resources.write',
  deleteResource: 'resources.write',
  listResourceApplications: 'resources.read',
  listResourceScopes: 'resources.read',
  createScope: 'resources.write',
  getScope: 'resources.read',
  updateScope: 'resources.write',
  deleteScope: 'resources.write',
  listScopes: 'resources.read',
  listRoles: 'roles.read',
  createRole: 'roles.write',
  getRole: 'roles.read',
  updateRole: 'roles.write',
  deleteRole: 'roles.write',
  labToken: 'lab.run',
  labAuthorize: 'lab.run',
  labExchange: 'lab.run',
  labDevice: 'lab.run',
  labDeviceToken: 'lab.run',
  listAccounts: 'accounts.read',
  createAccount: 'accounts.write',
  getAccount: 'accounts.read',
  updateAccount: 'accounts.write',
  deleteAccount: 'accounts.write',
  signOutAccount: 'accounts.write',
  listConsents: 'accounts.read',
  withdrawConsent: 'accounts.write',
  listAuditEvents: 'audit.read',
  listRefusals: 'refusals.read',
  listLogoutDeliveries: 'audit.read',
};

/** What a role may do; an owner may do everything. */
const rightsOfRole: Record<Role, 'all' | ReadonlySet<Right>> = { owner: 'all' };

/** Who calls, and how to hold them to a sign-in of late. */
export interface Caller {
  admin: Admin;
  /** Throws 401 `insufficient_user_authentication` for a person who signed in too long ago (RFC 9470 §3). */
  checkSignedInLately(): void;
}

/**
 * The admin that calls, if its access token is one of suite `system` for this API and its role has the right the
 * operation needs. Throws 401 `unauthenticated` or 403 `forbidden_role`. Every decision on rights is made here.
 */
export async function authorize(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Exclude<OperationId, OpenOperationId>,
): Promise<Caller> {
  const token = await readToken(deps, request, reply);
  const admin = await findAdmin(deps, token);
  const granted = rightsOfRole[admin.role];
  if (granted !== 'all' && !granted.has(rights[operation]))
    throw problem('forbidden_role', 'Your role does not allow this.');
  return {
    admin,
    checkSignedInLately() {
      // An application that acts for itself never signs in.
      if (admin.kind === 'account') checkAge(deps, request, token);
    },
  };
}

/** The challenge says how old a sign-in may be (RFC 9470 §3). */
function checkAge(deps: Deps, request: FastifyRequest, { claims }: VerifiedAccessToken): void {
  const maxAge = deps.config.stepUpMaxAge;
  if (!isTooOld(claims.auth_time ?? 0, maxAge, deps.clock.now())) return;
  const scheme = /^dpop /i.test(request.headers.authorization ?? '') ? 'DPoP' : 'Bearer';
  throw problem(
    'insufficient_user_authentication',
    'This needs a sign-in of the last minutes. Sign in again.',
    {},
    {
      'www-authenticate': `${scheme} error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="${maxAge}"`,
    },
  );
}

async function findAdmin(deps: Deps, token: VerifiedAccessToken): Promise<Admin> {
  // A token made in the Token Lab speaks for somebody who did not sign in (RFC 8693 §4.1): never for an admin.
  if (token.claims.act) throw problem('forbidden_role', 'A token made in the Token Lab cannot be used here.');
  const admin =
    token.accountId === null
      ? await findAdminApplication(deps.db, token.client.clientId)
      : await findAdminAccount(deps.db, token.accountId);
  if (!admin) throw problem('forbidden_role', 'This account is not an admin.');
  return admin;
}

async function readToken(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  try {
    const suite = await deps.registry.findSuite('system');
    if (!suite) throw unauthenticated('The server is not set up yet.', 'Bearer');
    const token = await readAccessToken(deps, suite, request, reply, null);
    if (token === null) throw unauthenticated('Send an access token in the Authorization header.', 'Bearer');
    if (![token.claims.aud].flat().includes(`${deps.config.url}/api`))
      throw unauthenticated('The access token is for another API.');
    return token;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const detail = 'The access token is not valid or has expired.';
    // RFC 9449 §7.1, §9: whoever is to send a nonce has to be told so.
    if (error.error.includes('dpop')) throw unauthenticated(detail, `DPoP error="${error.error}"`);
    throw unauthenticated(detail);
  }
}

function unauthenticated(detail: string, challenge = 'Bearer error="invalid_token"'): ProblemError {
  return problem('unauthenticated', detail, {}, { 'www-authenticate': challenge });
}
