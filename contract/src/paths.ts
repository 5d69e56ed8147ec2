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

  listRegistrationTokens: ['GET', '/suites/{id}/registration-tokens'],
  createRegistrationToken: ['POST', '/suites/{id}/registration-tokens'],
  revokeRegistrationToken: ['DELETE', '/suites/{id}/registration-tokens/{tokenId}'],

  listKeys: ['GET', '/keys'],
  listSuiteKeys: ['GET', '/suites/{id}/keys'],
  rotateSuiteKeys: ['POST', '/suites/{id}/keys/rotate'],
  revokeSuiteKey: ['POST', '/suites/{id}/keys/{kid}/revoke'],

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
  fetchClientKeys: ['POST', '/applications/{id}/fetch-keys'],
  revokeApplicationRefreshTokens: ['POST', '/applications/{id}/revoke-refresh-tokens'],

  listSecrets: ['GET', '/applications/{id}/secrets'],
  createSecret: ['POST', '/applications/{id}/secrets'],
  revokeSecret: ['DELETE', '/applications/{id}/secrets/{secretId}'],

  listApplicationUsers: ['GET', '/applications/{id}/users'],
  createApplicationUser: ['POST', '/applications/{id}/users'],
  getApplicationUser: ['GET', '/applications/{id}/users/{userId}'],
  updateApplicationUser: ['PATCH', '/applications/{id}/users/{userId}'],
  deleteApplicationUser: ['DELETE', '/applications/{id}/users/{userId}'],
  signOutApplicationUser: ['POST', '/applications/{id}/users/{userId}/sign-out'],

  getApplicationScopes: ['GET', '/applications/{id}/scopes'],
  setApplicationScopes: ['PUT', '/applications/{id}/scopes'],

  listResources: ['GET', '/resources'],
  createResource: ['POST', '/resources'],
  getResource: ['GET', '/resources/{id}'],
  updateResource: ['PATCH', '/resources/{id}'],
  deleteResource: ['DELETE', '/resources/{id}'],
  listResourceApplications: ['GET', '/resources/{id}/applications'],
  listResourceScopes: ['GET', '/resources/{id}/scopes'],
  createScope: ['POST', '/resources/{id}/scopes'],
  getScope: ['GET', '/resources/{id}/scopes/{scopeId}'],
  updateScope: ['PATCH', '/resources/{id}/scopes/{scopeId}'],
  deleteScope: ['DELETE', '/resources/{id}/scopes/{scopeId}'],
  listScopes: ['GET', '/scopes'],

  listRoles: ['GET', '/roles'],
  createRole: ['POST', '/roles'],
  getRole: ['GET', '/roles/{id}'],
  updateRole: ['PATCH', '/roles/{id}'],
  deleteRole: ['DELETE', '/roles/{id}'],

  labToken: ['POST', '/applications/{id}/lab/token'],
  labAuthorize: ['POST', '/applications/{id}/lab/authorize'],
  labExchange: ['POST', '/applications/{id}/lab/exchange'],
  labDevice: ['POST', '/applications/{id}/lab/device'],
  labDeviceToken: ['POST', '/applications/{id}/lab/device-token'],

  listAccounts: ['GET', '/accounts'],
  createAccount: ['POST', '/accounts'],
  getAccount: ['GET', '/accounts/{id}'],
  updateAccount: ['PATCH', '/accounts/{id}'],
  deleteAccount: ['DELETE', '/accounts/{id}'],
  signOutAccount: ['POST', '/accounts/{id}/sign-out'],
  listConsents: ['GET', '/accounts/{id}/consents'],
  withdrawConsent: ['DELETE', '/accounts/{id}/consents/{applicationId}'],

  listAuditEvents: ['GET', '/audit-events'],
  listRefusals: ['GET', '/refusals'],
  listLogoutDeliveries: ['GET', '/logout-deliveries'],
} as const satisfies Record<string, readonly ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string]>;

export type OperationId = keyof typeof paths;
