import type { Account } from '@tessera/contract/accounts';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { PasswordDialog } from './password-dialog';
import { useDeleteAccount, useSignOutAccount, useUpdateAccount } from './queries';

export type DialogName = 'password' | 'sign-out' | 'disable' | 'enable' | 'delete';

export interface AccountDialogsProps {
  account: Account;
  /** The one that is open. */
  name: DialogName | null;
  onClose: () => void;
  onDeleted: () => void;
}

/** What can be done with a whole account, each with its effect. */
export function AccountDialogs({ account, name, onClose, onDeleted }: AccountDialogsProps) {
  const { t } = useTranslation('accounts');
  const update = useUpdateAccount();
  const signOut = useSignOutAccount();
  const remove = useDeleteAccount();
  const { id, version, email } = account;

  async function setStatus(status: Account['status']) {
    await update.mutateAsync({ id, version, body: { status } });
    showToast(t(status === 'active' ? 'enable.done' : 'disable.done', { email }));
  }

  if (name === 'password') return <PasswordDialog account={account} onClose={onClose} />;
  if (name === 'sign-out')
    return (
      <ConfirmDialog
        title={t('signOut.title', { email })}
        confirmLabel={t('signOut.confirm')}
        onConfirm={async () => {
          const { sessions } = await signOut.mutateAsync(id);
          showToast(t('signOut.done', { email, sessions }));
        }}
        onClose={onClose}
      >
        {t('signOut.effect')}
      </ConfirmDialog>
    );
  if (name === 'disable')
    return (
      <ConfirmDialog
        title={t('disable.title', { email })}
        confirmLabel={t('disable.confirm')}
        onConfirm={() => setStatus('disabled')}
        onClose={onClose}
      >
        {t('disable.effect')}
      </ConfirmDialog>
    );
  if (name === 'enable')
    return (
      <ConfirmDialog
        harmless
        title={t('enable.title', { email })}
        confirmLabel={t('enable.confirm')}
        onConfirm={() => setStatus('active')}
        onClose={onClose}
      >
        {t('enable.effect')}
      </ConfirmDialog>
    );
  if (name === 'delete')
    return (
      <ConfirmDialog
        title={t('delete.title', { email })}
        confirmLabel={t('delete.confirm')}
        typeName={email}
        onConfirm={async () => {
          await remove.mutateAsync(account);
          showToast(t('delete.done', { email }));
          onDeleted();
        }}
        onClose={onClose}
      >
        {t('delete.effect', { count: account.applicationCount })}
      </ConfirmDialog>
    );
  return null;
}
