import { z } from 'zod';
import * as accounts from './accounts.js';
import * as applications from './applications.js';
import { id } from './fields.js';
import * as keys from './keys.js';
import * as lab from './lab.js';
import { listAnswer } from './list.js';
import * as logout from './logout-deliveries.js';
import * as monitor from './monitor.js';
import type { OperationId } from './paths.js';
import type { ProblemCode } from './problems.js';
import * as projects from './projects.js';
import * as registration from './registration.js';
import * as resources from './resources.js';
import * as roles from './roles.js';
import * as session from './session.js';
import * as suites from './suites.js';

/** One operation of the management API. The server validates with it and strips its answers; OpenAPI is made from it. */
export interface Route {
  tag: string;
  summary: string;
  status: 200 | 201 | 204;
  /** Needs no access token. */
  open?: true;
  /** Needs a person to have signed in lately (RFC 9470 §3). */
  stepUp?: true;
  params?: z.ZodObject;
  query?: z.ZodType;
  body?: z.ZodType;
  answer?: z.ZodType;
  /** The answer carries an ETag; `If-Match` is honoured where there is a body. */
  etag?: true;
  /** Codes beyond those any operation can answer. */
  problems?: ProblemCode[];
}

const oneId = z.object({ id });
const keyParams = z.object({ id, kid: keys.kid });
const secretParams = z.object({ id, secretId: id });
const registrationTokenParams = z.object({ id, tokenId: id });
const userParams = z.object({ id, userId: id });
const scopeParams = z.object({ id, scopeId: id });
const consentParams = z.object({ id, applicationId: id });

export const routes = {
  getConsoleConfig: {
    tag: 'Console',
    summary: 'What the console needs before sign-in',
    status: 200,
    open: true,
    answer: session.consoleConfig,
  },
  checkSetup: {
    tag: 'Console',
    summary: 'Check a one-time set-up link',
    status: 204,
    open: true,
    body: session.setupCheck,
    problems: ['setup_closed', 'setup_link_invalid'],
  },
  runSetup: {
    tag: 'Console',
    summary: 'Make the first owner',
    status: 204,
    open: true,
    body: session.setupRequest,
    problems: ['setup_closed', 'setup_link_invalid', 'email_taken', 'name_taken'],
  },
  getMe: { tag: 'Console', summary: 'Who is calling, and with which role', status: 200, answer: session.me },
  getOverview: {
    tag: 'Console',
    summary: 'Numbers, first steps and what needs attention',
    status: 200,
    answer: monitor.overview,
  },

  listSuites: {
    tag: 'Suites',
    summary: 'List suites',
    status: 200,
    query: suites.suiteListQuery,
    answer: listAnswer(suites.suite),
  },
  createSuite: {
    tag: 'Suites',
    summary: 'Create a suite: a new issuer with its own keys and directory',
    status: 201,
    body: suites.createSuite,
    answer: suites.suite,
    etag: true,
    problems: ['name_taken', 'slug_taken'],
  },
  getSuite: {
    tag: 'Suites',
    summary: 'Read a suite',
    status: 200,
    params: oneId,
    answer: suites.suite,
    etag: true,
    problems: ['suite_not_found'],
  },
  updateSuite: {
    tag: 'Suites',
    summary: 'Update a suite',
    status: 200,
    params: oneId,
    body: suites.updateSuite,
    answer: suites.suite,
    etag: true,
    problems: ['suite_not_found', 'name_taken', 'built_in', 'version_conflict'],
  },
  deleteSuite: {
    tag: 'Suites',
    summary: 'Delete a suite without projects, with its accounts and keys',
    status: 204,
    stepUp: true,
    params: oneId,
    problems: ['suite_not_found', 'suite_has_projects', 'built_in', 'version_conflict'],
  },

  listRegistrationTokens: {
    tag: 'Suites',
    summary: 'List the initial access tokens of a suite, never their values',
    status: 200,
    params: oneId,
    answer: listAnswer(registration.registrationToken),
    problems: ['suite_not_found'],
  },
  createRegistrationToken: {
    tag: 'Suites',
    summary: 'Create an initial access token, with which clients register themselves; shown once',
    status: 201,
    stepUp: true,
    params: oneId,
    body: registration.createRegistrationToken,
    answer: registration.registrationTokenWithValue,
    problems: ['suite_not_found', 'limit_reached'],
  },
  revokeRegistrationToken: {
    tag: 'Suites',
    summary: 'Revoke an initial access token; clients that registered with it stay',
    status: 204,
    params: registrationTokenParams,
    problems: ['suite_not_found', 'registration_token_not_found'],
  },

  listKeys: {
    tag: 'Keys',
    summary: 'List the signing keys of all suites',
    status: 200,
    query: keys.keyListQuery,
    answer: listAnswer(keys.signingKey),
  },
  listSuiteKeys: {
    tag: 'Keys',
    summary: 'List the signing keys of a suite',
    status: 200,
    params: oneId,
    answer: listAnswer(keys.signingKey),
    problems: ['suite_not_found'],
  },
  rotateSuiteKeys: {
    tag: 'Keys',
    summary: 'Let the next key sign now; the old one stays published until its last token has expired',
    status: 200,
    stepUp: true,
    params: oneId,
    body: keys.rotateKeys,
    answer: keys.keyChange,
    problems: ['suite_not_found', 'key_limit', 'version_conflict'],
  },
  revokeSuiteKey: {
    tag: 'Keys',
    summary: 'Revoke a key: everything signed by it fails now, and the next key signs in its place',
    status: 200,
    stepUp: true,
    params: keyParams,
    answer: keys.keyChange,
    problems: ['suite_not_found', 'key_not_found', 'key_last', 'version_conflict'],
  },

  listProjects: {
    tag: 'Projects',
    summary: 'List projects',
    status: 200,
    query: projects.projectListQuery,
    answer: listAnswer(projects.project),
  },
  createProject: {
    tag: 'Projects',
    summary: 'Create a project in a suite',
    status: 201,
    body: projects.createProject,
    answer: projects.project,
    etag: true,
    problems: ['name_taken', 'slug_taken'],
  },
  getProject: {
    tag: 'Projects',
    summary: 'Read a project',
    status: 200,
    params: oneId,
    answer: projects.project,
    etag: true,
    problems: ['project_not_found'],
  },
  updateProject: {
    tag: 'Projects',
    summary: 'Update a project',
    status: 200,
    params: oneId,
    body: projects.updateProject,
    answer: projects.project,
    etag: true,
    problems: ['project_not_found', 'name_taken', 'version_conflict'],
  },
  deleteProject: {
    tag: 'Projects',
    summary: 'Delete a project without applications',
    status: 204,
    params: oneId,
    problems: ['project_not_found', 'project_has_applications', 'built_in', 'version_conflict'],
  },

  listApplications: {
    tag: 'Applications',
    summary: 'List applications',
    status: 200,
    query: applications.applicationListQuery,
    answer: listAnswer(applications.application),
  },
  createApplication: {
    tag: 'Applications',
    summary: 'Create an application; a confidential one answers with its first secret, once',
    status: 201,
    body: applications.createApplication,
    answer: applications.applicationWithSecret,
    etag: true,
    problems: ['name_taken'],
  },
  getApplication: {
    tag: 'Applications',
    summary: 'Read an application',
    status: 200,
    params: oneId,
    answer: applications.application,
    etag: true,
    problems: ['application_not_found'],
  },
  updateApplication: {
    tag: 'Applications',
    summary: 'Update an application; a change to a confidential type answers with a first secret, once',
    status: 200,
    params: oneId,
    body: applications.updateApplication,
    answer: applications.applicationWithSecret,
    etag: true,
    problems: [
      'insufficient_user_authentication',
      'application_not_found',
      'name_taken',
      'built_in',
      'last_owner',
      'version_conflict',
    ],
  },
  deleteApplication: {
    tag: 'Applications',
    summary: 'Delete an application without users, with its secrets and tokens',
    status: 204,
    params: oneId,
    problems: ['application_not_found', 'application_has_users', 'built_in', 'last_owner', 'version_conflict'],
  },
  getTypeChange: {
    tag: 'Applications',
    summary: 'What a change of the authenticator type would do',
    status: 200,
    params: oneId,
    query: applications.typeChangeQuery,
    answer: applications.typeChange,
    problems: ['application_not_found'],
  },
  fetchClientKeys: {
    tag: 'Applications',
    summary: 'Read the public keys at an address, as the token endpoint would; nothing is kept',
    status: 200,
    params: oneId,
    body: applications.fetchClientKeys,
    answer: applications.clientKeys,
    problems: ['application_not_found'],
  },
  revokeApplicationRefreshTokens: {
    tag: 'Applications',
    summary: 'End every refresh token of the application',
    status: 200,
    params: oneId,
    answer: z.object({ revoked: z.int() }),
    problems: ['application_not_found'],
  },

  listSecrets: {
    tag: 'Secrets',
    summary: 'List client secrets, never their values',
    status: 200,
    params: oneId,
    answer: listAnswer(applications.secret),
    problems: ['application_not_found'],
  },
  createSecret: {
    tag: 'Secrets',
    summary: 'Add or rotate a client secret, shown once',
    status: 201,
    params: oneId,
    body: applications.createSecret,
    answer: applications.secretWithValue,
    problems: ['insufficient_user_authentication', 'application_not_found', 'secret_limit', 'secret_not_used'],
  },
  revokeSecret: {
    tag: 'Secrets',
    summary: 'Revoke a client secret',
    status: 204,
    params: secretParams,
    query: applications.revokeSecretQuery,
    problems: ['application_not_found', 'secret_not_found', 'secret_last', 'last_owner'],
  },

  listApplicationUsers: {
    tag: 'Application users',
    summary: 'List the users of an application',
    status: 200,
    params: oneId,
    query: accounts.applicationUserListQuery,
    answer: listAnswer(accounts.applicationUser),
    problems: ['application_not_found'],
  },
  createApplicationUser: {
    tag: 'Application users',
    summary: 'Create a person of the suite and assign it, or assign an account the suite has',
    status: 201,
    params: oneId,
    body: z.union([accounts.createApplicationUser, accounts.addApplicationUser]),
    answer: accounts.applicationUser,
    etag: true,
    problems: ['application_not_found', 'account_not_found', 'email_taken_in_app', 'email_in_directory'],
  },
  getApplicationUser: {
    tag: 'Application users',
    summary: 'Read an application user',
    status: 200,
    params: userParams,
    answer: accounts.applicationUser,
    etag: true,
    problems: ['application_not_found', 'application_user_not_found'],
  },
  updateApplicationUser: {
    tag: 'Application users',
    summary: 'Enable or disable, or set the roles; disabling ends the refresh tokens at once',
    status: 200,
    params: userParams,
    body: accounts.updateApplicationUser,
    answer: accounts.applicationUser,
    etag: true,
    problems: ['application_not_found', 'application_user_not_found', 'version_conflict'],
  },
  deleteApplicationUser: {
    tag: 'Application users',
    summary: 'Remove the assignment; the account stays in the suite',
    status: 204,
    params: userParams,
    problems: ['application_not_found', 'application_user_not_found', 'version_conflict'],
  },
  signOutApplicationUser: {
    tag: 'Application users',
    summary: 'Sign a user out of the application: its grants end, and it is told by back-channel logout',
    status: 200,
    params: userParams,
    answer: accounts.signedOut,
    problems: ['application_not_found', 'application_user_not_found'],
  },

  getApplicationScopes: {
    tag: 'Applications',
    summary: 'The scopes of API resources that the application may ask for',
    status: 200,
    params: oneId,
    answer: resources.applicationScopes,
    etag: true,
    problems: ['application_not_found'],
  },
  setApplicationScopes: {
    tag: 'Applications',
    summary: 'Set the scopes that the application may ask for; later refreshes narrow to them',
    status: 200,
    params: oneId,
    body: resources.setApplicationScopes,
    answer: resources.applicationScopes,
    etag: true,
    problems: ['application_not_found', 'built_in', 'version_conflict'],
  },

  listResources: {
    tag: 'API resources',
    summary: 'List API resources',
    status: 200,
    query: resources.resourceListQuery,
    answer: listAnswer(resources.resource),
  },
  createResource: {
    tag: 'API resources',
    summary: 'Create an API resource of a project',
    status: 201,
    body: resources.createResource,
    answer: resources.resource,
    etag: true,
    problems: ['resource_taken', 'built_in', 'limit_reached'],
  },
  getResource: {
    tag: 'API resources',
    summary: 'Read an API resource',
    status: 200,
    params: oneId,
    answer: resources.resource,
    etag: true,
    problems: ['resource_not_found'],
  },
  updateResource: {
    tag: 'API resources',
    summary: 'Update an API resource, or make it the default of its project in place of another',
    status: 200,
    params: oneId,
    body: resources.updateResource,
    answer: resources.resource,
    etag: true,
    problems: ['resource_not_found', 'resource_default', 'built_in', 'version_conflict'],
  },
  deleteResource: {
    tag: 'API resources',
    summary: 'Delete an API resource with its scopes, which roles and applications lose',
    status: 204,
    params: oneId,
    problems: ['resource_not_found', 'resource_default', 'version_conflict'],
  },
  listResourceApplications: {
    tag: 'API resources',
    summary: 'List the applications that are allowed scopes of an API resource',
    status: 200,
    params: oneId,
    query: resources.resourceApplicationListQuery,
    answer: listAnswer(resources.resourceApplication),
    problems: ['resource_not_found'],
  },
  listResourceScopes: {
    tag: 'Scopes',
    summary: 'List the scopes of an API resource',
    status: 200,
    params: oneId,
    query: resources.resourceScopeListQuery,
    answer: listAnswer(resources.scope),
    problems: ['resource_not_found'],
  },
  createScope: {
    tag: 'Scopes',
    summary: 'Create a scope of an API resource',
    status: 201,
    params: oneId,
    body: resources.createScope,
    answer: resources.scope,
    etag: true,
    problems: ['resource_not_found', 'scope_taken', 'limit_reached'],
  },
  getScope: {
    tag: 'Scopes',
    summary: 'Read a scope',
    status: 200,
    params: scopeParams,
    answer: resources.scope,
    etag: true,
    problems: ['resource_not_found', 'scope_not_found'],
  },
  updateScope: {
    tag: 'Scopes',
    summary: 'Change the sentence of a scope',
    status: 200,
    params: scopeParams,
    body: resources.updateScope,
    answer: resources.scope,
    etag: true,
    problems: ['resource_not_found', 'scope_not_found', 'version_conflict'],
  },
  deleteScope: {
    tag: 'Scopes',
    summary: 'Delete a scope, which roles and applications lose; later refreshes narrow',
    status: 204,
    params: scopeParams,
    problems: ['resource_not_found', 'scope_not_found', 'version_conflict'],
  },
  listScopes: {
    tag: 'Scopes',
    summary: 'List the scopes of every API resource of a project, a suite or the server',
    status: 200,
    query: resources.scopeListQuery,
    answer: listAnswer(resources.scope),
  },

  listRoles: {
    tag: 'Roles',
    summary: 'List roles',
    status: 200,
    query: roles.roleListQuery,
    answer: listAnswer(roles.role),
  },
  createRole: {
    tag: 'Roles',
    summary: 'Create a role of a project',
    status: 201,
    body: roles.createRole,
    answer: roles.roleWithScopes,
    etag: true,
    problems: ['name_taken', 'limit_reached'],
  },
  getRole: {
    tag: 'Roles',
    summary: 'Read a role with the scopes it carries',
    status: 200,
    params: oneId,
    answer: roles.roleWithScopes,
    etag: true,
    problems: ['role_not_found'],
  },
  updateRole: {
    tag: 'Roles',
    summary: 'Update a role, or the scopes it carries',
    status: 200,
    params: oneId,
    body: roles.updateRole,
    answer: roles.roleWithScopes,
    etag: true,
    problems: ['role_not_found', 'name_taken', 'version_conflict'],
  },
  deleteRole: {
    tag: 'Roles',
    summary: 'Delete a role, which its users lose',
    status: 204,
    params: oneId,
    problems: ['role_not_found', 'version_conflict'],
  },

  labToken: {
    tag: 'Lab',
    summary: "Get an access token for a user on the admin's own authority (User Credentials)",
    status: 200,
    params: oneId,
    body: lab.labTokenRequest,
    answer: lab.labTokenAnswer,
    problems: [
      'application_not_found',
      'user_not_in_application',
      'user_disabled',
      'account_disabled',
      'application_disabled',
      'lab_flow_not_available',
      'lab_refused',
    ],
  },
  labAuthorize: {
    tag: 'Lab',
    summary: 'Sign a user in with e-mail and password and get a code (both authorization flows)',
    status: 200,
    params: oneId,
    body: lab.labAuthorizeRequest,
    answer: lab.labCodeAnswer,
    problems: ['application_not_found', 'lab_flow_not_available', 'lab_refused', 'too_many_requests'],
  },
  labExchange: {
    tag: 'Lab',
    summary: 'Swap a code for tokens (both authorization flows)',
    status: 200,
    params: oneId,
    body: lab.labExchangeRequest,
    answer: lab.labTokenAnswer,
    problems: ['application_not_found', 'lab_flow_not_available', 'lab_refused'],
  },
  labDevice: {
    tag: 'Lab',
    summary: 'Get the codes that a device would get (Device Flow)',
    status: 200,
    params: oneId,
    body: lab.labDeviceRequest,
    answer: lab.labDeviceAnswer,
    problems: ['application_not_found', 'application_disabled', 'lab_flow_not_available', 'lab_refused'],
  },
  labDeviceToken: {
    tag: 'Lab',
    summary: 'Ask for the tokens of a device, as it does until its user has decided (Device Flow)',
    status: 200,
    params: oneId,
    body: lab.labDeviceTokenRequest,
    answer: lab.labDeviceTokenAnswer,
    problems: ['application_not_found', 'application_disabled', 'lab_flow_not_available', 'lab_refused'],
  },

  listAccounts: {
    tag: 'Accounts',
    summary: 'List accounts',
    status: 200,
    query: accounts.accountListQuery,
    answer: listAnswer(accounts.account),
  },
  createAccount: {
    tag: 'Accounts',
    summary: 'Create an account in the directory of a suite',
    status: 201,
    body: accounts.createAccount,
    answer: accounts.account,
    etag: true,
    problems: ['email_taken'],
  },
  getAccount: {
    tag: 'Accounts',
    summary: 'Read an account',
    status: 200,
    params: oneId,
    answer: accounts.account,
    etag: true,
    problems: ['account_not_found'],
  },
  updateAccount: {
    tag: 'Accounts',
    summary: 'Update an account; disabling or a new password ends its sessions and refresh tokens at once',
    status: 200,
    params: oneId,
    body: accounts.updateAccount,
    answer: accounts.account,
    etag: true,
    problems: [
      'insufficient_user_authentication',
      'account_not_found',
      'email_taken',
      'last_owner',
      'version_conflict',
    ],
  },
  deleteAccount: {
    tag: 'Accounts',
    summary: 'Delete an account with its assignments, sessions and tokens',
    status: 204,
    params: oneId,
    problems: ['account_not_found', 'last_owner', 'version_conflict'],
  },
  signOutAccount: {
    tag: 'Accounts',
    summary: 'Sign a person out everywhere: sessions and refresh tokens end at once',
    status: 200,
    params: oneId,
    answer: accounts.signedOut,
    problems: ['account_not_found'],
  },
  listConsents: {
    tag: 'Accounts',
    summary: 'List what a person has agreed to, application by application',
    status: 200,
    params: oneId,
    query: accounts.consentListQuery,
    answer: listAnswer(accounts.consent),
    problems: ['account_not_found'],
  },
  withdrawConsent: {
    tag: 'Accounts',
    summary: 'Withdraw what a person has agreed to for an application; its refresh tokens for them end at once',
    status: 204,
    params: consentParams,
    problems: ['account_not_found', 'consent_not_found'],
  },

  listAuditEvents: {
    tag: 'Monitor',
    summary: 'List changes',
    status: 200,
    query: monitor.auditListQuery,
    answer: listAnswer(monitor.auditEvent),
  },
  listRefusals: {
    tag: 'Monitor',
    summary: 'List refused protocol requests',
    status: 200,
    query: monitor.refusalListQuery,
    answer: listAnswer(monitor.refusal),
  },
  listLogoutDeliveries: {
    tag: 'Monitor',
    summary: 'List logout tokens on their way to applications (OpenID Connect Back-Channel Logout)',
    status: 200,
    query: logout.logoutDeliveryListQuery,
    answer: listAnswer(logout.logoutDelivery),
  },
} as const satisfies Record<OperationId, Route>;

type Part<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? S : never;

/** Types of one operation: what a caller sends and gets. */
export type Params<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'params'>>;
export type QueryIn<O extends OperationId> = z.input<Part<(typeof routes)[O], 'query'>>;
export type Query<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'query'>>;
export type BodyIn<O extends OperationId> = z.input<Part<(typeof routes)[O], 'body'>>;
export type Body<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'body'>>;
export type Answer<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'answer'>>;
