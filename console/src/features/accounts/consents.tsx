import { Anchor, Button, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Account, Consent } from '@tessera/contract/accounts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import table from '../../ui/data-table.module.css';
import { FactTable } from '../../ui/fact-table';
import { QueryGate } from '../../ui/query-gate';
import { RelativeTime } from '../../ui/relative-time';
import { showToast } from '../../ui/toasts';
import { Panel } from '../applications/details/panel';
import { consentListQuery, useWithdrawConsent } from './queries';

/** What the person has agreed to on consent pages, and the way to take it back for them. */
export function Consents({ account }: { account: Account }) {
  const { t } = useTranslation('accounts');
  const query = useQuery(consentListQuery(account.id));
  const withdraw = useWithdrawConsent(account.id);
  const [asking, setAsking] = useState<Consent | null>(null);
  return (
    <Panel title={t('consents.title')} description={t('consents.text')}>
      <QueryGate query={query}>
        {(consents) =>
          consents.length === 0 ? (
            <Text size="sm">{t('consents.empty')}</Text>
          ) : (
            <ConsentTable consents={consents} onWithdraw={setAsking} />
          )
        }
      </QueryGate>
      {asking && (
        <ConfirmDialog
          title={t('consents.withdrawTitle', { name: asking.applicationName })}
          confirmLabel={t('consents.withdrawConfirm')}
          onConfirm={async () => {
            await withdraw.mutateAsync(asking.applicationId);
            showToast(t('consents.withdrawn', { email: account.email, name: asking.applicationName }));
          }}
          onClose={() => setAsking(null)}
        >
          {t('consents.withdrawEffect', { email: account.email })}
        </ConfirmDialog>
      )}
    </Panel>
  );
}

function ConsentTable({ consents, onWithdraw }: { consents: Consent[]; onWithdraw: (consent: Consent) => void }) {
  const { t } = useTranslation('accounts');
  const titles = { scopes: t('consents.scopes'), grantedAt: t('consents.grantedAt') };
  return (
    <FactTable label={t('consents.title')} name={t('consents.application')} titles={titles}>
      {consents.map((consent) => (
        <tr key={consent.applicationId}>
          <td className={table.name}>
            <Anchor component={Link} to={`/applications/${consent.applicationId}/general`} size="sm">
              {consent.applicationName}
            </Anchor>
          </td>
          <td data-label={titles.scopes}>
            <Group gap={4}>
              {consent.scopes.map((scope) => (
                // Of an API, its identifier stands in front; the whole is in the title.
                <Code key={scope} title={scope}>
                  {scope.slice(scope.indexOf('#') + 1)}
                </Code>
              ))}
            </Group>
          </td>
          <td data-label={titles.grantedAt}>
            <span style={{ whiteSpace: 'nowrap' }}>
              <RelativeTime at={consent.grantedAt} />
            </span>
          </td>
          <td className={table.actions}>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              c="var(--mantine-color-error)"
              aria-label={t('consents.withdrawNamed', { name: consent.applicationName })}
              onClick={() => onWithdraw(consent)}
            >
              {t('consents.withdraw')}
            </Button>
          </td>
        </tr>
      ))}
    </FactTable>
  );
}
