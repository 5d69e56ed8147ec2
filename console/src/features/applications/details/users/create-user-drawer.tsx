import { Button, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { passwordFault } from '@tessera/contract/password';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblemCode } from '../../../../problem';
import { FormDialog } from '../../../../ui/form-dialog';
import { announce } from '../../../../ui/live-region';
import { type Faults, useForm } from '../../../../ui/use-form';
import { PasswordField } from '../password-field';
import { AddKnownAccount } from './add-known-account';
import { generatePassword } from './generate-password';
import { useAddUser } from './queries';

/** What the card after it shows; the password is never read again. */
export interface NewUser {
  firstName: string;
  email: string;
  password: string;
}

export interface CreateUserDrawerProps {
  application: Application;
  /** Known already, such as from the token card. */
  email: string;
  onCreated: (user: NewUser) => void;
  onClose: () => void;
}

/** **Create** of the users' tab: a new person of the suite, assigned to the application (manual M5). */
export function CreateUserDrawer({ application, email, onCreated, onClose }: CreateUserDrawerProps) {
  const { t } = useTranslation('application-details');
  const add = useAddUser(application.id);
  const [visible, setVisible] = useState(false);
  const form = useForm({
    initial: { firstName: '', lastName: '', email, password: '', confirmPassword: '' },
    labels: {
      firstName: t('users.columns.firstName'),
      lastName: t('users.columns.lastName'),
      email: t('users.columns.email'),
      password: t('users.password'),
      confirmPassword: t('users.confirmPassword'),
    },
    required: ['firstName', 'email', 'password', 'confirmPassword'],
    check: (values): Faults => ({
      firstName: values.firstName.trim() ? undefined : t('users.faults.firstName'),
      email: /^\S+@\S+\.\S+$/.test(values.email.trim()) ? undefined : t('users.faults.email'),
      password: values.password
        ? passwordFault(values.password, values.email.trim())?.message
        : t('users.faults.password'),
      confirmPassword: values.confirmPassword === values.password ? undefined : t('users.faults.confirm'),
    }),
    send: async (values) => {
      const user = await add.mutateAsync(values);
      return { firstName: user.firstName, email: user.email, password: values.password };
    },
    onSaved: (user) => {
      onClose();
      onCreated(user);
    },
    problemFields: { email_taken_in_app: 'email' },
  });
  const known = isProblemCode(form.problem, 'email_in_directory') ? form.problem.accountId : undefined;

  function generate() {
    const password = generatePassword();
    form.set('password', password);
    form.set('confirmPassword', password);
    setVisible(true);
    announce(t('users.generated'));
  }

  return (
    <FormDialog
      drawer
      title={t('users.createUser')}
      form={form}
      onClose={onClose}
      problemActions={known && <AddKnownAccount application={application} accountId={known} onClose={onClose} />}
    >
      <TextInput data-autofocus {...form.text('firstName')} autoComplete="off" />
      <TextInput {...form.text('lastName')} autoComplete="off" />
      <TextInput {...form.text('email')} type="email" autoComplete="off" spellCheck={false} />
      <PasswordField
        {...form.text('password')}
        description={t('users.passwordHint')}
        autoComplete="new-password"
        visible={visible}
        onVisibilityChange={setVisible}
      />
      <PasswordField
        {...form.text('confirmPassword')}
        autoComplete="new-password"
        visible={visible}
        onVisibilityChange={setVisible}
      />
      <div>
        <Button variant="default" size="compact-sm" leftSection={<IconKey size={14} aria-hidden />} onClick={generate}>
          {t('users.generatePassword')}
        </Button>
        <Text size="sm" c="dimmed" mt="xs">
          {t('users.createHint', { application: application.name, suite: application.suiteName })}
        </Text>
      </div>
    </FormDialog>
  );
}
