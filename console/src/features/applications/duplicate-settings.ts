import type { Application, CreateApplication } from '@tessera/contract/applications';

const names = [
  'description',
  'postLogoutRedirectUris',
  'access',
  'allowPlainPkce',
  'requirePushedRequests',
  'accessTokenLifespan',
  'refreshTokenLifespan',
  'refreshTokens',
  'accessTokenFormat',
  'accessTokenSigningAlg',
  'idTokenSigningAlg',
  'firstParty',
  'logoUri',
  'clientUri',
  'policyUri',
  'tosUri',
  'contacts',
  'initiateLoginUri',
  'defaultMaxAge',
  'subjectType',
  'sectorIdentifierUri',
  'userinfoSigningAlg',
  'introspectionSigningAlg',
  'dpopBoundAccessTokens',
  'requestUris',
  'requestObjectSigningAlg',
  'backchannelLogoutUri',
  'backchannelLogoutSessionRequired',
  'frontchannelLogoutUri',
  'frontchannelLogoutSessionRequired',
] as const satisfies readonly (keyof Application & keyof CreateApplication)[];

/** What a duplicate takes from its source beside the fields of the page. Keys stay with the one that holds the private ones. */
export function duplicateSettings(source: Application): Partial<CreateApplication> {
  return Object.fromEntries(names.map((name) => [name, source[name]]));
}
