import { Alert, NativeSelect, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Application, SecretWithValue } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { nameFault } from '../../../../field-faults';
import { FormDialog } from '../../../../ui/form-dialog';
import { useForm } from '../../../../ui/use-form';
import { useCreateSecret } from './queries';

const day = 86_400;
/** Seconds; an empty value never expires. */
const expiries = [
  { value: String(30 * day), key: 'days30' },
  { value: String(90 * day), key: 'days90' },
  { value: String(180 * day), key: 'days180' },
  { value: String(365 * day), key: 'year' },
  { value: '', key: 'never' },
] as const;
const overlaps = [
  { value: '0', key: 'none' },
  { value: '3600', key: 'hour' },
  { value: String(day), key: 'day' },
  { value: String(7 * day), key: 'week' },
] as const;

export interface SecretDialogProps {
  application: Application;
  /** The others end after an overlap. */
  rotate: boolean;
  onMade: (secret: SecretWithValue) => void;
  onClose: () => void;
}

/** Add secret, or rotate: a new one, and an end for the others. Rendered only while open. */
export function SecretDialog({ application, rotate, onMade, onClose }: SecretDialogProps) {
  const { t } = useTranslation('application-details');
  const create = useCreateSecret(application.id);
  const form = useForm({
    initial: {
      name: rotate ? t('secrets.rotatedName', { date: new Date().toISOString().slice(0, 10) }) : '',
      expiresIn: String(180 * day),
      retireOthersIn: String(day),
    },
    labels: {
      name: t('secrets.name'),
      expiresIn: t('secrets.expires'),
      retireOthersIn: t('secrets.overlapField'),
    },
    required: ['name'],
    check: ({ name }) => ({ name: nameFault(name, t('secrets.nameFault')) }),
    send: ({ name, expiresIn, retireOthersIn }) =>
      create.mutateAsync({
        name,
        expiresIn: expiresIn === '' ? null : Number(expiresIn),
        ...(rotate && { retireOthersIn: Number(retireOthersIn) }),
      }),
    onSaved: (made) => {
      onClose();
      onMade(made);
    },
  });

  return (
    <FormDialog
      title={t(rotate ? 'secrets.rotateTitle' : 'secrets.addTitle')}
      form={form}
      onClose={onClose}
      saveLabel={t(rotate ? 'secrets.rotate' : 'secrets.add')}
    >
      <TextInput data-autofocus {...form.text('name')} description={t('secrets.nameHint')} autoComplete="off" />
      {rotate && (
        <NativeSelect
          {...form.choice('retireOthersIn')}
          description={t('secrets.overlapHint')}
          onChange={(event) => form.set('retireOthersIn', event.currentTarget.value)}
          data={overlaps.map(({ value, key }) => ({ value, label: t(`secrets.overlaps.${key}`) }))}
        />
      )}
      <NativeSelect
        {...form.choice('expiresIn')}
        onChange={(event) => form.set('expiresIn', event.currentTarget.value)}
        data={expiries.map(({ value, key }) => ({ value, label: t(`secrets.expiries.${key}`) }))}
      />
      <div role="status">
        {form.values.expiresIn === '' && (
          <Alert color="yellow" variant="light" py="xs" icon={<IconAlertTriangle aria-hidden />}>
            {t('secrets.neverWarning')}
          </Alert>
        )}
      </div>
    </FormDialog>
  );
}
