import { Button, Group, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ConfirmDialog } from '../../../../ui/confirm-dialog';
import { showToast } from '../../../../ui/toasts';
import { DeleteApplication } from '../../delete-application';
import { useRevokeRefreshTokens } from '../../queries';
import classes from '../details.module.css';
import { Panel } from '../panel';

/** What cannot be undone. */
export function DangerZone({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'revoke' | 'delete' | null>(null);
  const close = () => setAsking(null);

  return (
    <div className={classes.narrow}>
      <Panel title={t('danger.title')}>
        {application.authenticatorType !== 'client_credentials' && (
          <Group justify="space-between" gap="xs">
            <Text size="sm" flex="1 1 280px">
              {t('danger.revokeText')}
            </Text>
            <Button variant="default" onClick={() => setAsking('revoke')}>
              {t('danger.revoke')}
            </Button>
          </Group>
        )}
        <Group justify="space-between" gap="xs">
          <Text size="sm" flex="1 1 280px">
            {t(application.builtIn ? 'danger.builtIn' : 'danger.deleteText')}
          </Text>
          {!application.builtIn && (
            <Button color="red" variant="outline" onClick={() => setAsking('delete')}>
              {t('danger.delete')}
            </Button>
          )}
        </Group>
      </Panel>
      {asking === 'revoke' && <RevokeDialog application={application} onClose={close} />}
      {asking === 'delete' && (
        <DeleteApplication application={application} onClose={close} onDeleted={() => navigate('/applications')} />
      )}
    </div>
  );
}

function RevokeDialog({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useTranslation('application-details');
  const revoke = useRevokeRefreshTokens();
  const { id, name } = application;

  async function confirm() {
    const { revoked } = await revoke.mutateAsync(id);
    showToast(t('danger.wereRevoked', { count: revoked, name }));
  }

  return (
    <ConfirmDialog
      title={t('danger.revokeTitle', { name })}
      confirmLabel={t('danger.revokeConfirm')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('danger.revokeEffect')}
    </ConfirmDialog>
  );
}
