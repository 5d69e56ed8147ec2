import { type Application, usesSecret } from '@tessera/contract/applications';
import type { Deps } from '../deps.js';
import { issuerOf } from '../oauth/issuer.js';
import { deleteAdmin, isLastOwner, lockOwners } from '../store/admins.js';
import {
  type ApplicationView,
  deleteApplication,
  findApplication,
  listApplications,
  lockApplication,
} from '../store/applications.js';
import type { Db, Tx } from '../store/db.js';
import { endGrantsOf } from '../store/grants.js';
import { findProject } from '../store/projects.js';
import { findSuite } from '../store/suites.js';
import { presentMetadata } from './application-metadata.js';
import { checkSector } from './application-sector.js';
import { audit, change, checkWritten, type Target } from './change.js';
import { checkIfMatch } from './if-match.js';
import { readList } from './lists.js';
import { addApplication, addSecret, sealUnder } from './new-objects.js';
import type { Call, Result } from './operation.js';
import { invalidField, notFound, type ProblemError, problem } from './problem.js';

/** An application as the contract describes it. */
export function presentApplication(deps: Deps, application: ApplicationView): Application {
  return {
    id: application.id,
    clientId: application.clientId,
    name: application.name,
    description: application.description,
    suiteId: application.suiteId,
    suiteName: application.suiteName,
    projectId: application.projectId,
    projectName: application.projectName,
    issuer: issuerOf(deps.config.url, { slug: application.suiteSlug }),
    authenticatorType: application.authenticatorType,
    redirectUris: JSON.parse(application.redirectUris) as string[],
    postLogoutRedirectUris: JSON.parse(application.postLogoutRedirectUris) as string[],
    allowedOrigins: JSON.parse(application.allowedOrigins) as string[],
    accessTokenLifespan: application.accessTokenLifespan,
    refreshTokenLifespan: application.refreshTokenLifespan,
    accessTokenFormat: application.accessTokenFormat,
    access: application.access,
    refreshTokens: application.refreshTokens,
    allowPlainPkce: application.allowPlainPkce === 1,
    firstParty: application.firstParty === 1,
    ...presentMetadata(application.metadata),
    status: application.status,
    builtIn: application.builtIn === 1,
    selfRegistered: application.registrationTokenHash !== null,
    userCount: application.userCount,
    lastTokenAt: application.lastTokenAt || null,
    createdAt: application.createdAt,
    updatedAt: application.updatedAt,
    version: application.version,
  };
}

/** An application as the target of an audit event. */
export function applicationTarget(application: { id: string; name: string }): Target {
  return { type: 'application', id: application.id, name: application.name };
}

/** The application of a path, or 404. */
export async function requireApplication(db: Db, id: string): Promise<ApplicationView> {
  const application = await findApplication(db, id);
  if (!application) throw notFound('application_not_found');
  return application;
}

/** One page of applications. */
export async function listAllApplications(
  deps: Deps,
  call: Call<'listApplications'>,
): Promise<Result<'listApplications'>> {
  await deps.usage.flush();
  const { anyOrigin, ...query } = call.query;
  const request = { ...query, anyOrigin: anyOrigin === undefined ? undefined : anyOrigin === 'true' };
  return readList(listApplications(deps.db, request), (application) => presentApplication(deps, application));
}

/** One application. */
export async function getApplication(deps: Deps, call: Call<'getApplication'>): Promise<Application> {
  await deps.usage.flush();
  return presentApplication(deps, await requireApplication(deps.db, call.params.id));
}

/** The project of a body, if it is one of the suite; otherwise the fault stands at its field. */
export async function requireProjectOf(
  tx: Tx,
  suite: { id: string; name: string },
  projectId: string,
  field = 'projectId',
): Promise<{ name: string }> {
  const project = await findProject(tx, projectId);
  if (!project) throw noProject(field);
  if (project.suiteId !== suite.id)
    throw invalidField(field, 'project_not_in_suite', `${project.name} does not belong to ${suite.name}.`);
  return project;
}

/** The 422 for a project that is gone. */
export function noProject(field = 'projectId'): ProblemError {
  return invalidField(field, 'project_not_found', 'This project does not exist any more. Select another.');
}

function noSuite(): ProblemError {
  return invalidField('suiteId', 'suite_not_found', 'This suite does not exist any more. Select another.');
}

/** The 409 for a name that the project has. */
export function applicationNameTaken(name: string, projectName: string): ProblemError {
  return problem('name_taken', `“${name}” already exists in ${projectName}. Choose another name.`);
}

/** Makes an application; a confidential one answers with its first secret, this once. */
export async function createApplication(
  deps: Deps,
  call: Call<'createApplication'>,
): Promise<Result<'createApplication'>> {
  const { suiteId, ...values } = call.body;
  await checkSector(deps, values);
  let projectName = '';
  const made = await change(
    deps,
    async (tx) => {
      const suite = await findSuite(tx, suiteId);
      if (!suite) throw noSuite();
      projectName = (await requireProjectOf(tx, suite, values.projectId)).name;
      const application = await addApplication(tx, call, suiteId, values);
      if (!usesSecret(values)) return { id: application.id };
      const secret = await addSecret(tx, call, application, {
        name: 'First secret',
        expiresAt: null,
        sealUnder: sealUnder(deps.config.masterKey, values.tokenEndpointAuthMethod),
      });
      return { id: application.id, clientSecret: secret.value };
    },
    {
      unique: () => applicationNameTaken(values.name, projectName),
      foreignKey: async () => ((await findSuite(deps.db, suiteId)) ? noProject() : noSuite()),
    },
  );
  const application = presentApplication(deps, await requireApplication(deps.db, made.id));
  return made.clientSecret === undefined ? application : { ...application, clientSecret: made.clientSecret };
}

/** Deletes an application without users, with its secrets, grants and tokens. */
export async function removeApplication(deps: Deps, call: Call<'deleteApplication'>): Promise<void> {
  const { params, now } = call;
  await change(
    deps,
    async (tx) => {
      if (!(await lockApplication(tx, params.id))) throw notFound('application_not_found');
      const application = await requireApplication(tx, params.id);
      await checkIfMatch(tx, call.ifMatch, 'application', application, now);
      if (application.builtIn === 1)
        throw problem('built_in', `${application.name} is built in: admins sign in with it.`);
      await checkNotLastOwner(tx, application);
      if (application.userCount > 0) throw hasUsers(application);
      checkWritten(await deleteApplication(tx, application));
      await deleteAdmin(tx, application.id);
      await audit(tx, now, call.actor, 'application.deleted', applicationTarget(application));
    },
    {
      foreignKey: async () => {
        const application = await findApplication(deps.db, params.id);
        return application ? hasUsers(application) : notFound('application_not_found');
      },
    },
  );
}

/** Refuses to take away the application that alone may still use the management API. */
export async function checkNotLastOwner(tx: Tx, application: ApplicationView): Promise<void> {
  if (application.suiteSlug !== 'system') return;
  await lockOwners(tx);
  if (await isLastOwner(tx, application.id, ['account', 'application'])) throw lastOwner(application.name);
}

/** The 409 for what would leave the server without an owner. */
export function lastOwner(name: string): ProblemError {
  return problem('last_owner', `${name} is the last owner of this server. Make another owner first.`);
}

function hasUsers(application: ApplicationView): ProblemError {
  const count = Math.max(1, application.userCount);
  const users = count === 1 ? '1 application user' : `${count} application users`;
  return problem(
    'application_has_users',
    `Can't delete ${application.name}. It still has ${users}. Remove them first, or disable the application.`,
    { count },
  );
}

/** Ends every refresh token of an application; access tokens live to their end. */
export async function revokeRefreshTokens(
  deps: Deps,
  call: Call<'revokeApplicationRefreshTokens'>,
): Promise<Result<'revokeApplicationRefreshTokens'>> {
  return change(deps, async (tx) => {
    const application = await requireApplication(tx, call.params.id);
    const revoked = await endGrantsOf(tx, { applicationId: application.id }, call.now, 'revoked');
    await audit(tx, call.now, call.actor, 'application.refresh_tokens_revoked', applicationTarget(application), {
      revoked,
    });
    return { revoked };
  });
}
