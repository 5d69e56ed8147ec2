import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { signingAlgorithms } from '@tessera/contract/signing';
import { useTranslation } from 'react-i18next';

type Algorithm = (typeof signingAlgorithms)[number];

/** The algorithm that an option stands for. */
export function algorithmOf(value: string): Algorithm {
  return signingAlgorithms.find((each) => each === value) ?? 'RS256';
}

export interface SigningFieldsProps {
  application: Application;
  idToken: NativeSelectProps;
  accessToken: NativeSelectProps;
}

/** What the tokens of an application are signed with (domain rule 6). Opaque access tokens are not signed. */
export function SigningFields({ application, idToken, accessToken }: SigningFieldsProps) {
  const { t } = useTranslation('application-details');
  const data = [...signingAlgorithms];
  const { authenticatorType, accessTokenFormat, builtIn } = application;
  return (
    <>
      {authenticatorType !== 'client_credentials' && (
        <NativeSelect {...idToken} data={data} disabled={builtIn} description={t('config.idTokenAlgHint')} maw={280} />
      )}
      {accessTokenFormat === 'jwt' && <NativeSelect {...accessToken} data={data} disabled={builtIn} maw={280} />}
    </>
  );
}
