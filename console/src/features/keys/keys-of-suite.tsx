import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { KeyWarning, SigningKey } from '@tessera/contract/keys';
import type { Suite } from '@tessera/contract/suites';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../ui/page-header';
import { QueryGate } from '../../ui/query-gate';
import { SearchSelect } from '../../ui/search-select';
import { useSuiteOptions } from '../suites/queries';
import { JwksPanel } from './jwks-panel';
import { KeysTable } from './keys-table';
import { PublicKeyDialog } from './public-key-dialog';
import { keyListQuery } from './queries';
import { RevokeKeyDialog } from './revoke-key-dialog';
import { RotateDialog } from './rotate-dialog';
import { RotationForm } from './rotation-form';

export interface KeysOfSuiteProps {
  suite: Suite;
  onChoose: (suiteId: string) => void;
}

/** The keys of one suite, what can be done with them, and their schedule. */
export function KeysOfSuite({ suite, onChoose }: KeysOfSuiteProps) {
  const { t } = useTranslation('keys');
  const suites = useSuiteOptions(suite.id);
  const query = useQuery(keyListQuery(suite.id));
  const [rotating, setRotating] = useState(false);
  const [revoking, setRevoking] = useState<SigningKey | null>(null);
  const [shown, setShown] = useState<SigningKey | null>(null);
  const [warnings, setWarnings] = useState<KeyWarning[]>([]);
  const keys = query.data ?? [];

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button onClick={() => setRotating(true)} disabled={keys.length === 0}>
            {t('rotate.open')}
          </Button>
        }
      />
      <Stack gap="lg">
        <SearchSelect {...suites} label={t('suite')} value={suite.id} onChange={onChoose} maw={360} />
        {warnings.length > 0 && (
          <Alert
            role="status"
            color="yellow"
            variant="light"
            icon={<IconAlertTriangle aria-hidden />}
            withCloseButton
            closeButtonLabel={t('warning.close')}
            onClose={() => setWarnings([])}
          >
            {/* As the title of the alert it would be yellow, at less than 4.5:1. */}
            <Text size="sm" fw={600}>
              {t('warning.title')}
            </Text>
            {warnings.map((warning) => (
              <Text key={warning.alg} size="sm">
                {warning.message}
              </Text>
            ))}
          </Alert>
        )}
        <QueryGate query={query}>
          {(list) => <KeysTable keys={list} onShow={setShown} onRevoke={setRevoking} />}
        </QueryGate>
        <RotationForm key={suite.id} suite={suite} />
        <JwksPanel issuer={suite.issuer} keys={keys} />
      </Stack>
      {rotating && (
        <RotateDialog suite={suite} keys={keys} onWarnings={setWarnings} onClose={() => setRotating(false)} />
      )}
      {revoking && (
        <RevokeKeyDialog
          suite={suite}
          signingKey={revoking}
          keys={keys}
          onWarnings={setWarnings}
          onRotate={() => {
            setRevoking(null);
            setRotating(true);
          }}
          onClose={() => setRevoking(null)}
        />
      )}
      {shown && <PublicKeyDialog signingKey={shown} onClose={() => setShown(null)} />}
    </>
  );
}
