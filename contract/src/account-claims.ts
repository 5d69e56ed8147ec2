import { z } from 'zod';
import { birthdateFault, invalid, localeFault, phoneNumberFault, zoneinfoFault } from './claim-values.js';
import { addFault } from './fields.js';
import type { ValueFault } from './redirect-uri.js';
import { webUrlFault } from './web-url.js';

/** A text that is told as a claim: never blank, and never the word null (OpenID Connect Core §5.3.2). */
function text(max: number, fault: (value: string) => ValueFault | null = () => null) {
  return z
    .string('Must be text.')
    .trim()
    .min(1, 'Enter a value, or send null.')
    .max(max, `Use at most ${max} characters.`)
    .superRefine((value, ctx) => {
      const found = value.toLowerCase() === 'null' ? invalid('The word null is no value.') : fault(value);
      if (found) addFault(ctx, found);
    })
    .nullable()
    .optional();
}

/** One line: no control characters. */
const lineFault = (value: string) => (/\p{Cc}/u.test(value) ? invalid('Remove the control characters.') : null);
const line = (max: number) => text(max, lineFault);

const webUrl = text(2000, (value) => webUrlFault(value, 'anywhere'));

const address = z.strictObject({
  formatted: text(500),
  streetAddress: text(500),
  locality: line(100),
  region: line(100),
  postalCode: line(40),
  country: line(100),
});

/**
 * The standard claims beside name and e-mail (OpenID Connect Core §5.1), as a JSON merge patch: what is left out stays,
 * null takes away.
 */
export const accountClaimsPatch = z.strictObject({
  middleName: line(80),
  nickname: line(80),
  preferredUsername: line(100),
  profile: webUrl,
  picture: webUrl,
  website: webUrl,
  gender: line(40),
  birthdate: text(10, birthdateFault).meta({ description: 'YYYY-MM-DD, YYYY, or 0000-MM-DD without the year' }),
  zoneinfo: text(60, zoneinfoFault).meta({ description: 'IANA time zone, such as Europe/Lisbon' }),
  locale: text(35, localeFault).meta({ description: 'BCP 47 language tag, such as pt-BR' }),
  phoneNumber: text(40, phoneNumberFault).meta({ description: 'E.164; a new number is not verified' }),
  phoneNumberVerified: z.boolean('Must be true or false.').optional(),
  address: address.nullable().optional(),
});
export type AccountClaimsPatch = z.infer<typeof accountClaimsPatch>;

const shown = z.string().optional();

/** The same as an account shows them; what is not known is left out. */
export const accountClaims = z
  .object({
    middleName: shown,
    nickname: shown,
    preferredUsername: shown,
    profile: shown.meta({ description: 'URL of the page about the person' }),
    picture: shown,
    website: shown,
    gender: shown,
    birthdate: shown,
    zoneinfo: shown,
    locale: shown,
    phoneNumber: shown,
    phoneNumberVerified: z.boolean().optional(),
    address: z
      .object({
        formatted: shown,
        streetAddress: shown,
        locality: shown,
        region: shown,
        postalCode: shown,
        country: shown,
      })
      .optional(),
  })
  .meta({ id: 'AccountClaims' });
export type AccountClaims = z.infer<typeof accountClaims>;
