import type { OperationId } from '@tessera/contract/paths';
import type { routes } from '@tessera/contract/routes';
import type { Role } from '@tessera/contract/session';
import type { FastifyRequest } from 'fastify';
import type { Deps } from '../deps.js';
import { readBearer, verifyAccessToken } from '../oauth/bearer.js';
import { OAuthError } from '../oauth/errors.js';
import { type Admin, findAdminAccount, findAdminApplication } from '../store/admins.js';
import { type ProblemError, problem } from './problem.js';

/** Operations that need no access token. */
export type OpenOperationId = {
  [O in OperationId]: (typeof routes)[O] extends { open: true } ? O : never;
}[OperationId];

type Right =
  | 'me.read'
  | 'overview.read'
  | `${'suites' | 'projects' | 'applications' | 'secrets' | 'users' | 'accounts'}.${'read' | 'write'}`
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
  revokeApplicationRefreshTokens: 'applications.write',
  listSecrets: 'secrets.read',
  createSecret: 'secrets.write',
  revokeSecret: 'secrets.write',
  listApplicationUsers: 'users.read',
  createApplicationUser: 'users.write',
  getApplicationUser: 'users.read',
  updateApplicationUser: 'users.write',
  deleteApplicationUser: 'users.write',
  labToken: 'lab.run',
  labAuthorize: 'lab.run',
  labExchange: 'lab.run',
  listAccounts: 'accounts.read',
  createAccount: 'accounts.write',
  getAccount: 'accounts.read',
  updateAccount: 'accounts.write',
  deleteAccount: 'accounts.write',
  listAuditEvents: 'audit.read',
  listRefusals: 'refusals.read',
};

/** What a role may do; an owner may do everything. */
const rightsOfRole: Record<Role, 'all' | ReadonlySet<Right>> = { owner: 'all' };

/**
 * The admin that calls, if its access token is one of suite `system` for this API and its role has the right the
 * operation needs. Throws 401 `unauthenticated` or 403 `forbidden_role`. Every decision on rights is made here.
 */
export async function authorize(
  deps: Deps,
  request: FastifyRequest,
  operation: Exclude<OperationId, OpenOperationId>,
): Promise<Admin> {
  const admin = await authenticate(deps, request);
  const granted = rightsOfRole[admin.role];
  if (granted !== 'all' && !granted.has(rights[operation]))
    throw problem('forbidden_role', 'Your role does not allow this.');
  return admin;
}

async function authenticate(deps: Deps, request: FastifyRequest): Promise<Admin> {
  const token = await readToken(deps, request);
  // A token made in the Token Lab speaks for somebody who did not sign in (RFC 8693 §4.1): never for an admin.
  if (token.claims.act) throw problem('forbidden_role', 'A token made in the Token Lab cannot be used here.');
  const admin =
    token.accountId === null
      ? await findAdminApplication(deps.db, token.client.clientId)
      : await findAdminAccount(deps.db, token.accountId);
  if (!admin) throw problem('forbidden_role', 'This account is not an admin.');
  return admin;
}

async function readToken(deps: Deps, request: FastifyRequest) {
  try {
    const bearer = readBearer(request, null);
    if (bearer === null) throw unauthenticated('Send an access token in the Authorization header.', 'Bearer');
    const suite = await deps.registry.findSuite('system');
    if (!suite) throw unauthenticated('The server is not set up yet.', 'Bearer');
    const token = await verifyAccessToken(deps, suite, bearer);
    if (![token.claims.aud].flat().includes(`${deps.config.url}/api`))
      throw unauthenticated('The access token is for another API.');
    return token;
  } catch (error) {
    if (error instanceof OAuthError) throw unauthenticated('The access token is not valid or has expired.');
    throw error;
  }
}

function unauthenticated(detail: string, challenge = 'Bearer error="invalid_token"'): ProblemError {
  return problem('unauthenticated', detail, {}, { 'www-authenticate': challenge });
}
