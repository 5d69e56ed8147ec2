import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../../../ui/form-dialog';
import { SearchSelect } from '../../../../ui/search-select';
import { showToast } from '../../../../ui/toasts';
import { useForm } from '../../../../ui/use-form';
import { accountSearchQuery, useAddUser } from './queries';

export interface AddUserDialogProps {
  application: Application;
  onClose: () => void;
}

/** Assigns an account the suite has. Rendered only while open. */
export function AddUserDialog({ application, onClose }: AddUserDialogProps) {
  const { t } = useTranslation('application-details');
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 250);
  const accounts = useQuery(accountSearchQuery(application.suiteId, q));
  const add = useAddUser(application.id);
  const form = useForm({
    initial: { accountId: '' },
    labels: { accountId: t('users.account') },
    required: ['accountId'],
    check: ({ accountId }) => ({ accountId: accountId ? undefined : t('users.accountFault') }),
    send: ({ accountId }) => add.mutateAsync({ accountId }),
    onSaved: ({ email }) => {
      showToast(t('users.wasAdded', { email, application: application.name }));
      onClose();
    },
    problemFields: { email_taken_in_app: 'accountId', account_not_found: 'accountId' },
  });

  return (
    <FormDialog title={t('users.addTitle')} form={form} onClose={onClose} saveLabel={t('users.add')}>
      <SearchSelect
        data-autofocus
        {...form.choice('accountId')}
        description={t('users.accountHint', { suite: application.suiteName })}
        onSearch={setTyped}
        loading={accounts.isFetching}
        options={(accounts.data?.items ?? []).map(({ id, firstName, lastName, email }) => ({
          value: id,
          label: `${[firstName, lastName].filter(Boolean).join(' ')} · ${email}`,
        }))}
      />
    </FormDialog>
  );
}
