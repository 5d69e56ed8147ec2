import type { Scope } from '@tessera/contract/resources';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { Loss } from './loss';
import { useDeleteScope } from './queries';

/** Says what loses a scope before it is deleted. Rendered only while open. */
export function DeleteScope({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const { t } = useTranslation('resources');
  const remove = useDeleteScope(scope.resourceId);
  const { name } = scope;

  async function confirm() {
    await remove.mutateAsync(scope);
    showToast(t('scopes.delete.done', { name }));
  }

  return (
    <ConfirmDialog
      title={t('scopes.delete.title', { name })}
      confirmLabel={t('scopes.delete.confirm')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('scopes.delete.effect')}
      <Loss resourceId={scope.resourceId} scopeId={scope.id} />
    </ConfirmDialog>
  );
}
