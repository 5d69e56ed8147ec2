import type { AuthenticatorType } from '@tessera/contract/applications';
import { originFaults } from '@tessera/contract/origin';
import { redirectUriFaults } from '@tessera/contract/redirect-uri';
import type { TFunction } from 'i18next';
import { nameFault } from '../../../field-faults';
import type { Faults } from '../../../ui/use-form';
import { needsRedirectUrl } from '../authenticator-type';

export interface CheckedFields {
  name: string;
  authenticatorType: AuthenticatorType | '';
  redirectUris: string[];
  allowedOrigins: string[];
}

/** The faults of the fields that create and General share. The sentences about entries are the contract's own. */
export function checkFields(values: CheckedFields, t: TFunction<'applications'>): Faults {
  const faults: Faults = { name: nameFault(values.name, t('faults.name')) };
  if (!values.authenticatorType) faults.authenticatorType = t('faults.authenticatorType');
  if (needsRedirectUrl(values.authenticatorType) && values.redirectUris.length === 0)
    faults.redirectUris = t('faults.redirectRequired');
  for (const { index, fault } of redirectUriFaults(values.redirectUris))
    faults[`redirectUris.${index}`] = fault.message;
  for (const { index, fault } of originFaults(values.allowedOrigins)) faults[`allowedOrigins.${index}`] = fault.message;
  return faults;
}
