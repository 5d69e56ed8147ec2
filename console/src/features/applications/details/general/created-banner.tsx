import { Alert, Button, Group } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { CopyButton } from '../../../../ui/copy-button';
import { settingsText } from './settings-text';

/** “Created. Next: …” after the create page, until it is closed. */
export function CreatedBanner({ application }: { application: Application }) {
  const { t } = useTranslation(['application-details', 'ui']);
  const [params, setParams] = useSearchParams();
  if (params.get('created') !== '1') return null;

  function close() {
    setParams(
      (current) => {
        current.delete('created');
        return current;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  const base = `/applications/${application.id}`;
  return (
    <Alert
      role="status"
      color="green"
      variant="light"
      mb="md"
      icon={<IconCircleCheck aria-hidden />}
      title={t('created.title')}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      withCloseButton
      closeButtonLabel={t('ui:dialog.close')}
      onClose={close}
    >
      <Group gap="xs">
        {application.authenticatorType !== 'client_credentials' && (
          <Button variant="default" component={Link} to={`${base}/users?create=1`}>
            {t('created.addUser')}
          </Button>
        )}
        <Button variant="default" component={Link} to={`${base}/users`}>
          {t('created.getToken')}
        </Button>
        <CopyButton text={settingsText(application, 'env')} what={t('created.settings')} variant="button" />
      </Group>
    </Alert>
  );
}
