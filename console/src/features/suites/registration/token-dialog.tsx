import { NativeSelect, TextInput } from '@mantine/core';
import type { RegistrationTokenWithValue } from '@tessera/contract/registration';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { nameFault } from '../../../field-faults';
import { FormDialog } from '../../../ui/form-dialog';
import { useForm } from '../../../ui/use-form';
import { useCreateToken } from './queries';

const day = 86_400;
/** Seconds; an empty value never expires. */
const expiries = [
  { value: '3600', key: 'hour' },
  { value: String(day), key: 'day' },
  { value: String(30 * day), key: 'month' },
  { value: String(365 * day), key: 'year' },
  { value: '', key: 'never' },
] as const;

export interface TokenDialogProps {
  suite: Suite;
  onMade: (token: RegistrationTokenWithValue) => void;
  onClose: () => void;
}

/** Makes an initial access token. Rendered only while open. */
export function TokenDialog({ suite, onMade, onClose }: TokenDialogProps) {
  const { t } = useTranslation('suites');
  const create = useCreateToken(suite.id);
  const form = useForm({
    initial: { name: '', expiresIn: String(day) },
    labels: { name: t('registration.columns.name'), expiresIn: t('registration.columns.expires') },
    required: ['name'],
    check: ({ name }) => ({ name: nameFault(name, t('registration.nameFault')) }),
    send: ({ name, expiresIn }) => create.mutateAsync({ name, expiresIn: expiresIn === '' ? null : Number(expiresIn) }),
    onSaved: (made) => {
      onClose();
      onMade(made);
    },
  });

  return (
    <FormDialog title={t('registration.addTitle')} form={form} onClose={onClose} saveLabel={t('registration.add')}>
      <TextInput data-autofocus {...form.text('name')} description={t('registration.nameHint')} autoComplete="off" />
      <NativeSelect
        {...form.choice('expiresIn')}
        onChange={(event) => form.set('expiresIn', event.currentTarget.value)}
        data={expiries.map(({ value, key }) => ({ value, label: t(`registration.expiries.${key}`) }))}
      />
    </FormDialog>
  );
}
