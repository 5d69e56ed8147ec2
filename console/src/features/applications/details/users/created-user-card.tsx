import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../../ui/copy-button';
import type { NewUser } from './create-user-drawer';

export interface CreatedUserCardProps {
  application: Application;
  user: NewUser;
  onClose: () => void;
  onCreateAnother: () => void;
  onGenerateToken: () => void;
}

/** After a user was created: the one chance to hand the password on. */
export function CreatedUserCard({ application, user, ...on }: CreatedUserCardProps) {
  const { t } = useTranslation(['application-details', 'ui']);
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The drawer gives the focus back when it has closed; the card comes after it.
    const timer = setTimeout(() => card.current?.focus(), 50);
    return () => clearTimeout(timer);
  }, []);
  const { firstName, email, password } = user;
  const details = t('users.signInDetails', { application: application.name, email, password });

  return (
    <Alert
      ref={card}
      tabIndex={-1}
      role="status"
      color="green"
      variant="light"
      icon={<IconUserCheck aria-hidden />}
      title={t('users.createdTitle', { firstName })}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      withCloseButton
      closeButtonLabel={t('ui:dialog.close')}
      onClose={on.onClose}
    >
      <Text size="sm" mb="sm">
        {t('users.createdText', { email, application: application.name })}
      </Text>
      <Group gap="xs">
        <CopyButton text={details} what={t('users.details')} variant="button" />
        <Button variant="default" onClick={on.onCreateAnother}>
          {t('users.createAnother')}
        </Button>
        {application.authenticatorType !== 'client_credentials' && (
          <Button variant="default" onClick={on.onGenerateToken}>
            {t('users.generateToken')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
