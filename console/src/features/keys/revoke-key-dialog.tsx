import { Button, Stack } from '@mantine/core';
import type { KeyWarning, SigningKey } from '@tessera/contract/keys';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { shortKid } from './keys-table';
import { useRevokeKey } from './queries';

export interface RevokeKeyDialogProps {
  suite: Suite;
  signingKey: SigningKey;
  keys: SigningKey[];
  onWarnings: (warnings: KeyWarning[]) => void;
  /** The way out where there is no next key. */
  onRotate: () => void;
  onClose: () => void;
}

/** “Every token signed by it fails now”: the key ID must be typed. Rendered only while open. */
export function RevokeKeyDialog({ suite, signingKey, keys, onWarnings, onRotate, onClose }: RevokeKeyDialogProps) {
  const { t } = useTranslation('keys');
  const revoke = useRevokeKey(suite.id);
  const { kid, alg, status } = signingKey;
  const next = keys.find((key) => key.alg === alg && key.status === 'next');
  const last = {
    title: t('revoke.last', { kid: shortKid(kid) }),
    body: t('revoke.lastText', { alg }),
    actions: <Button onClick={onRotate}>{t('rotate.open')}</Button>,
  };

  async function confirm() {
    const { warnings } = await revoke.mutateAsync(kid);
    onWarnings(warnings);
    showToast(t('revoke.done', { kid: shortKid(kid) }));
  }

  return (
    <ConfirmDialog
      title={t('revoke.title', { alg, kid: shortKid(kid) })}
      confirmLabel={t('revoke.confirm')}
      typeName={kid}
      onConfirm={confirm}
      onClose={onClose}
      refused={status === 'signing' && !next ? last : null}
      refusalOf={(problem) => (problem.code === 'key_last' ? last : null)}
    >
      <Stack gap="xs">
        <div>{t(status === 'next' ? 'revoke.effectNext' : 'revoke.effect')}</div>
        {status === 'signing' && next && <div>{t('revoke.follows', { kid: shortKid(next.kid) })}</div>}
        {status !== 'next' && <div>{t('revoke.caches')}</div>}
      </Stack>
    </ConfirmDialog>
  );
}
