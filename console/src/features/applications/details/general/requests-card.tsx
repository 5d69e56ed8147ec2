import { NativeSelect } from '@mantine/core';
import { signingAlgorithms } from '@tessera/contract/signing';
import { useTranslation } from 'react-i18next';
import { StringListInput } from '../../../../ui/string-list-input';
import type { Form } from '../../../../ui/use-form';
import { needsRedirectUrl } from '../../authenticator-type';
import { Panel } from '../panel';
import type { GeneralValues } from './general-values';
import { HintedSwitch } from './hinted-switch';

/** How strictly the application has to ask, and how its answers are protected. */
export function RequestsCard({ form }: { form: Form<GeneralValues> }) {
  const { t } = useTranslation('application-details');
  const { authenticatorType, requirePushedRequests, requestObjectSigningAlg, requestUris } = form.values;
  // The others have no authorization request; what they have set all the same can be seen and taken away.
  const byBrowser = needsRedirectUrl(authenticatorType);
  return (
    <Panel title={t('requestsCard.title')} description={t('requestsCard.text')}>
      <HintedSwitch {...form.toggle('dpopBoundAccessTokens')} hint={t('requestsCard.dpopHint')} />
      {(byBrowser || requirePushedRequests) && (
        <HintedSwitch {...form.toggle('requirePushedRequests')} hint={t('requestsCard.pushedHint')} />
      )}
      {(byBrowser || requestObjectSigningAlg !== '') && (
        <NativeSelect
          {...form.choice('requestObjectSigningAlg')}
          onChange={(event) => form.set('requestObjectSigningAlg', event.currentTarget.value)}
          data={[{ value: '', label: t('requestsCard.anyAlg') }, ...signingAlgorithms]}
          description={t('requestsCard.requestObjectHint')}
        />
      )}
      {(byBrowser || requestUris.length > 0) && (
        <StringListInput
          {...form.strings('requestUris')}
          description={t('requestsCard.requestUrisHint')}
          addLabel={t('requestsCard.requestUrisAdd')}
          placeholder="https://app.example.com/request.jwt"
        />
      )}
      <NativeSelect
        {...form.choice('introspectionSigningAlg')}
        onChange={(event) => form.set('introspectionSigningAlg', event.currentTarget.value)}
        data={[
          { value: '', label: t('signInCard.plainJson') },
          ...signingAlgorithms.map((alg) => ({ value: alg, label: t('signInCard.signed', { alg }) })),
        ]}
        description={t('requestsCard.introspectionHint')}
      />
    </Panel>
  );
}
