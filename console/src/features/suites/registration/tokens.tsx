import { Button, Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RegistrationToken } from '@tessera/contract/registration';
import type { Suite } from '@tessera/contract/suites';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../ui/confirm-dialog';
import { QueryGate } from '../../../ui/query-gate';
import { ShowOnceSecretDialog } from '../../../ui/show-once-secret-dialog';
import { showToast } from '../../../ui/toasts';
import { tokenListQuery, useRevokeToken } from './queries';
import { TokenDialog } from './token-dialog';
import { TokensTable } from './tokens-table';

/** The initial access tokens of a suite. */
export function RegistrationTokens({ suite }: { suite: Suite }) {
  const { t } = useTranslation('suites');
  const query = useQuery(tokenListQuery(suite.id));
  const revoke = useRevokeToken(suite.id);
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<RegistrationToken | null>(null);
  const [shown, setShown] = useState<{ name: string; value: string } | null>(null);

  return (
    <section aria-label={t('registration.tokens')}>
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={2}>{t('registration.tokens')}</Title>
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('registration.add')}
        </Button>
      </Group>
      <QueryGate query={query}>{(tokens) => <TokensTable tokens={tokens} onRevoke={setRevoking} />}</QueryGate>
      {adding && (
        <TokenDialog
          suite={suite}
          onClose={() => setAdding(false)}
          onMade={({ name, initialAccessToken }) => setShown({ name, value: initialAccessToken })}
        />
      )}
      {shown && (
        <ShowOnceSecretDialog
          title={t('registration.shownTitle', { name: shown.name })}
          what={t('registration.token')}
          secret={shown.value}
          env={{ TESSERA_ISSUER: suite.issuer, INITIAL_ACCESS_TOKEN: shown.value }}
          fileName={`${suite.slug}-registration`}
          onClose={() => setShown(null)}
        />
      )}
      {revoking && (
        <ConfirmDialog
          title={t('registration.revokeTitle', { name: revoking.name })}
          confirmLabel={t('registration.revokeConfirm')}
          onConfirm={async () => {
            await revoke.mutateAsync(revoking.id);
            showToast(t('registration.wasRevoked', { name: revoking.name }));
          }}
          onClose={() => setRevoking(null)}
        >
          {t('registration.revokeEffect')}
        </ConfirmDialog>
      )}
    </section>
  );
}
