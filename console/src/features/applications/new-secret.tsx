import { Code, Group, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button';
import { ShowOnceSecretDialog } from '../../ui/show-once-secret-dialog';

export interface NewSecretProps {
  application: Pick<Application, 'name' | 'clientId' | 'issuer'>;
  secret: string;
  onClose: () => void;
}

/** The secret of an application, this once, with the client ID beside it. Rendered only while open. */
export function NewSecret({ application, secret, onClose }: NewSecretProps) {
  const { t } = useTranslation('applications');
  const { name, clientId, issuer } = application;
  return (
    <ShowOnceSecretDialog
      title={t('secret.title', { name })}
      what={t('secret.what')}
      secret={secret}
      env={{ TESSERA_ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: secret }}
      fileName={clientId}
      onClose={onClose}
    >
      <Group gap={6}>
        <Text size="sm">{t('clientId.label')}</Text>
        <Code>{clientId}</Code>
        <CopyButton text={clientId} what={t('clientId.inSentence')} />
      </Group>
    </ShowOnceSecretDialog>
  );
}
