import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { toProblem } from '../../problem';
import { PageHeader } from '../../ui/page-header';
import { ProblemAlert } from '../../ui/problem-alert';
import { CreateForm } from './create-form';
import { type CreateStart, useCreateStart } from './use-create-start';

/** `/applications/new`: one page, three numbered sections, and what they amount to beside them. */
export function CreateApplicationPage() {
  const { t } = useTranslation(['applications', 'ui']);
  const { search } = useLocation();
  const start = useCreateStart();
  const [begun, setBegun] = useState<{ search: string; start: CreateStart } | null>(null);
  // Once somebody fills in the form, nothing that is read again later takes it away.
  if (!start.pending && !start.error && begun?.search !== search) setBegun({ search, start });
  const form = begun?.search === search ? begun.start : null;

  return (
    <>
      <PageHeader
        title={t('create.title')}
        trail={[{ label: t('title'), to: '/applications' }]}
        description={form?.source && t('create.copied', { name: form.source.name })}
      />
      {form?.sourceError && <ProblemAlert problem={toProblem(form.sourceError)} />}
      {form && <CreateForm key={search} start={form} />}
      {!form && start.error && (
        <ProblemAlert
          problem={toProblem(start.error)}
          actions={
            <Button variant="default" size="compact-sm" onClick={start.retry}>
              {t('ui:tryAgain')}
            </Button>
          }
        />
      )}
    </>
  );
}
