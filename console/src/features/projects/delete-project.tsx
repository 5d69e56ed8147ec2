import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@tessera/contract/projects';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isProblemCode } from '../../problem';
import { ConfirmDialog, type Refusal } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { projectQuery, useDeleteProject } from './queries';

export interface DeleteProjectProps {
  project: Project;
  onClose: () => void;
  /** Runs after the server has deleted it, before the dialog closes. */
  onDeleted?: () => void;
}

/** A project with applications is refused, here and by the server. Rendered only while open. */
export function DeleteProject({ project, onClose, onDeleted }: DeleteProjectProps) {
  const { t } = useTranslation('projects');
  // Asked anew: applications may have come or gone since the list was read.
  const fresh = useQuery({ ...projectQuery(project.id), staleTime: 0 });
  const current = fresh.data ?? project;
  const remove = useDeleteProject();
  const { name } = project;

  async function confirm() {
    await remove.mutateAsync(current);
    showToast(t('delete.done', { name }));
    onDeleted?.();
  }

  const refusal = (count: number): Refusal => ({
    title: t('delete.refused', { name }),
    body: t('delete.hasApplications', { name, count }),
    actions: (
      <Button variant="default" component={Link} to={`/projects/${project.id}`} onClick={onClose}>
        {t('delete.showApplications')}
      </Button>
    ),
  });

  return (
    <ConfirmDialog
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      onConfirm={confirm}
      onClose={onClose}
      refused={current.applicationCount > 0 ? refusal(current.applicationCount) : null}
      refusalOf={(problem) => (isProblemCode(problem, 'project_has_applications') ? refusal(problem.count ?? 1) : null)}
    >
      {t('delete.effect')}
    </ConfirmDialog>
  );
}
