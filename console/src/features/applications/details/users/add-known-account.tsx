import { Button, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '../../../../problem';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { showToast } from '../../../../ui/toasts';
import { useAddUser } from './queries';

export interface AddKnownAccountProps {
  application: Application;
  accountId: string;
  onClose: () => void;
}

/** [Add existing user]: the second, explicit call after `email_in_directory` (domain rule 1). */
export function AddKnownAccount({ application, accountId, onClose }: AddKnownAccountProps) {
  const { t } = useTranslation('application-details');
  const add = useAddUser(application.id);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  async function assign() {
    setProblem(null);
    try {
      const { email } = await add.mutateAsync({ accountId });
      showToast(t('users.wasAdded', { email, application: application.name }));
      onClose();
    } catch (error) {
      setProblem(toProblem(error));
    }
  }

  return (
    <>
      <Text size="sm">{t('users.knownHint')}</Text>
      <Button size="compact-sm" variant="default" loading={add.isPending} onClick={assign}>
        {t('users.addExisting')}
      </Button>
      {problem && <ProblemAlert problem={problem} />}
    </>
  );
}
