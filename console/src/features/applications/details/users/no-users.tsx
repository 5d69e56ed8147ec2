import { Button, Group } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../../ui/empty-state';

export interface NoUsersProps {
  application: Application;
  onCreate: () => void;
  onAdd: () => void;
}

/** What having no users means depends on who may use the application. */
export function NoUsers({ application, onCreate, onAdd }: NoUsersProps) {
  const { t } = useTranslation('application-details');
  return (
    <EmptyState text={sentence()}>
      <Group gap="xs" justify="center">
        <Button variant="default" onClick={onCreate}>
          {t('users.createUser')}
        </Button>
        <Button variant="default" onClick={onAdd}>
          {t('users.addExisting')}
        </Button>
      </Group>
    </EmptyState>
  );

  function sentence(): string {
    if (application.authenticatorType === 'client_credentials') return t('users.emptyMachine');
    if (application.access === 'everyone') return t('users.emptyEveryone', { suite: application.suiteName });
    return t('users.empty');
  }
}
