import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { changeAccount, createAccount, getAccount, listAllAccounts, removeAccount } from './accounts.js';
import { getApplicationScopes, setApplicationScopes } from './application-scopes.js';
import { changeUser, createUser, getUser, listUsers, removeUser } from './application-users.js';
import {
  createApplication,
  getApplication,
  listAllApplications,
  removeApplication,
  revokeRefreshTokens,
} from './applications.js';
import { fetchClientKeys } from './client-keys.js';
import { listConsents, withdrawConsent } from './consents.js';
import { answerFaults } from './faults.js';
import { listAllKeys, listSuiteKeys, revokeSuiteKey, rotateSuiteKeys } from './keys.js';
import { labAuthorize, labDevice, labDeviceToken, labExchange, labToken } from './lab.js';
import { listDeliveries } from './logout-deliveries.js';
import { getMe } from './me.js';
import { getOverview, listChanges, listRefusedRequests } from './monitor.js';
import { operation } from './operation.js';
import { changeProject, createProject, getProject, listAllProjects, removeProject } from './projects.js';
import { createRegistrationToken, listRegistrationTokens, removeRegistrationToken } from './registration-tokens.js';
import {
  changeResource,
  createResource,
  getResource,
  listAllResources,
  listApplicationsOfResource,
  removeResource,
} from './resources.js';
import { changeRole, createRole, getRole, listAllRoles, removeRole } from './roles.js';
import { changeScope, createScope, getScope, listAllScopes, listScopesOfResource, removeScope } from './scopes.js';
import { createSecret, listAllSecrets, removeSecret } from './secrets.js';
import { checkSetup, getConsoleConfig, runSetup } from './setup.js';
import { signOutAccount, signOutUser } from './sign-out.js';
import { changeSuite, createSuite, getSuite, listAllSuites, removeSuite } from './suites.js';
import { changeApplication, getTypeChange } from './update-application.js';
import { readJsonOnly } from './wire-input.js';

/** Mounts the management API below `/api/v1`: one line an operation of the contract. */
export function registerApi(app: FastifyInstance, deps: Deps): void {
  app.register(async (api) => registerOperations(api, deps), { prefix: '/api/v1' });
}

function registerOperations(api: FastifyInstance, deps: Deps): void {
  readJsonOnly(api);
  answerFaults(api, deps);

  operation(api, deps, 'getConsoleConfig', getConsoleConfig);
  operation(api, deps, 'checkSetup', checkSetup);
  operation(api, deps, 'runSetup', runSetup);
  operation(api, deps, 'getMe', getMe);
  operation(api, deps, 'getOverview', getOverview);

  operation(api, deps, 'listSuites', listAllSuites);
  operation(api, deps, 'createSuite', createSuite);
  operation(api, deps, 'getSuite', getSuite);
  operation(api, deps, 'updateSuite', changeSuite);
  operation(api, deps, 'deleteSuite', removeSuite);

  operation(api, deps, 'listRegistrationTokens', listRegistrationTokens);
  operation(api, deps, 'createRegistrationToken', createRegistrationToken);
  operation(api, deps, 'revokeRegistrationToken', removeRegistrationToken);

  operation(api, deps, 'listKeys', listAllKeys);
  operation(api, deps, 'listSuiteKeys', listSuiteKeys);
  operation(api, deps, 'rotateSuiteKeys', rotateSuiteKeys);
  operation(api, deps, 'revokeSuiteKey', revokeSuiteKey);

  operation(api, deps, 'listProjects', listAllProjects);
  operation(api, deps, 'createProject', createProject);
  operation(api, deps, 'getProject', getProject);
  operation(api, deps, 'updateProject', changeProject);
  operation(api, deps, 'deleteProject', removeProject);

  operation(api, deps, 'listApplications', listAllApplications);
  operation(api, deps, 'createApplication', createApplication);
  operation(api, deps, 'getApplication', getApplication);
  operation(api, deps, 'updateApplication', changeApplication);
  operation(api, deps, 'deleteApplication', removeApplication);
  operation(api, deps, 'getTypeChange', getTypeChange);
  operation(api, deps, 'fetchClientKeys', fetchClientKeys);
  operation(api, deps, 'revokeApplicationRefreshTokens', revokeRefreshTokens);

  operation(api, deps, 'listSecrets', listAllSecrets);
  operation(api, deps, 'createSecret', createSecret);
  operation(api, deps, 'revokeSecret', removeSecret);

  operation(api, deps, 'listApplicationUsers', listUsers);
  operation(api, deps, 'createApplicationUser', createUser);
  operation(api, deps, 'getApplicationUser', getUser);
  operation(api, deps, 'updateApplicationUser', changeUser);
  operation(api, deps, 'deleteApplicationUser', removeUser);
  operation(api, deps, 'signOutApplicationUser', signOutUser);

  operation(api, deps, 'getApplicationScopes', getApplicationScopes);
  operation(api, deps, 'setApplicationScopes', setApplicationScopes);

  operation(api, deps, 'listResources', listAllResources);
  operation(api, deps, 'createResource', createResource);
  operation(api, deps, 'getResource', getResource);
  operation(api, deps, 'updateResource', changeResource);
  operation(api, deps, 'deleteResource', removeResource);
  operation(api, deps, 'listResourceApplications', listApplicationsOfResource);
  operation(api, deps, 'listResourceScopes', listScopesOfResource);
  operation(api, deps, 'createScope', createScope);
  operation(api, deps, 'getScope', getScope);
  operation(api, deps, 'updateScope', changeScope);
  operation(api, deps, 'deleteScope', removeScope);
  operation(api, deps, 'listScopes', listAllScopes);

  operation(api, deps, 'listRoles', listAllRoles);
  operation(api, deps, 'createRole', createRole);
  operation(api, deps, 'getRole', getRole);
  operation(api, deps, 'updateRole', changeRole);
  operation(api, deps, 'deleteRole', removeRole);

  operation(api, deps, 'labToken', labToken);
  operation(api, deps, 'labAuthorize', labAuthorize);
  operation(api, deps, 'labExchange', labExchange);
  operation(api, deps, 'labDevice', labDevice);
  operation(api, deps, 'labDeviceToken', labDeviceToken);

  operation(api, deps, 'listAccounts', listAllAccounts);
  operation(api, deps, 'createAccount', createAccount);
  operation(api, deps, 'getAccount', getAccount);
  operation(api, deps, 'updateAccount', changeAccount);
  operation(api, deps, 'deleteAccount', removeAccount);
  operation(api, deps, 'signOutAccount', signOutAccount);
  operation(api, deps, 'listConsents', listConsents);
  operation(api, deps, 'withdrawConsent', withdrawConsent);

  operation(api, deps, 'listAuditEvents', listChanges);
  operation(api, deps, 'listRefusals', listRefusedRequests);
  operation(api, deps, 'listLogoutDeliveries', listDeliveries);
}
