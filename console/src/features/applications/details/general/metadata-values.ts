import type { Application } from '@tessera/contract/applications';
import { frontchannelFault, sectorFault } from '@tessera/contract/redirect-hosts';
import { signingAlgorithms } from '@tessera/contract/signing';
import { endpointUrlFault, type HttpAllowed, webUrlFault } from '@tessera/contract/web-url';
import type { TFunction } from 'i18next';
import type { Faults } from '../../../../ui/use-form';

/** Addresses that may be left out: an empty field is null. */
const urls = [
  'clientUri',
  'logoUri',
  'policyUri',
  'tosUri',
  'initiateLoginUri',
  'sectorIdentifierUri',
  'backchannelLogoutUri',
  'frontchannelLogoutUri',
] as const;
type UrlName = (typeof urls)[number];

type Plain = Pick<
  Application,
  | 'contacts'
  | 'firstParty'
  | 'subjectType'
  | 'dpopBoundAccessTokens'
  | 'requirePushedRequests'
  | 'requestUris'
  | 'backchannelLogoutSessionRequired'
  | 'frontchannelLogoutSessionRequired'
>;

export type MetadataValues = Plain & { [name in UrlName]: string } & {
  /** Seconds as text; empty where there is none. */
  defaultMaxAge: string;
  /** Empty for plain JSON. */
  userinfoSigningAlg: string;
  introspectionSigningAlg: string;
  /** Empty for any. */
  requestObjectSigningAlg: string;
};

/** What the two cards edit, as the inputs hold it. */
export function toMetadataValues(application: Application): MetadataValues {
  const { contacts, firstParty, subjectType, dpopBoundAccessTokens, requirePushedRequests, requestUris } = application;
  return {
    ...(Object.fromEntries(urls.map((name) => [name, application[name] ?? ''])) as { [name in UrlName]: string }),
    contacts,
    firstParty,
    defaultMaxAge: application.defaultMaxAge === null ? '' : String(application.defaultMaxAge),
    subjectType,
    dpopBoundAccessTokens,
    requirePushedRequests,
    requestObjectSigningAlg: application.requestObjectSigningAlg ?? '',
    userinfoSigningAlg: application.userinfoSigningAlg ?? '',
    introspectionSigningAlg: application.introspectionSigningAlg ?? '',
    requestUris,
    backchannelLogoutSessionRequired: application.backchannelLogoutSessionRequired,
    frontchannelLogoutSessionRequired: application.frontchannelLogoutSessionRequired,
  };
}

/** The same as the API takes it. */
export function toMetadataFields(values: MetadataValues): Pick<Application, keyof MetadataValues> {
  const addresses = Object.fromEntries(urls.map((name) => [name, values[name].trim() || null])) as {
    [name in UrlName]: string | null;
  };
  return {
    ...addresses,
    contacts: values.contacts,
    firstParty: values.firstParty,
    defaultMaxAge: values.defaultMaxAge.trim() === '' ? null : Number(values.defaultMaxAge),
    subjectType: values.subjectType,
    dpopBoundAccessTokens: values.dpopBoundAccessTokens,
    requirePushedRequests: values.requirePushedRequests,
    userinfoSigningAlg: algorithmOf(values.userinfoSigningAlg),
    introspectionSigningAlg: algorithmOf(values.introspectionSigningAlg),
    requestObjectSigningAlg: algorithmOf(values.requestObjectSigningAlg),
    requestUris: values.requestUris,
    backchannelLogoutSessionRequired: values.backchannelLogoutSessionRequired,
    frontchannelLogoutSessionRequired: values.frontchannelLogoutSessionRequired,
  };
}

/** Null where none is chosen. */
function algorithmOf(chosen: string) {
  return signingAlgorithms.find((alg) => alg === chosen) ?? null;
}

const rules: { [name in UrlName]: [typeof webUrlFault, HttpAllowed] } = {
  clientUri: [webUrlFault, 'anywhere'],
  logoUri: [webUrlFault, 'loopback'],
  policyUri: [webUrlFault, 'anywhere'],
  tosUri: [webUrlFault, 'anywhere'],
  initiateLoginUri: [endpointUrlFault, 'nowhere'],
  sectorIdentifierUri: [endpointUrlFault, 'nowhere'],
  backchannelLogoutUri: [endpointUrlFault, 'anywhere'],
  frontchannelLogoutUri: [endpointUrlFault, 'loopback'],
};

/** The faults of the two cards, by field. */
export function checkMetadata(
  values: MetadataValues & Pick<Application, 'redirectUris'>,
  t: TFunction<'application-details'>,
): Faults {
  const faults: Faults = {};
  for (const name of urls) {
    const [fault, http] = rules[name];
    const value = values[name].trim();
    if (value) faults[name] = fault(value, http)?.message;
  }
  const related = {
    redirectUris: values.redirectUris,
    subjectType: values.subjectType,
    sectorIdentifierUri: values.sectorIdentifierUri.trim() || null,
    frontchannelLogoutUri: values.frontchannelLogoutUri.trim() || null,
  };
  faults.sectorIdentifierUri ??= sectorFault(related)?.message;
  faults.frontchannelLogoutUri ??= frontchannelFault(related)?.message;
  if (!/^\d{0,8}$/.test(values.defaultMaxAge.trim()) || Number(values.defaultMaxAge) > 31_536_000)
    faults.defaultMaxAge = t('signInCard.maxAgeFault');
  values.requestUris.forEach((uri, index) => {
    faults[`requestUris.${index}`] = webUrlFault(uri, 'nowhere')?.message;
  });
  return faults;
}

/** Label of every field, in the order of the page. */
export function metadataLabels(t: TFunction<'application-details'>): Record<keyof MetadataValues, string> {
  return {
    firstParty: t('signInCard.firstParty'),
    initiateLoginUri: t('signInCard.initiateLogin'),
    defaultMaxAge: t('signInCard.maxAge'),
    subjectType: t('signInCard.subject'),
    sectorIdentifierUri: t('signInCard.sector'),
    userinfoSigningAlg: t('signInCard.userinfoAlg'),
    backchannelLogoutUri: t('signInCard.backchannel'),
    backchannelLogoutSessionRequired: t('signInCard.backchannelSession'),
    frontchannelLogoutUri: t('signInCard.frontchannel'),
    frontchannelLogoutSessionRequired: t('signInCard.frontchannelSession'),
    dpopBoundAccessTokens: t('requestsCard.dpop'),
    requirePushedRequests: t('requestsCard.pushed'),
    requestObjectSigningAlg: t('requestsCard.requestObjectAlg'),
    requestUris: t('requestsCard.requestUris'),
    introspectionSigningAlg: t('requestsCard.introspectionAlg'),
    clientUri: t('aboutCard.home'),
    logoUri: t('aboutCard.logo'),
    policyUri: t('aboutCard.policy'),
    tosUri: t('aboutCard.terms'),
    contacts: t('aboutCard.contacts'),
  };
}
