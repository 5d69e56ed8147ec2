import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import type { LogoutDelivery } from '@tessera/contract/logout-deliveries';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import table from '../../../../ui/data-table.module.css';
import { FactTable } from '../../../../ui/fact-table';
import { QueryGate } from '../../../../ui/query-gate';
import { RelativeTime } from '../../../../ui/relative-time';
import { StatusDot } from '../../../../ui/status-dot';
import { logoutDeliveriesQuery } from '../../queries';
import { Panel } from '../panel';

const tones = { waiting: 'warn', delivered: 'good', failed: 'bad' } as const;

/** The newest logout tokens on their way to the application; nothing where it does not listen and never did. */
export function LogoutDeliveries({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const query = useQuery(logoutDeliveriesQuery(application.id));
  if (application.backchannelLogoutUri === null && !query.data?.items.length) return null;
  return (
    <Panel title={t('deliveries.title')} description={t('deliveries.text')}>
      <QueryGate query={query}>
        {({ items }) =>
          items.length === 0 ? <Text size="sm">{t('deliveries.empty')}</Text> : <Deliveries deliveries={items} />
        }
      </QueryGate>
    </Panel>
  );
}

function Deliveries({ deliveries }: { deliveries: LogoutDelivery[] }) {
  const { t } = useTranslation('application-details');
  const titles = {
    user: t('deliveries.columns.user'),
    attempts: t('deliveries.columns.attempts'),
    error: t('deliveries.columns.error'),
    signedOut: t('deliveries.columns.signedOut'),
    next: t('deliveries.columns.next'),
  };
  return (
    <FactTable label={t('deliveries.title')} name={t('deliveries.columns.status')} titles={titles} withActions={false}>
      {deliveries.map((delivery) => (
        <tr key={delivery.id}>
          <td className={table.name}>
            <StatusDot tone={tones[delivery.status]}>{t(`deliveries.status.${delivery.status}`)}</StatusDot>
          </td>
          <td data-label={titles.user}>
            {delivery.accountEmail === null ? (
              t('deliveries.deletedUser')
            ) : (
              <Anchor component={Link} to={`/users/${delivery.accountId}`} size="sm">
                {delivery.accountEmail}
              </Anchor>
            )}
          </td>
          <td data-label={titles.attempts}>{delivery.attempts}</td>
          <td data-label={titles.error}>{delivery.lastError ?? '\u2014'}</td>
          <td data-label={titles.signedOut}>
            <RelativeTime at={delivery.createdAt} />
          </td>
          <td data-label={titles.next}>
            <RelativeTime at={delivery.deliveredAt ?? delivery.nextAt} never="\u2014" />
          </td>
        </tr>
      ))}
    </FactTable>
  );
}
