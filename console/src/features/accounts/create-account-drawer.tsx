import { TextInput } from '@mantine/core';
import type { Account } from '@tessera/contract/accounts';
import { passwordFault } from '@tessera/contract/password';
import { useTranslation } from 'react-i18next';
import { emailFault, nameFault } from '../../field-faults';
import { FormDialog } from '../../ui/form-dialog';
import { SearchSelect } from '../../ui/search-select';
import { useForm } from '../../ui/use-form';
import { PasswordField } from '../applications/details/password-field';
import { useSuiteOptions } from '../suites/queries';
import { useCreateAccount } from './queries';

export interface CreateAccountDrawerProps {
  /** The suite that the list is narrowed to. */
  suiteId: string | undefined;
  onCreated: (account: Account) => void;
  onClose: () => void;
}

/** A new person in the directory of a suite, assigned to no application yet. Rendered only while open. */
export function CreateAccountDrawer({ suiteId = '', onCreated, onClose }: CreateAccountDrawerProps) {
  const { t } = useTranslation('accounts');
  const create = useCreateAccount();
  const form = useForm({
    initial: { suiteId, firstName: '', lastName: '', email: '', password: '', confirmPassword: '' },
    labels: {
      suiteId: t('column.suite'),
      firstName: t('field.firstName'),
      lastName: t('field.lastName'),
      email: t('column.email'),
      password: t('password.new'),
      confirmPassword: t('password.confirm'),
    },
    required: ['suiteId', 'firstName', 'email', 'password', 'confirmPassword'],
    check: (values) => ({
      suiteId: values.suiteId ? undefined : t('fault.suite'),
      firstName: nameFault(values.firstName, t('fault.firstName')),
      email: emailFault(values.email),
      password: values.password ? passwordFault(values.password, values.email.trim())?.message : t('fault.password'),
      confirmPassword: values.confirmPassword === values.password ? undefined : t('fault.confirm'),
    }),
    send: (values) => create.mutateAsync(values),
    onSaved: (account) => {
      onClose();
      onCreated(account);
    },
    problemFields: { email_taken: 'email' },
  });
  const suites = useSuiteOptions(form.values.suiteId || null);

  return (
    <FormDialog title={t('create')} form={form} onClose={onClose} drawer>
      <SearchSelect {...form.choice('suiteId')} {...suites} />
      <TextInput {...form.text('firstName')} autoComplete="off" />
      <TextInput {...form.text('lastName')} autoComplete="off" />
      <TextInput {...form.text('email')} type="email" autoComplete="off" />
      <PasswordField {...form.text('password')} description={t('password.hint')} autoComplete="new-password" />
      <PasswordField {...form.text('confirmPassword')} autoComplete="new-password" />
    </FormDialog>
  );
}
