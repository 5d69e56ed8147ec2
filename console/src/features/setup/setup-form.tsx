import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { passwordFault, passwordLength } from '@tessera/contract/password';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call } from '../../api';
import { emailFault, nameFault } from '../../field-faults';
import { isProblemCode } from '../../problem';
import { forgetServer } from '../../server';
import { Form } from '../../ui/form';
import { type Faults, useForm } from '../../ui/use-form';

const blank = {
  name: '',
  email: '',
  password: '',
  confirmPassword: '',
  productName: 'Tessera',
  sampleData: false,
};

export function SetupForm({ setupToken }: { setupToken: string }) {
  const { t } = useTranslation('setup');
  const navigate = useNavigate();

  function check(values: typeof blank): Faults {
    const { password, confirmPassword } = values;
    return {
      name: nameFault(values.name, t('fault.name')),
      email: emailFault(values.email),
      password: password ? passwordFault(password, values.email)?.message : t('fault.password'),
      confirmPassword: confirmPassword === password ? undefined : t('fault.confirmPassword'),
      productName: nameFault(values.productName, t('fault.productName')),
    };
  }

  function goToSignIn() {
    // The server is set up now, and what the console knows of it is older.
    forgetServer();
    navigate('/', { replace: true });
  }

  const form = useForm({
    initial: blank,
    labels: {
      name: t('field.name'),
      email: t('field.email'),
      password: t('field.password'),
      confirmPassword: t('field.confirmPassword'),
      productName: t('field.productName'),
      sampleData: t('field.sampleData'),
    },
    required: ['name', 'email', 'password', 'confirmPassword', 'productName'],
    check,
    send: (values) => call('runSetup', { body: { setupToken, ...values } }),
    onSaved: goToSignIn,
    problemFields: { email_taken: 'email', name_taken: 'sampleData' },
  });
  const visibility = { 'aria-label': t('showPassword') };

  return (
    <Form
      form={form}
      problemActions={
        isProblemCode(form.problem, 'setup_closed') && (
          <Button size="compact-sm" variant="default" onClick={goToSignIn}>
            {t('signIn')}
          </Button>
        )
      }
    >
      <TextInput {...form.text('name')} autoComplete="name" autoFocus />
      <TextInput {...form.text('email')} type="email" autoComplete="username" spellCheck={false} />
      <PasswordInput
        {...form.text('password')}
        description={t('passwordHint', passwordLength)}
        autoComplete="new-password"
        visibilityToggleButtonProps={visibility}
      />
      <PasswordInput
        {...form.text('confirmPassword')}
        autoComplete="new-password"
        visibilityToggleButtonProps={visibility}
      />
      <TextInput {...form.text('productName')} description={t('productNameHint')} autoComplete="off" />
      <Checkbox {...form.toggle('sampleData')} description={t('sampleDataHint')} />
      <Button type="submit" fullWidth loading={form.phase === 'saving'}>
        {t('finish')}
      </Button>
    </Form>
  );
}
