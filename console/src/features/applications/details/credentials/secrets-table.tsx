import { Button } from '@mantine/core';
import type { Secret } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import table from '../../../../ui/data-table.module.css';
import { EmptyState } from '../../../../ui/empty-state';
import { FactTable } from '../../../../ui/fact-table';
import { RelativeTime } from '../../../../ui/relative-time';
import { SecretStatus } from './secret-status';

export interface SecretsTableProps {
  /** The live ones first, then the newest, as the server sorts them. */
  secrets: Secret[];
  onRevoke: (secret: Secret) => void;
  onAdd: () => void;
}

/** Every secret that is or was, without its value. */
export function SecretsTable({ secrets, onRevoke, onAdd }: SecretsTableProps) {
  const { t } = useTranslation('application-details');
  if (secrets.length === 0)
    return (
      <EmptyState text={t('secrets.empty')}>
        <Button variant="default" onClick={onAdd}>
          {t('secrets.add')}
        </Button>
      </EmptyState>
    );
  const titles = {
    hint: t('secrets.columns.secret'),
    created: t('secrets.columns.created'),
    expires: t('secrets.columns.expires'),
    lastUsed: t('secrets.columns.lastUsed'),
    status: t('secrets.columns.status'),
  };
  return (
    <FactTable label={t('secrets.title')} name={t('secrets.columns.name')} titles={titles}>
      {secrets.map((secret) => (
        <tr key={secret.id} data-dimmed={secret.status !== 'active' || undefined}>
          <td className={table.name}>{secret.name}</td>
          <td data-label={titles.hint}>
            <code>{secret.hint}</code>
          </td>
          <td data-label={titles.created}>
            <span>
              <RelativeTime at={secret.createdAt} /> {t('secrets.by', { name: secret.createdBy })}
            </span>
          </td>
          <td data-label={titles.expires}>
            <RelativeTime at={secret.expiresAt} />
          </td>
          <td data-label={titles.lastUsed}>
            <RelativeTime at={secret.lastUsedAt} />
          </td>
          <td data-label={titles.status}>
            <SecretStatus secret={secret} others={secrets} />
          </td>
          <td className={table.actions}>
            {secret.status === 'active' && (
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={t('secrets.revokeNamed', { name: secret.name })}
                onClick={() => onRevoke(secret)}
              >
                {t('secrets.revoke')}
              </Button>
            )}
          </td>
        </tr>
      ))}
    </FactTable>
  );
}
