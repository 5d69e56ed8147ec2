import { Alert, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { signingAlgorithms } from '@tessera/contract/signing';
import { useTranslation } from 'react-i18next';
import type { Form } from '../../../../ui/use-form';
import { needsRedirectUrl } from '../../authenticator-type';
import { Panel } from '../panel';
import type { GeneralValues } from './general-values';
import { HintedSwitch } from './hinted-switch';
import { LogoutFields } from './logout-fields';

export interface SignInCardProps {
  application: Application;
  form: Form<GeneralValues>;
}

/** How people sign in to the application, what it is told about them, and how it hears of a sign-out. */
export function SignInCard({ application, form }: SignInCardProps) {
  const { t } = useTranslation('application-details');
  const { subjectType, sectorIdentifierUri, initiateLoginUri, defaultMaxAge } = form.values;
  // The others have no authorization request; what they have set all the same can be seen and taken away.
  const byBrowser = needsRedirectUrl(form.values.authenticatorType);
  const changesSubjects =
    subjectType !== application.subjectType ||
    (subjectType === 'pairwise' && sectorIdentifierUri !== (application.sectorIdentifierUri ?? ''));
  const plainOr = [
    { value: '', label: t('signInCard.plainJson') },
    ...signingAlgorithms.map((alg) => ({ value: alg, label: t('signInCard.signed', { alg }) })),
  ];

  return (
    <Panel title={t('signInCard.title')} description={t('signInCard.text')}>
      <HintedSwitch {...form.toggle('firstParty')} hint={t('signInCard.firstPartyHint')} />
      {(byBrowser || initiateLoginUri !== '') && (
        <TextInput
          {...form.text('initiateLoginUri')}
          description={t('signInCard.initiateLoginHint')}
          placeholder="https://app.example.com/login"
          type="url"
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {(byBrowser || defaultMaxAge !== '') && (
        <TextInput
          {...form.text('defaultMaxAge')}
          description={t('signInCard.maxAgeHint')}
          inputMode="numeric"
          autoComplete="off"
        />
      )}
      <Radio.Group
        {...form.choice('subjectType')}
        onChange={(type) => form.set('subjectType', type === 'pairwise' ? 'pairwise' : 'public')}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="public" label={t('signInCard.public')} description={t('signInCard.publicHint')} />
          <Radio value="pairwise" label={t('signInCard.pairwise')} description={t('signInCard.pairwiseHint')} />
        </Stack>
      </Radio.Group>
      {(subjectType === 'pairwise' || sectorIdentifierUri !== '') && (
        <TextInput
          {...form.text('sectorIdentifierUri')}
          description={t('signInCard.sectorHint')}
          placeholder="https://app.example.com/redirect_uris.json"
          type="url"
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <div role="status">
        {changesSubjects && (
          <Alert role="note" color="yellow" variant="light" py="xs" icon={<IconAlertTriangle aria-hidden />}>
            {t('signInCard.subjectWarning')}
          </Alert>
        )}
      </div>
      <NativeSelect
        {...form.choice('userinfoSigningAlg')}
        onChange={(event) => form.set('userinfoSigningAlg', event.currentTarget.value)}
        data={plainOr}
      />
      <LogoutFields form={form} />
    </Panel>
  );
}
