import { Switch } from '@mantine/core';
import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '../../../../problem';
import { showToast } from '../../../../ui/toasts';
import classes from '../switch.module.css';
import { useSetEnabled } from './queries';

export interface UserSwitchProps {
  application: Application;
  user: ApplicationUser;
  /** Title of the column: “Enabled”. */
  title: string;
  onProblem: (problem: ApiProblem | null) => void;
}

/** Off: the user gets no more tokens for this application; on: again (manual M5b). */
export function UserSwitch({ application, user, title, onProblem }: UserSwitchProps) {
  const { t } = useTranslation('application-details');
  const setEnabled = useSetEnabled(application.id);
  const { email } = user;

  async function change(enabled: boolean) {
    onProblem(null);
    try {
      await setEnabled.mutateAsync({ user, enabled });
      const text = t(enabled ? 'users.wasEnabled' : 'users.wasDisabled', { email, application: application.name });
      showToast(text, { undo: () => change(!enabled) });
    } catch (error) {
      onProblem(toProblem(error));
    }
  }

  return (
    <Switch
      size="md"
      classNames={{ input: classes.input }}
      aria-label={t('users.toggleNamed', { title, email })}
      checked={user.enabled}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  );
}
