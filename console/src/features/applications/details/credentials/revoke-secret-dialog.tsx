import type { Application, Secret } from '@tessera/contract/applications';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblemCode } from '../../../../problem';
import { ConfirmDialog } from '../../../../ui/confirm-dialog';
import { showToast } from '../../../../ui/toasts';
import { useRevokeSecret } from './queries';

export interface RevokeSecretDialogProps {
  application: Application;
  secret: Secret;
  onClose: () => void;
}

/** Asks once, and once more for the last secret: the server decides which is the last. Rendered only while open. */
export function RevokeSecretDialog({ application, secret, onClose }: RevokeSecretDialogProps) {
  const { t } = useTranslation('application-details');
  const revoke = useRevokeSecret(application.id);
  const [last, setLast] = useState(false);
  // The first question settles by asking the second, not by closing.
  const goesOn = useRef(false);
  const { name } = secret;

  async function confirm() {
    await revoke.mutateAsync({ secretId: secret.id, confirmLast: last });
    showToast(t('secrets.wasRevoked', { name }));
  }

  async function confirmFirst() {
    try {
      await confirm();
    } catch (error) {
      if (!isProblemCode(error, 'secret_last')) throw error;
      goesOn.current = true;
      setLast(true);
    }
  }

  if (last)
    return (
      <ConfirmDialog
        key="last"
        title={t('secrets.lastTitle', { name })}
        confirmLabel={t('secrets.lastConfirm')}
        onConfirm={confirm}
        onClose={onClose}
      >
        {t('secrets.lastEffect', { application: application.name })}
      </ConfirmDialog>
    );
  return (
    <ConfirmDialog
      key="first"
      title={t('secrets.revokeTitle', { name })}
      confirmLabel={t('secrets.revokeConfirm')}
      onConfirm={confirmFirst}
      onClose={() => !goesOn.current && onClose()}
    >
      {t('secrets.revokeEffect', { hint: secret.hint })}
    </ConfirmDialog>
  );
}
