import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../../ui/confirm-dialog';
import { showToast } from '../../../../ui/toasts';
import { useRemoveUser } from './queries';

export interface RemoveUserDialogProps {
  application: Application;
  user: ApplicationUser;
  onClose: () => void;
}

/** Takes the assignment away; the account stays. Rendered only while open. */
export function RemoveUserDialog({ application, user, onClose }: RemoveUserDialogProps) {
  const { t } = useTranslation('application-details');
  const remove = useRemoveUser(application.id);
  const { email } = user;

  async function confirm() {
    await remove.mutateAsync(user);
    showToast(t('users.wasRemoved', { email, application: application.name }));
  }

  return (
    <ConfirmDialog
      title={t('users.removeTitle', { email, application: application.name })}
      confirmLabel={t('users.remove')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('users.removeEffect', { suite: application.suiteName })}
    </ConfirmDialog>
  );
}
