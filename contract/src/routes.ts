import { z } from 'zod';
import * as accounts from './accounts.js';
import * as applications from './applications.js';
import { id } from './fields.js';
import * as lab from './lab.js';
import { listAnswer } from './list.js';
import * as monitor from './monitor.js';
import type { OperationId } from './paths.js';
import type { ProblemCode } from './problems.js';
import * as projects from './projects.js';
import * as session from './session.js';
import * as suites from './suites.js';

/** One operation of the management API. The server validates with it and strips its answers; OpenAPI is made from it. */
export interface Route {
  tag: string;
  summary: string;
  status: 200 | 201 | 204;
  /** Needs no access token. */
  open?: true;
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
const secretParams = z.object({ id, secretId: id });
const userParams = z.object({ id, userId: id });

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
    problems: ['suite_not_found', 'name_taken', 'version_conflict'],
  },
  deleteSuite: {
    tag: 'Suites',
    summary: 'Delete a suite without projects, with its accounts and keys',
    status: 204,
    params: oneId,
    problems: ['suite_not_found', 'suite_has_projects', 'built_in', 'version_conflict'],
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
    problems: ['application_not_found', 'name_taken', 'built_in', 'last_owner', 'version_conflict'],
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
    problems: ['application_not_found', 'secret_limit', 'secret_not_used'],
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
    summary: 'Enable or disable; disabling ends the refresh tokens at once',
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
    problems: ['account_not_found', 'last_owner', 'version_conflict'],
  },
  deleteAccount: {
    tag: 'Accounts',
    summary: 'Delete an account with its assignments, sessions and tokens',
    status: 204,
    params: oneId,
    problems: ['account_not_found', 'last_owner', 'version_conflict'],
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
} as const satisfies Record<OperationId, Route>;

type Part<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? S : never;

/** Types of one operation: what a caller sends and gets. */
export type Params<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'params'>>;
export type QueryIn<O extends OperationId> = z.input<Part<(typeof routes)[O], 'query'>>;
export type Query<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'query'>>;
export type BodyIn<O extends OperationId> = z.input<Part<(typeof routes)[O], 'body'>>;
export type Body<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'body'>>;
export type Answer<O extends OperationId> = z.infer<Part<(typeof routes)[O], 'answer'>>;
