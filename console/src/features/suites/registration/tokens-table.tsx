import { Button } from '@mantine/core';
import type { RegistrationToken } from '@tessera/contract/registration';
import { useTranslation } from 'react-i18next';
import table from '../../../ui/data-table.module.css';
import { EmptyState } from '../../../ui/empty-state';
import { FactTable } from '../../../ui/fact-table';
import { RelativeTime } from '../../../ui/relative-time';
import { StatusDot } from '../../../ui/status-dot';

const tones = { active: 'good', expired: 'idle', revoked: 'bad' } as const;

export interface TokensTableProps {
  tokens: RegistrationToken[];
  onRevoke: (token: RegistrationToken) => void;
}

/** Every initial access token that is or was, without its value. */
export function TokensTable({ tokens, onRevoke }: TokensTableProps) {
  const { t } = useTranslation('suites');
  if (tokens.length === 0) return <EmptyState text={t('registration.empty')} />;
  const titles = {
    token: t('registration.columns.token'),
    created: t('registration.columns.created'),
    expires: t('registration.columns.expires'),
    status: t('registration.columns.status'),
  };
  return (
    <FactTable label={t('registration.tokens')} name={t('registration.columns.name')} titles={titles}>
      {tokens.map((token) => (
        <tr key={token.id} data-dimmed={token.status !== 'active' || undefined}>
          <td className={table.name}>{token.name}</td>
          <td data-label={titles.token}>
            <code>{token.hint}</code>
          </td>
          <td data-label={titles.created}>
            <RelativeTime at={token.createdAt} />
          </td>
          <td data-label={titles.expires}>
            <RelativeTime at={token.expiresAt} />
          </td>
          <td data-label={titles.status}>
            <StatusDot tone={tones[token.status]}>{t(`registration.status.${token.status}`)}</StatusDot>
          </td>
          <td className={table.actions}>
            {token.status === 'active' && (
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={t('registration.revokeNamed', { name: token.name })}
                onClick={() => onRevoke(token)}
              >
                {t('registration.revoke')}
              </Button>
            )}
          </td>
        </tr>
      ))}
    </FactTable>
  );
}
