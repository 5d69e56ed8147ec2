import { Alert, Radio, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Suite } from '@tessera/contract/suites';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../../api';
import { ConflictActions } from '../../../ui/conflict-actions';
import { Form } from '../../../ui/form';
import { SaveBar } from '../../../ui/save-bar';
import { SearchSelect } from '../../../ui/search-select';
import { useForm } from '../../../ui/use-form';
import { useProjectOptions } from '../../projects/queries';
import { suiteQuery, useUpdateSuite } from '../queries';

const modes = ['off', 'token', 'open'] as const;

const toValues = ({ registration, registrationProjectId }: Suite) => ({
  registration,
  /** Empty for the first project of the suite. */
  registrationProjectId: registrationProjectId ?? '',
});

/** Nobody, who has a token, or everybody; and the project that their applications go into. */
export function ModeForm({ suite }: { suite: Suite }) {
  const { t } = useTranslation('suites');
  const update = useUpdateSuite();
  const version = useRef(suite.version);
  const labels = { registration: t('registration.mode'), registrationProjectId: t('registration.project') };
  const form = useForm({
    initial: toValues(suite),
    labels,
    send: ({ registration, registrationProjectId }) =>
      update.mutateAsync({
        id: suite.id,
        version: version.current,
        body: { registration, registrationProjectId: registrationProjectId || null },
      }),
    toValues,
    onSaved: (saved) => {
      version.current = saved.version;
    },
  });
  const projects = useProjectOptions(suite.id, form.values.registrationProjectId || null);

  return (
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
      <Radio.Group
        {...form.choice('registration')}
        onChange={(chosen) => form.set('registration', modes.find((mode) => mode === chosen) ?? 'off')}
      >
        <Stack gap="xs" mt={4}>
          {modes.map((mode) => (
            <Radio
              key={mode}
              value={mode}
              label={t(`registration.modes.${mode}`)}
              description={t(`registration.hints.${mode}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <div role="status">
        {form.values.registration === 'open' && (
          <Alert role="note" color="yellow" variant="light" py="xs" icon={<IconAlertTriangle aria-hidden />}>
            {t('registration.openWarning')}
          </Alert>
        )}
      </div>
      {form.values.registration !== 'off' && (
        <SearchSelect
          {...form.choice('registrationProjectId')}
          {...projects}
          options={[{ value: firstProject, label: t('registration.firstProject') }, ...projects.options]}
          value={form.values.registrationProjectId || firstProject}
          onChange={(id) => form.set('registrationProjectId', id === firstProject ? '' : id)}
          description={t('registration.projectHint')}
        />
      )}
      <SaveBar form={form} />
    </Form>
  );
}

const firstProject = 'first';
