import { z } from 'zod';
import { addFault } from './fields.js';
import { signingAlgorithm } from './keys.js';
import { frontchannelFault, type Related, sectorFault } from './redirect-hosts.js';
import { endpointUrlFault, type HttpAllowed, webUrlFault } from './web-url.js';

const mustBeText = 'Must be text.';
const yesOrNo = z.boolean('Must be true or false.');

/** The address of something on the web, or null. */
function webUrl(http: HttpAllowed, fault = webUrlFault) {
  return z
    .string(mustBeText)
    .trim()
    .superRefine((value, ctx) => {
      const found = fault(value, http);
      if (found) addFault(ctx, found);
    })
    .nullable();
}

const contacts = z
  .array(
    z.string(mustBeText).trim().min(1, 'Enter an e-mail address.').max(254, 'Use at most 254 characters.'),
    'Must be a list.',
  )
  .max(10, 'At most 10 contacts.');

const requestUris = z
  .array(z.string(mustBeText), 'Must be a list of URLs.')
  .max(50, 'At most 50 URLs.')
  .superRefine((values, ctx) => {
    values.forEach((value, index) => {
      const fault = webUrlFault(value, 'nowhere');
      if (fault) addFault(ctx, fault, [index]);
    });
  });

export const subjectType = z.enum(['public', 'pairwise'], 'Choose public or pairwise.');

/** What an application says about itself and how it wants to be answered (OpenID Connect Registration §2, RFC 7591 §2). */
export const clientMetadata = {
  firstParty: yesOrNo.meta({ description: 'Nobody is asked for consent' }),
  logoUri: webUrl('loopback'),
  clientUri: webUrl('anywhere').meta({ description: 'Home page' }),
  policyUri: webUrl('anywhere').meta({ description: 'Privacy policy' }),
  tosUri: webUrl('anywhere').meta({ description: 'Terms of service' }),
  contacts,
  initiateLoginUri: webUrl('nowhere', endpointUrlFault).meta({
    description: 'Starts a sign-in that somebody else asks for (OpenID Connect Core section 4)',
  }),
  subjectType: subjectType.meta({
    description: '`pairwise`: every sector sees another `sub`. A change changes every `sub` of the application',
  }),
  sectorIdentifierUri: webUrl('nowhere', endpointUrlFault).meta({
    description: 'JSON array of the redirect URLs that share their pairwise `sub`; its host is the sector',
  }),
  userinfoSigningAlg: signingAlgorithm.nullable().meta({ description: 'Null: plain JSON' }),
  introspectionSigningAlg: signingAlgorithm.nullable().meta({ description: 'Null: plain JSON (RFC 9701)' }),
  requestUris: requestUris.meta({
    description: 'Places of request objects; a part after `#` is a hash of the content',
  }),
  requestObjectSigningAlg: signingAlgorithm
    .nullable()
    .meta({ description: 'The one that request objects must have; null: any (RFC 9101)' }),
  defaultMaxAge: z
    .int('Enter a whole number.')
    .min(0, 'Must be 0 or more.')
    .max(31_536_000, 'Cannot exceed 365 days.')
    .nullable()
    .meta({ description: 'Seconds after which people sign in again, unless a request says otherwise' }),
  dpopBoundAccessTokens: yesOrNo.meta({ description: 'Refuse token requests without a DPoP proof (RFC 9449)' }),
  backchannelLogoutUri: webUrl('anywhere', endpointUrlFault).meta({
    description: 'Gets a logout token by POST; http only for hosts in TESSERA_OUTBOUND_ALLOW',
  }),
  backchannelLogoutSessionRequired: yesOrNo,
  frontchannelLogoutUri: webUrl('loopback', endpointUrlFault).meta({
    description: 'Loaded in a frame of the signed-out page; of the origin of a redirect URL',
  }),
  frontchannelLogoutSessionRequired: yesOrNo,
};

/** The same for a new application: what is left out has its default. */
export const newClientMetadata = {
  firstParty: clientMetadata.firstParty.default(true),
  logoUri: clientMetadata.logoUri.default(null),
  clientUri: clientMetadata.clientUri.default(null),
  policyUri: clientMetadata.policyUri.default(null),
  tosUri: clientMetadata.tosUri.default(null),
  contacts: contacts.default([]),
  initiateLoginUri: clientMetadata.initiateLoginUri.default(null),
  subjectType: subjectType.default('public'),
  sectorIdentifierUri: clientMetadata.sectorIdentifierUri.default(null),
  userinfoSigningAlg: clientMetadata.userinfoSigningAlg.default(null),
  introspectionSigningAlg: clientMetadata.introspectionSigningAlg.default(null),
  requestUris: requestUris.default([]),
  requestObjectSigningAlg: clientMetadata.requestObjectSigningAlg.default(null),
  defaultMaxAge: clientMetadata.defaultMaxAge.default(null),
  dpopBoundAccessTokens: yesOrNo.default(false),
  backchannelLogoutUri: clientMetadata.backchannelLogoutUri.default(null),
  backchannelLogoutSessionRequired: yesOrNo.default(false),
  frontchannelLogoutUri: clientMetadata.frontchannelLogoutUri.default(null),
  frontchannelLogoutSessionRequired: yesOrNo.default(false),
};

const text = z.string().nullable();

/** As an application is shown: a client that registered itself may have what a form would not take. */
export const shownClientMetadata = {
  firstParty: z.boolean().meta({ description: 'Nobody is asked for consent' }),
  logoUri: text,
  clientUri: text,
  policyUri: text,
  tosUri: text,
  contacts: z.array(z.string()),
  initiateLoginUri: text,
  subjectType,
  sectorIdentifierUri: text,
  userinfoSigningAlg: signingAlgorithm.nullable(),
  introspectionSigningAlg: signingAlgorithm.nullable(),
  requestUris: z.array(z.string()),
  requestObjectSigningAlg: signingAlgorithm.nullable(),
  defaultMaxAge: z.int().nullable(),
  dpopBoundAccessTokens: z.boolean(),
  backchannelLogoutUri: text,
  backchannelLogoutSessionRequired: z.boolean(),
  frontchannelLogoutUri: text,
  frontchannelLogoutSessionRequired: z.boolean(),
};

/** The fields that `checkLogoutAndSector` reads. */
export const wholeClientMetadata = {
  subjectType,
  sectorIdentifierUri: text,
  frontchannelLogoutUri: text,
};

/** The rules about redirect URLs and what hangs on them. */
export function checkLogoutAndSector(value: Related, ctx: z.RefinementCtx): void {
  if (!Array.isArray(value.redirectUris)) return;
  const sector = sectorFault(value);
  if (sector) addFault(ctx, sector, ['sectorIdentifierUri']);
  const frame = frontchannelFault(value);
  if (frame) addFault(ctx, frame, ['frontchannelLogoutUri']);
}
