import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isProblemCode } from '../../problem';
import { ConfirmDialog, type Refusal } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { suiteQuery, useDeleteSuite } from './queries';

export interface DeleteSuiteProps {
  suite: Suite;
  onClose: () => void;
  /** Runs after the server has deleted it, before the dialog closes. */
  onDeleted?: () => void;
}

/** Delete by typing the name; a suite with projects is refused, here and by the server. Rendered only while open. */
export function DeleteSuite({ suite, onClose, onDeleted }: DeleteSuiteProps) {
  const { t } = useTranslation('suites');
  // Asked anew: projects may have come or gone since the list was read.
  const fresh = useQuery({ ...suiteQuery(suite.id), staleTime: 0 });
  const current = fresh.data ?? suite;
  const remove = useDeleteSuite();
  const { name } = suite;

  async function confirm() {
    await remove.mutateAsync(current);
    showToast(t('delete.done', { name }));
    onDeleted?.();
  }

  const refusal = (count: number): Refusal => ({
    title: t('delete.refused', { name }),
    body: t('delete.hasProjects', { name, count }),
    actions: (
      <Button variant="default" component={Link} to={`/suites/${suite.id}/projects`} onClick={onClose}>
        {t('delete.showProjects')}
      </Button>
    ),
  });

  return (
    <ConfirmDialog
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      typeName={name}
      onConfirm={confirm}
      onClose={onClose}
      refused={current.projectCount > 0 ? refusal(current.projectCount) : null}
      refusalOf={(problem) => (isProblemCode(problem, 'suite_has_projects') ? refusal(problem.count ?? 1) : null)}
    >
      {t('delete.effect', { count: current.accountCount })}
    </ConfirmDialog>
  );
}
