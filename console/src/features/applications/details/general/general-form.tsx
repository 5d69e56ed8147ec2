import { Radio, Stack, Textarea, TextInput } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '../../../../ui/form';
import { SaveBar } from '../../../../ui/save-bar';
import { SearchSelect } from '../../../../ui/search-select';
import { StringListInput } from '../../../../ui/string-list-input';
import type { Form as FormState } from '../../../../ui/use-form';
import { useProjectOptions } from '../../../projects/queries';
import { AllowOrigins } from '../../fields/allow-origins';
import { RedirectUrls } from '../../fields/redirect-urls';
import { AboutCard } from './about-card';
import type { GeneralValues } from './general-values';
import { HintedSwitch } from './hinted-switch';
import { RequestsCard } from './requests-card';
import { SignInCard } from './sign-in-card';
import { TypeChoice } from './type-choice';

export interface GeneralFormProps {
  application: Application;
  form: FormState<GeneralValues>;
  conflictActions: ReactNode;
}

/** Everything of an application that can be edited here (manual M2). */
export function GeneralForm({ application, form, conflictActions }: GeneralFormProps) {
  const { t } = useTranslation(['application-details', 'applications']);
  const { values } = form;
  const projects = useProjectOptions(application.suiteId, values.projectId);
  const type = values.authenticatorType;

  return (
    <Form form={form} problemActions={conflictActions}>
      <TextInput {...form.text('name')} autoComplete="off" />
      <Textarea {...form.text('description')} autosize minRows={2} maxRows={6} />
      <TextInput
        label={t('applications:fields.suite')}
        description={t('general.suiteFixed')}
        value={application.suiteName}
        readOnly
        variant="filled"
      />
      <SearchSelect {...form.choice('projectId')} {...projects} />
      <TypeChoice application={application} form={form} />
      <RedirectUrls {...form.strings('redirectUris')} type={type} />
      <AllowOrigins {...form.strings('allowedOrigins')} type={type} redirectUris={values.redirectUris} />
      <StringListInput
        {...form.strings('postLogoutRedirectUris')}
        description={t('general.postLogoutHint')}
        addLabel={t('general.postLogoutAdd')}
        placeholder="https://app.example.com/signed-out"
      />
      <Radio.Group
        {...form.choice('access')}
        onChange={(access) => form.set('access', access === 'everyone' ? 'everyone' : 'assigned')}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="assigned" label={t('general.assigned')} description={t('general.assignedHint')} />
          <Radio
            value="everyone"
            label={t('general.everyone')}
            description={t('general.everyoneHint', { suite: application.suiteName })}
          />
        </Stack>
      </Radio.Group>
      <Radio.Group
        {...form.choice('accessTokenFormat')}
        onChange={(format) => form.set('accessTokenFormat', format === 'opaque' ? 'opaque' : 'jwt')}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="jwt" label={t('general.jwt')} description={t('general.jwtHint')} />
          <Radio value="opaque" label={t('general.opaque')} description={t('general.opaqueHint')} />
        </Stack>
      </Radio.Group>
      {type === 'authorization_pkce_flow' && (
        <HintedSwitch {...form.toggle('allowPlainPkce')} hint={t('general.plainPkceHint')} />
      )}
      <SignInCard application={application} form={form} />
      <RequestsCard form={form} />
      <AboutCard form={form} />
      <SaveBar form={form} />
    </Form>
  );
}
