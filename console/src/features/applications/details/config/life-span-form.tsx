import { Radio, Stack, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { accessLifespanFault, lifespanInWords, refreshLifespanFault } from '@tessera/contract/lifespan';
import { useTranslation } from 'react-i18next';
import { Form } from '../../../../ui/form';
import { SaveBar } from '../../../../ui/save-bar';
import { useApplicationForm } from '../use-application-form';
import { type LifeSpan, toLifeSpan, toSeconds } from './life-span';
import { LifeSpanField } from './life-span-field';
import { algorithmOf, SigningFields } from './signing-fields';

interface Values {
  accessTokenLifespan: LifeSpan;
  refreshTokenLifespan: LifeSpan;
  refreshTokens: Application['refreshTokens'];
  idTokenSigningAlg: Application['idTokenSigningAlg'];
  accessTokenSigningAlg: Application['accessTokenSigningAlg'];
}

const toValues = (application: Application): Values => ({
  accessTokenLifespan: toLifeSpan(application.accessTokenLifespan),
  refreshTokenLifespan: toLifeSpan(application.refreshTokenLifespan),
  refreshTokens: application.refreshTokens,
  idTokenSigningAlg: application.idTokenSigningAlg,
  accessTokenSigningAlg: application.accessTokenSigningAlg,
});

const policies = ['always', 'offline_access', 'never'] as const satisfies Application['refreshTokens'][];

/** **Access Token Life Span** and **Refresh Token Life Span** (manual M6). */
export function LifeSpanForm({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const { form, conflictActions } = useApplicationForm<Values>(application, {
    labels: {
      accessTokenLifespan: t('config.access'),
      refreshTokenLifespan: t('config.refresh'),
      refreshTokens: t('config.policy'),
      idTokenSigningAlg: t('config.idTokenAlg'),
      accessTokenSigningAlg: t('config.accessTokenAlg'),
    },
    required: ['accessTokenLifespan', 'refreshTokenLifespan'],
    check: (values) => {
      const access = toSeconds(values.accessTokenLifespan);
      return {
        accessTokenLifespan: accessLifespanFault(access)?.message,
        refreshTokenLifespan: refreshLifespanFault(toSeconds(values.refreshTokenLifespan), access)?.message,
      };
    },
    toValues,
    toFields: (values) => ({
      accessTokenLifespan: toSeconds(values.accessTokenLifespan),
      refreshTokenLifespan: toSeconds(values.refreshTokenLifespan),
      refreshTokens: values.refreshTokens,
      idTokenSigningAlg: values.idTokenSigningAlg,
      accessTokenSigningAlg: values.accessTokenSigningAlg,
    }),
  });

  const isMachine = application.authenticatorType === 'client_credentials';
  const accessField = form.choice('accessTokenLifespan');
  const refreshField = form.choice('refreshTokenLifespan');
  // The order of the two is judged at the second, whichever was changed.
  const touchBoth = () => {
    accessField.onBlur();
    refreshField.onBlur();
  };

  return (
    <Form form={form} problemActions={conflictActions}>
      <LifeSpanField
        {...accessField}
        onBlur={touchBoth}
        unitLabel={t('config.accessUnit')}
        presets={[300, 900, 3_600]}
      />
      <LifeSpanField
        {...refreshField}
        onBlur={touchBoth}
        unitLabel={t('config.refreshUnit')}
        presets={[28_800, 2_592_000, 7_776_000]}
        description={isMachine ? t('config.refreshUnused') : undefined}
      />
      {!isMachine && (
        <Radio.Group
          {...form.choice('refreshTokens')}
          onChange={(value) => form.set('refreshTokens', policies.find((each) => each === value) ?? 'always')}
        >
          <Stack gap="xs" mt={4}>
            {policies.map((policy) => (
              <Radio
                key={policy}
                value={policy}
                label={t(`config.policies.${policy}`)}
                disabled={application.builtIn}
                description={policy === 'offline_access' ? t('config.offlineHint') : undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <SigningFields
        application={application}
        idToken={{
          ...form.choice('idTokenSigningAlg'),
          onChange: (event) => form.set('idTokenSigningAlg', algorithmOf(event.currentTarget.value)),
        }}
        accessToken={{
          ...form.choice('accessTokenSigningAlg'),
          onChange: (event) => form.set('accessTokenSigningAlg', algorithmOf(event.currentTarget.value)),
        }}
      />
      <div role="status">
        <Text size="sm">{meaning()}</Text>
        <Text size="sm" c="dimmed">
          {t('config.fromNow')}
        </Text>
      </div>
      <SaveBar form={form} />
    </Form>
  );

  function meaning(): string {
    const access = toSeconds(form.values.accessTokenLifespan);
    const refresh = toSeconds(form.values.refreshTokenLifespan);
    if (accessLifespanFault(access) || refreshLifespanFault(refresh, access)) return '';
    const spans = { access: lifespanInWords(access), refresh: lifespanInWords(refresh) };
    if (isMachine || form.values.refreshTokens === 'never') return t('config.meaningAccess', spans);
    return t('config.meaning', spans);
  }
}
