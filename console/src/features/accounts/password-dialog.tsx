import type { Account } from '@tessera/contract/accounts';
import { passwordFault } from '@tessera/contract/password';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../ui/form-dialog';
import { showToast } from '../../ui/toasts';
import { useForm } from '../../ui/use-form';
import { PasswordField } from '../applications/details/password-field';
import { useUpdateAccount } from './queries';

export interface PasswordDialogProps {
  account: Account;
  onClose: () => void;
}

/** Gives an account a new password, which ends its sessions. Rendered only while open. */
export function PasswordDialog({ account, onClose }: PasswordDialogProps) {
  const { t } = useTranslation('accounts');
  const update = useUpdateAccount();
  const { id, version, email } = account;
  const form = useForm({
    initial: { password: '', confirmPassword: '' },
    labels: { password: t('password.new'), confirmPassword: t('password.confirm') },
    required: ['password', 'confirmPassword'],
    check: ({ password, confirmPassword }) => ({
      password: password ? passwordFault(password, email)?.message : t('fault.password'),
      confirmPassword: confirmPassword === password ? undefined : t('fault.confirm'),
    }),
    send: (body) => update.mutateAsync({ id, version, body }),
    onSaved: () => {
      onClose();
      showToast(t('password.done', { email }));
    },
  });

  return (
    <FormDialog title={t('password.title', { email })} form={form} onClose={onClose} saveLabel={t('password.set')}>
      <PasswordField
        data-autofocus
        {...form.text('password')}
        description={t('password.effect')}
        autoComplete="new-password"
      />
      <PasswordField {...form.text('confirmPassword')} autoComplete="new-password" />
    </FormDialog>
  );
}
