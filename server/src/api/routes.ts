import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { changeAccount, createAccount, getAccount, listAllAccounts, removeAccount } from './accounts.js';
import { changeUser, createUser, getUser, listUsers, removeUser } from './application-users.js';
import {
  createApplication,
  getApplication,
  listAllApplications,
  removeApplication,
  revokeRefreshTokens,
} from './applications.js';
import { answerFaults } from './faults.js';
import { labAuthorize, labExchange, labToken } from './lab.js';
import { getMe } from './me.js';
import { getOverview, listChanges, listRefusedRequests } from './monitor.js';
import { operation } from './operation.js';
import { changeProject, createProject, getProject, listAllProjects, removeProject } from './projects.js';
import { createSecret, listAllSecrets, removeSecret } from './secrets.js';
import { checkSetup, getConsoleConfig, runSetup } from './setup.js';
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
  operation(api, deps, 'revokeApplicationRefreshTokens', revokeRefreshTokens);

  operation(api, deps, 'listSecrets', listAllSecrets);
  operation(api, deps, 'createSecret', createSecret);
  operation(api, deps, 'revokeSecret', removeSecret);

  operation(api, deps, 'listApplicationUsers', listUsers);
  operation(api, deps, 'createApplicationUser', createUser);
  operation(api, deps, 'getApplicationUser', getUser);
  operation(api, deps, 'updateApplicationUser', changeUser);
  operation(api, deps, 'deleteApplicationUser', removeUser);

  operation(api, deps, 'labToken', labToken);
  operation(api, deps, 'labAuthorize', labAuthorize);
  operation(api, deps, 'labExchange', labExchange);

  operation(api, deps, 'listAccounts', listAllAccounts);
  operation(api, deps, 'createAccount', createAccount);
  operation(api, deps, 'getAccount', getAccount);
  operation(api, deps, 'updateAccount', changeAccount);
  operation(api, deps, 'deleteAccount', removeAccount);

  operation(api, deps, 'listAuditEvents', listChanges);
  operation(api, deps, 'listRefusals', listRefusedRequests);
}
