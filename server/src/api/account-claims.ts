import type { AccountClaims, AccountClaimsPatch } from '@tessera/contract/account-claims';
import { invalidField } from './problem.js';

type Wire = Record<string, unknown>;

/** Field of the management API → claim on the wire (OpenID Connect Core §5.1), as the column keeps it. */
const claimNames = {
  middleName: 'middle_name',
  nickname: 'nickname',
  preferredUsername: 'preferred_username',
  profile: 'profile',
  picture: 'picture',
  website: 'website',
  gender: 'gender',
  birthdate: 'birthdate',
  zoneinfo: 'zoneinfo',
  locale: 'locale',
  phoneNumber: 'phone_number',
  phoneNumberVerified: 'phone_number_verified',
} as const satisfies Partial<Record<keyof AccountClaims, string>>;

const addressNames = {
  formatted: 'formatted',
  streetAddress: 'street_address',
  locality: 'locality',
  region: 'region',
  postalCode: 'postal_code',
  country: 'country',
} as const satisfies Record<keyof NonNullable<AccountClaims['address']>, string>;

/** The claims of an account as the management API shows them; what is not known is left out. */
export function presentClaims(column: string): AccountClaims {
  const { address, ...wire } = JSON.parse(column) as Wire;
  const claims: AccountClaims = toFields(wire, claimNames);
  return address === undefined ? claims : { ...claims, address: toFields(address as Wire, addressNames) };
}

/** The column after a patch: what is left out stays, null takes away. `now` is in Unix seconds. Throws 422. */
export function patchClaims(column: string, patch: AccountClaimsPatch | undefined, now: number): string {
  if (patch === undefined) return column;
  const today = new Date(now * 1000).toISOString();
  // Both begin with the year, so that a year alone is compared as one.
  if (patch.birthdate && patch.birthdate > today.slice(0, patch.birthdate.length))
    throw invalidField('claims.birthdate', 'invalid', 'This is in the future.');
  const before = JSON.parse(column) as Wire;
  const { address: patchedAddress, ...patched } = patch;
  const after = { ...before, ...toWire(patched, claimNames) };
  if (patch.locale) after.locale = Intl.getCanonicalLocales(patch.locale)[0];
  if (patchedAddress === null) after.address = null;
  else if (patchedAddress)
    after.address = tidy({ ...(before.address as Wire | undefined), ...toWire(patchedAddress, addressNames) });
  // Somebody verified the number that was, not the one that is.
  const isNewNumber = after.phone_number !== before.phone_number;
  if (after.phone_number == null) after.phone_number_verified = null;
  else
    after.phone_number_verified = patch.phoneNumberVerified ?? (!isNewNumber && before.phone_number_verified === true);
  return JSON.stringify(tidy(after) ?? {});
}

function toFields<F extends string>(wire: Wire, names: Record<F, string>): Partial<Record<F, never>> {
  const fields = Object.keys(names) as F[];
  return Object.fromEntries(
    fields.filter((field) => wire[names[field]] !== undefined).map((field) => [field, wire[names[field]]]),
  ) as Partial<Record<F, never>>;
}

function toWire<F extends string>(values: Partial<Record<F, unknown>>, names: Record<F, string>): Wire {
  const fields = Object.keys(names) as F[];
  return Object.fromEntries(
    fields.filter((field) => values[field] !== undefined).map((field) => [names[field], values[field]]),
  );
}

/** Without what was taken away; null where nothing is left. */
function tidy(wire: Wire): Wire | null {
  const entries = Object.entries(wire).filter(([, value]) => value !== null && value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
