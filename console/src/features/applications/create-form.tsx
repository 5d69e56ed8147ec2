import { TextInput } from '@mantine/core';
import type { ApplicationWithSecret } from '@tessera/contract/applications';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { ApiProblem, isProblemCode } from '../../problem';
import { Form } from '../../ui/form';
import { SaveBar } from '../../ui/save-bar';
import { useForm } from '../../ui/use-form';
import { type CreateValues, dropDraft, readDraft, writeDraft } from './create-draft';
import classes from './create-form.module.css';
import { CreateSection } from './create-section';
import { CreateSummary } from './create-summary';
import { duplicateSettings } from './duplicate-settings';
import { AllowOrigins } from './fields/allow-origins';
import { checkFields } from './fields/check-fields';
import { RedirectUrls } from './fields/redirect-urls';
import { TypeCards } from './fields/type-cards';
import { NewSecret } from './new-secret';
import { useCreateApplication } from './queries';
import { SuiteAndProject } from './suite-and-project';
import type { CreateStart } from './use-create-start';
import { WhichOne } from './which-one';

export function CreateForm({ start }: { start: Pick<CreateStart, 'values' | 'source'> }) {
  const { t } = useTranslation('applications');
  const navigate = useNavigate();
  const { search } = useLocation();
  const create = useCreateApplication();
  const [names, setNames] = useState({ suite: '', project: '' });
  const [created, setCreated] = useState<ApplicationWithSecret | null>(null);
  const open = (id: string) => navigate(`/applications/${id}/general?created=1`);

  async function send({ authenticatorType, ...values }: CreateValues) {
    if (authenticatorType === '') throw new Error(t('faults.authenticatorType'));
    try {
      return await create.mutateAsync({
        ...(start.source && duplicateSettings(start.source)),
        ...values,
        authenticatorType,
      });
    } catch (error) {
      if (!isProblemCode(error, 'name_taken')) throw error;
      const detail = t('faults.nameTaken', { project: names.project, name: values.name.trim() });
      throw new ApiProblem({ code: error.code, status: error.status, detail }, { cause: error });
    }
  }

  const form = useForm<CreateValues, ApplicationWithSecret>({
    initial: start.values,
    draft: readDraft(search),
    labels: {
      name: t('fields.name'),
      suiteId: t('fields.suite'),
      projectId: t('fields.project'),
      authenticatorType: t('fields.authenticatorType'),
      redirectUris: t('fields.redirectUrl'),
      allowedOrigins: t('fields.allowOrigins'),
    },
    required: ['name', 'suiteId', 'projectId', 'authenticatorType'],
    check: (values) => ({
      ...checkFields(values, t),
      suiteId: values.suiteId ? undefined : t('faults.suite'),
      projectId: values.projectId ? undefined : t('faults.project'),
    }),
    send,
    onSaved: (answer) => (answer.clientSecret === undefined ? open(answer.id) : setCreated(answer)),
    problemFields: { name_taken: 'name' },
  });
  const { values, dirty } = form;

  useEffect(() => {
    if (dirty) writeDraft(search, values);
    else dropDraft();
  }, [search, values, dirty]);
  // A refresh never gets here; leaving the page does.
  useEffect(() => dropDraft, []);

  return (
    <div className={classes.page}>
      <Form form={form}>
        <CreateSection number={1} title={t('create.what')}>
          <TextInput {...form.text('name')} autoComplete="off" maxLength={200} />
          <SuiteAndProject form={form} onNames={setNames} />
        </CreateSection>
        <CreateSection number={2} title={t('create.how')}>
          <TypeCards {...form.choice('authenticatorType')} />
          <WhichOne onPick={(type) => form.set('authenticatorType', type)} />
        </CreateSection>
        <CreateSection number={3} title={t('create.where')}>
          <RedirectUrls {...form.strings('redirectUris')} type={values.authenticatorType} />
          <AllowOrigins
            {...form.strings('allowedOrigins')}
            type={values.authenticatorType}
            redirectUris={values.redirectUris}
          />
        </CreateSection>
        <SaveBar form={form} cancelTo="/applications" />
      </Form>
      <CreateSummary values={values} names={names} />
      {created?.clientSecret && (
        <NewSecret application={created} secret={created.clientSecret} onClose={() => open(created.id)} />
      )}
    </div>
  );
}
