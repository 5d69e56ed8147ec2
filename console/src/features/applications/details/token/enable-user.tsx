import { Button, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../../../problem';
import { problemSentence } from '../../../../ui/problem-alert';
import { showToast } from '../../../../ui/toasts';
import { findUser, useSetEnabled } from '../users/queries';

export interface EnableUserProps {
  application: Application;
  email: string;
  onEnabled: () => void;
}

/** [Enable] for a user that is disabled in the application. */
export function EnableUser({ application, email, onEnabled }: EnableUserProps) {
  const { t } = useTranslation('application-details');
  const { t: tUi } = useTranslation('ui');
  const setEnabled = useSetEnabled(application.id);
  const [fault, setFault] = useState('');

  async function enable() {
    setFault('');
    try {
      const user = await findUser(application.id, email);
      if (!user || user.enabled) return setFault(t('refused.accountDisabled', { email }));
      await setEnabled.mutateAsync({ user, enabled: true });
      showToast(t('users.wasEnabled', { email: user.email, application: application.name }));
      onEnabled();
    } catch (error) {
      setFault(problemSentence(toProblem(error), tUi));
    }
  }

  return (
    <>
      <Button size="compact-sm" variant="default" loading={setEnabled.isPending} onClick={enable}>
        {t('users.enable')}
      </Button>
      {fault && <Text size="sm">{fault}</Text>}
    </>
  );
}
