import type { AccountClaims } from '@tessera/contract/account-claims';
import type { Account, UpdateAccount } from '@tessera/contract/accounts';
import { birthdateFault, localeFault, phoneNumberFault, zoneinfoFault } from '@tessera/contract/claim-values';
import { webUrlFault } from '@tessera/contract/web-url';
import type { TFunction } from 'i18next';
import { emailFault, nameFault } from '../../field-faults';
import type { Faults } from '../../ui/use-form';

const texts = [
  'middleName',
  'nickname',
  'preferredUsername',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phoneNumber',
] as const;
const places = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'] as const;
type TextName = (typeof texts)[number];
export type PlaceName = (typeof places)[number];

/** What the form edits; a claim that is not known is an empty text. */
export type ProfileValues = Pick<Account, 'firstName' | 'lastName' | 'email' | 'emailVerified'> & {
  phoneNumberVerified: boolean;
} & { [name in TextName | PlaceName]: string };

export function toProfileValues({ firstName, lastName, email, emailVerified, claims }: Account): ProfileValues {
  return {
    firstName,
    lastName,
    email,
    emailVerified,
    phoneNumberVerified: claims.phoneNumberVerified ?? false,
    ...(Object.fromEntries(texts.map((name) => [name, claims[name] ?? ''])) as { [name in TextName]: string }),
    ...(Object.fromEntries(places.map((name) => [name, claims.address?.[name] ?? ''])) as {
      [name in PlaceName]: string;
    }),
  };
}

/** The same as the API takes it: an empty claim is taken away. */
export function toAccountFields(values: ProfileValues): UpdateAccount {
  const { firstName, lastName, email, emailVerified, phoneNumberVerified } = values;
  const given = <N extends keyof ProfileValues>(names: readonly N[]) =>
    Object.fromEntries(names.map((name) => [name, String(values[name]).trim() || null]));
  const claims = { ...given(texts), phoneNumberVerified, address: given(places) };
  return { firstName, lastName, email: email.trim(), emailVerified, claims };
}

/** The fields of the form by the paths under which the server names them. */
export const serverFields: Record<string, keyof ProfileValues> = Object.fromEntries([
  ...[...texts, 'phoneNumberVerified' as const].map((name) => [`claims.${name}`, name]),
  ...places.map((name) => [`claims.address.${name}`, name]),
]);

const rules: { [name in keyof AccountClaims]?: (value: string) => { message: string } | null } = {
  profile: (value) => webUrlFault(value, 'anywhere'),
  picture: (value) => webUrlFault(value, 'anywhere'),
  website: (value) => webUrlFault(value, 'anywhere'),
  birthdate: birthdateFault,
  zoneinfo: zoneinfoFault,
  locale: localeFault,
  phoneNumber: phoneNumberFault,
};

export function checkProfile(values: ProfileValues, t: TFunction<'accounts'>): Faults {
  const faults: Faults = {
    firstName: nameFault(values.firstName, t('fault.firstName')),
    email: emailFault(values.email),
  };
  for (const name of texts) {
    const value = values[name].trim();
    if (value) faults[name] = rules[name]?.(value)?.message;
  }
  return faults;
}

/** Label of every field, in the order of the page. */
export function profileLabels(t: TFunction<'accounts'>): Record<keyof ProfileValues, string> {
  return {
    firstName: t('field.firstName'),
    lastName: t('field.lastName'),
    middleName: t('field.middleName'),
    nickname: t('field.nickname'),
    preferredUsername: t('field.preferredUsername'),
    email: t('column.email'),
    emailVerified: t('field.emailVerified'),
    phoneNumber: t('field.phoneNumber'),
    phoneNumberVerified: t('field.phoneNumberVerified'),
    gender: t('field.gender'),
    birthdate: t('field.birthdate'),
    zoneinfo: t('field.zoneinfo'),
    locale: t('field.locale'),
    profile: t('field.profile'),
    picture: t('field.picture'),
    website: t('field.website'),
    formatted: t('field.formatted'),
    streetAddress: t('field.streetAddress'),
    locality: t('field.locality'),
    region: t('field.region'),
    postalCode: t('field.postalCode'),
    country: t('field.country'),
  };
}
