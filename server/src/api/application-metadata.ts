import type { Body } from '@tessera/contract/routes';
import { type ClientMetadata, readMetadata } from '../store/client-metadata.js';

/** Field of the management API → member of the metadata column. The one place where both names stand. */
const members = {
  idTokenSigningAlg: 'idTokenAlg',
  accessTokenSigningAlg: 'accessTokenAlg',
  tokenEndpointAuthMethod: 'authMethod',
  tokenEndpointAuthSigningAlg: 'authSigningAlg',
  jwks: 'jwks',
  jwksUri: 'jwksUri',
  requirePushedRequests: 'requirePar',
  logoUri: 'logoUri',
  clientUri: 'clientUri',
  policyUri: 'policyUri',
  tosUri: 'tosUri',
  contacts: 'contacts',
  initiateLoginUri: 'initiateLoginUri',
  subjectType: 'subjectType',
  sectorIdentifierUri: 'sectorIdentifierUri',
  userinfoSigningAlg: 'userinfoAlg',
  introspectionSigningAlg: 'introspectionAlg',
  requestUris: 'requestUris',
  requestObjectSigningAlg: 'requestObjectAlg',
  defaultMaxAge: 'defaultMaxAge',
  dpopBoundAccessTokens: 'dpopBound',
  backchannelLogoutUri: 'backchannelLogoutUri',
  backchannelLogoutSessionRequired: 'backchannelLogoutSessionRequired',
  frontchannelLogoutUri: 'frontchannelLogoutUri',
  frontchannelLogoutSessionRequired: 'frontchannelLogoutSessionRequired',
} as const satisfies Record<string, keyof ClientMetadata>;

type Members = typeof members;
type MetadataField = keyof Members;
type ShownMetadata = { [F in MetadataField]: ClientMetadata[Members[F]] };

export const metadataFields = Object.keys(members) as MetadataField[];

/** The metadata column as fields of the management API. */
export function presentMetadata(column: string): ShownMetadata {
  const metadata = readMetadata(column);
  return Object.fromEntries(metadataFields.map((field) => [field, metadata[members[field]]])) as ShownMetadata;
}

/** What a new application has; `none`, which no default is, is the one value that a form cannot send. */
export const metadataDefaults = presentMetadata('{}') as Pick<Body<'createApplication'>, MetadataField>;

/** Takes the fields of the metadata column out of what was set; `before` is the column as it was. */
export function takeMetadata<T extends Record<MetadataField, unknown>>(
  values: T,
  before = '{}',
): { metadata: string; others: Omit<T, MetadataField> } {
  const set: Partial<Record<keyof ClientMetadata, unknown>> = {};
  const others: Partial<T> = { ...values };
  for (const field of metadataFields) {
    set[members[field]] = values[field];
    delete others[field];
  }
  const column = { ...(JSON.parse(before) as Partial<ClientMetadata>), ...set };
  return { metadata: JSON.stringify(column), others: others as Omit<T, MetadataField> };
}
