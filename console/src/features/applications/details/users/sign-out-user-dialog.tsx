import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../../ui/confirm-dialog';
import { showToast } from '../../../../ui/toasts';
import { useSignOutUser } from './queries';

export interface SignOutUserDialogProps {
  application: Application;
  user: ApplicationUser;
  onClose: () => void;
}

/** Ends what a user was granted of this application alone. Rendered only while open. */
export function SignOutUserDialog({ application, user, onClose }: SignOutUserDialogProps) {
  const { t } = useTranslation('application-details');
  const signOut = useSignOutUser(application.id);
  const words = { email: user.email, application: application.name };

  async function confirm() {
    await signOut.mutateAsync(user);
    showToast(t('users.wasSignedOut', words));
  }

  return (
    <ConfirmDialog
      title={t('users.signOutTitle', words)}
      confirmLabel={t('users.signOutConfirm')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('users.signOutEffect')}
    </ConfirmDialog>
  );
}
