import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '@tessera/contract/roles';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { roleQuery, useDeleteRole } from './queries';

/** Says who loses the role, and which scopes everybody gains with its end. Rendered only while open. */
export function DeleteRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t, i18n } = useTranslation('roles');
  const fresh = useQuery({ ...roleQuery(role.id), staleTime: 0 }).data;
  const current = fresh ?? role;
  const remove = useDeleteRole();
  const { name } = role;
  const opened = fresh?.scopes.filter((scope) => scope.onlyRole).map((scope) => scope.name) ?? [];

  async function confirm() {
    await remove.mutateAsync(current);
    showToast(t('delete.done', { name }));
  }

  return (
    <ConfirmDialog
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      onConfirm={confirm}
      onClose={onClose}
    >
      {t('delete.effect', { count: current.userCount })}
      {opened.length > 0 && (
        <Text size="sm" mt="sm">
          {t('hint.opens', { scopes: new Intl.ListFormat(i18n.language).format(opened), count: opened.length })}
        </Text>
      )}
    </ConfirmDialog>
  );
}
