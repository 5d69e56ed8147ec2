/** Method and path (below `/api/v1`) of every operation; plain data, so the console can read it without the schemas. */
export const paths = {
  getConsoleConfig: ['GET', '/console-config'],
  checkSetup: ['POST', '/setup/check'],
  runSetup: ['POST', '/setup'],
  getMe: ['GET', '/me'],
  getOverview: ['GET', '/overview'],

  listSuites: ['GET', '/suites'],
  createSuite: ['POST', '/suites'],
  getSuite: ['GET', '/suites/{id}'],
  updateSuite: ['PATCH', '/suites/{id}'],
  deleteSuite: ['DELETE', '/suites/{id}'],

  listProjects: ['GET', '/projects'],
  createProject: ['POST', '/projects'],
  getProject: ['GET', '/projects/{id}'],
  updateProject: ['PATCH', '/projects/{id}'],
  deleteProject: ['DELETE', '/projects/{id}'],

  listApplications: ['GET', '/applications'],
  createApplication: ['POST', '/applications'],
  getApplication: ['GET', '/applications/{id}'],
  updateApplication: ['PATCH', '/applications/{id}'],
  deleteApplication: ['DELETE', '/applications/{id}'],
  getTypeChange: ['GET', '/applications/{id}/type-change'],
  revokeApplicationRefreshTokens: ['POST', '/applications/{id}/revoke-refresh-tokens'],

  listSecrets: ['GET', '/applications/{id}/secrets'],
  createSecret: ['POST', '/applications/{id}/secrets'],
  revokeSecret: ['DELETE', '/applications/{id}/secrets/{secretId}'],

  listApplicationUsers: ['GET', '/applications/{id}/users'],
  createApplicationUser: ['POST', '/applications/{id}/users'],
  getApplicationUser: ['GET', '/applications/{id}/users/{userId}'],
  updateApplicationUser: ['PATCH', '/applications/{id}/users/{userId}'],
  deleteApplicationUser: ['DELETE', '/applications/{id}/users/{userId}'],

  labToken: ['POST', '/applications/{id}/lab/token'],
  labAuthorize: ['POST', '/applications/{id}/lab/authorize'],
  labExchange: ['POST', '/applications/{id}/lab/exchange'],

  listAccounts: ['GET', '/accounts'],
  createAccount: ['POST', '/accounts'],
  getAccount: ['GET', '/accounts/{id}'],
  updateAccount: ['PATCH', '/accounts/{id}'],
  deleteAccount: ['DELETE', '/accounts/{id}'],

  listAuditEvents: ['GET', '/audit-events'],
  listRefusals: ['GET', '/refusals'],
} as const satisfies Record<string, readonly ['GET' | 'POST' | 'PATCH' | 'DELETE', string]>;

export type OperationId = keyof typeof paths;
