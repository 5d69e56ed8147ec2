import { useQuery } from '@tanstack/react-query';
import type { Resource } from '@tessera/contract/resources';
import { useTranslation } from 'react-i18next';
import { isProblemCode } from '../../problem';
import { ConfirmDialog, type Refusal } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { Loss } from './loss';
import { resourceQuery, useDeleteResource } from './queries';

export interface DeleteResourceProps {
  resource: Resource;
  onClose: () => void;
  /** Runs after the server has deleted it, before the dialog closes. */
  onDeleted?: () => void;
}

/** Delete by typing the name, after what loses; the default is refused, here and by the server. Rendered only while open. */
export function DeleteResource({ resource, onClose, onDeleted }: DeleteResourceProps) {
  const { t } = useTranslation('resources');
  const current = useQuery({ ...resourceQuery(resource.id), staleTime: 0 }).data ?? resource;
  const remove = useDeleteResource();
  const { name, identifier } = resource;

  async function confirm() {
    await remove.mutateAsync(current);
    showToast(t('delete.done', { name }));
    onDeleted?.();
  }

  const refusal: Refusal = {
    title: t('delete.refused', { name }),
    body: t('delete.isDefault', { name, project: resource.projectName }),
  };

  return (
    <ConfirmDialog
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      typeName={name}
      onConfirm={confirm}
      onClose={onClose}
      refused={current.isDefault ? refusal : null}
      refusalOf={(problem) => (isProblemCode(problem, 'resource_default') ? refusal : null)}
    >
      {t('delete.effect', { identifier })}
      <Loss resourceId={resource.id} />
    </ConfirmDialog>
  );
}
