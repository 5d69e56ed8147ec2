import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Form } from '../../../../ui/use-form';
import type { GeneralValues } from './general-values';
import { HintedSwitch } from './hinted-switch';

/** Where the application hears that somebody signed out: from the server, or in the browser. */
export function LogoutFields({ form }: { form: Form<GeneralValues> }) {
  const { t } = useTranslation('application-details');
  const url = { type: 'url', autoComplete: 'off', spellCheck: false } as const;
  return (
    <>
      <TextInput
        {...form.text('backchannelLogoutUri')}
        {...url}
        description={t('signInCard.backchannelHint')}
        placeholder="https://app.example.com/backchannel-logout"
      />
      {form.values.backchannelLogoutUri !== '' && (
        <HintedSwitch {...form.toggle('backchannelLogoutSessionRequired')} hint={t('signInCard.sessionHint')} />
      )}
      <TextInput
        {...form.text('frontchannelLogoutUri')}
        {...url}
        description={t('signInCard.frontchannelHint')}
        placeholder="https://app.example.com/frontchannel-logout"
      />
      {form.values.frontchannelLogoutUri !== '' && (
        <HintedSwitch {...form.toggle('frontchannelLogoutSessionRequired')} hint={t('signInCard.sessionHint')} />
      )}
    </>
  );
}
