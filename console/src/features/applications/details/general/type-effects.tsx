import { List, Text } from '@mantine/core';
import type { TypeChange } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { needsRedirectUrl } from '../../authenticator-type';

export interface TypeEffectsProps {
  effects: TypeChange;
  /** One is typed already, if not saved. */
  hasRedirectUrl: boolean;
}

/** “What will change”, as the server foresees it. */
export function TypeEffects({ effects, hasRedirectUrl }: TypeEffectsProps) {
  const { t } = useTranslation(['application-details', 'applications']);
  const { from, to, refreshTokensRevoked, secretIssued, secretsDropped } = effects;
  const lines = [
    t('typeChange.refreshTokens', { count: refreshTokensRevoked }),
    secretIssued && t('typeChange.secretIssued'),
    secretsDropped > 0 && t('typeChange.secretsDropped', { count: secretsDropped }),
    needsRedirectUrl(to) && !hasRedirectUrl && t('typeChange.redirectRequired'),
  ].filter((line) => line !== false);
  return (
    <>
      <Text size="sm" mb="xs">
        {t('typeChange.from', {
          from: t(`applications:types.${from}.label`),
          to: t(`applications:types.${to}.label`),
        })}
      </Text>
      <List size="sm" spacing={4} mb="xs">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <Text size="sm">{t('typeChange.later')}</Text>
    </>
  );
}
