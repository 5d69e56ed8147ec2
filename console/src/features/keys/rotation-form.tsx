import { TextInput } from '@mantine/core';
import { rotationDaysFault } from '@tessera/contract/signing';
import type { Suite } from '@tessera/contract/suites';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { ConflictActions } from '../../ui/conflict-actions';
import { Form } from '../../ui/form';
import { SaveBar } from '../../ui/save-bar';
import { useForm } from '../../ui/use-form';
import { Panel } from '../applications/details/panel';
import { suiteQuery, useUpdateSuite } from '../suites/queries';

const toValues = (suite: Suite) => ({ keyRotationDays: String(suite.keyRotationDays) });
const toDays = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

/** After how many days the keys of the suite are rotated by themselves. */
export function RotationForm({ suite }: { suite: Suite }) {
  const { t } = useTranslation('keys');
  const update = useUpdateSuite();
  const version = useRef(suite.version);
  const labels = { keyRotationDays: t('schedule.days') };
  const form = useForm({
    initial: toValues(suite),
    labels,
    required: ['keyRotationDays'],
    check: (values) => ({ keyRotationDays: rotationDaysFault(toDays(values.keyRotationDays))?.message }),
    send: (values) =>
      update.mutateAsync({
        id: suite.id,
        version: version.current,
        body: { keyRotationDays: toDays(values.keyRotationDays) },
      }),
    toValues,
    onSaved: (saved) => {
      version.current = saved.version;
    },
  });

  return (
    <Panel title={t('schedule.title')} description={t('schedule.text')}>
      <Form
        form={form}
        problemActions={
          <ConflictActions
            form={form}
            labels={labels}
            read={() => queryClient.fetchQuery({ ...suiteQuery(suite.id), staleTime: 0 })}
            toValues={toValues}
            onVersion={(next) => {
              version.current = next;
            }}
          />
        }
      >
        <TextInput
          {...form.text('keyRotationDays')}
          description={t('schedule.hint')}
          inputMode="numeric"
          autoComplete="off"
          maw={280}
        />
        <SaveBar form={form} />
      </Form>
    </Panel>
  );
}
