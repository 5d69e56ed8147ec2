import { Stack, Text } from '@mantine/core';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { CopyValue } from '../../../ui/facts';
import { ModeForm } from './mode-form';
import { RegistrationTokens } from './tokens';

/** Registration: who may register clients by themselves, and the tokens that let them in (RFC 7591). */
export function RegistrationTab({ suite }: { suite: Suite }) {
  const { t } = useTranslation('suites');
  if (suite.builtIn) return <Text size="sm">{t('registration.builtIn')}</Text>;
  return (
    <Stack gap="lg" maw={860}>
      <Text size="sm">{t('registration.text')}</Text>
      <ModeForm suite={suite} />
      {suite.registration !== 'off' && (
        <div>
          <Text size="sm" c="dimmed">
            {t('registration.endpoint')}
          </Text>
          <CopyValue text={`${suite.issuer}/register`} what={t('registration.endpointCopy')} />
        </div>
      )}
      {suite.registration === 'token' && <RegistrationTokens suite={suite} />}
    </Stack>
  );
}
