import type { Application, UpdateApplication } from '@tessera/contract/applications';
import { redirectUriFaults } from '@tessera/contract/redirect-uri';
import type { TFunction } from 'i18next';
import { descriptionFault } from '../../../../field-faults';
import type { Faults } from '../../../../ui/use-form';
import { checkFields } from '../../fields/check-fields';
import {
  checkMetadata,
  type MetadataValues,
  metadataLabels,
  toMetadataFields,
  toMetadataValues,
} from './metadata-values';

type PlainValues = Pick<
  Application,
  | 'name'
  | 'description'
  | 'projectId'
  | 'authenticatorType'
  | 'redirectUris'
  | 'allowedOrigins'
  | 'postLogoutRedirectUris'
  | 'access'
  | 'accessTokenFormat'
  | 'allowPlainPkce'
>;

export type GeneralValues = PlainValues & MetadataValues;

/** What the General tab edits of an application. */
export function toGeneralValues(application: Application): GeneralValues {
  return {
    name: application.name,
    description: application.description,
    projectId: application.projectId,
    authenticatorType: application.authenticatorType,
    redirectUris: application.redirectUris,
    allowedOrigins: application.allowedOrigins,
    postLogoutRedirectUris: application.postLogoutRedirectUris,
    access: application.access,
    accessTokenFormat: application.accessTokenFormat,
    allowPlainPkce: application.allowPlainPkce,
    ...toMetadataValues(application),
  };
}

/** The same as the API takes it. */
export function toGeneralFields(values: GeneralValues): UpdateApplication {
  return { ...values, ...toMetadataFields(values) };
}

/** The faults of the General tab, by field. */
export function checkGeneral(
  values: GeneralValues,
  t: TFunction<'applications'>,
  tDetails: TFunction<'application-details'>,
): Faults {
  const faults = { ...checkFields(values, t), ...checkMetadata(values, tDetails) };
  faults.description = descriptionFault(values.description);
  if (!values.projectId) faults.projectId = t('faults.project');
  for (const { index, fault } of redirectUriFaults(values.postLogoutRedirectUris))
    faults[`postLogoutRedirectUris.${index}`] = fault.message;
  return faults;
}

/** Label of every field, in the order of the page. */
export function generalLabels(
  t: TFunction<readonly ['application-details', 'applications']>,
  tDetails: TFunction<'application-details'>,
): Record<keyof GeneralValues, string> {
  return {
    name: t('applications:fields.name'),
    description: t('general.description'),
    projectId: t('applications:fields.project'),
    authenticatorType: t('applications:fields.authenticatorType'),
    redirectUris: t('applications:fields.redirectUrl'),
    allowedOrigins: t('applications:fields.allowOrigins'),
    postLogoutRedirectUris: t('general.postLogout'),
    access: t('general.access'),
    accessTokenFormat: t('general.format'),
    allowPlainPkce: t('general.plainPkce'),
    ...metadataLabels(tDetails),
  };
}
