import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type ApiProblem, isProblemCode, toProblem } from '../../problem';
import { ConfirmDialog, type Refusal } from '../../ui/confirm-dialog';
import { ProblemAlert } from '../../ui/problem-alert';
import { showToast } from '../../ui/toasts';
import { applicationQuery, useDeleteApplication } from './queries';
import { useSetStatus } from './use-set-status';

export interface DeleteApplicationProps {
  application: Application;
  onClose: () => void;
  /** Runs after the server has deleted it, before the dialog closes. */
  onDeleted?: () => void;
}

/** Delete by typing the name; an application that has users is refused, here and by the server. Rendered only while open. */
export function DeleteApplication({ application, onClose, onDeleted }: DeleteApplicationProps) {
  const { t } = useTranslation('applications');
  // Asked anew: users may have come since the list was read.
  const fresh = useQuery({ ...applicationQuery(application.id), staleTime: 0 });
  const current = fresh.data ?? application;
  const remove = useDeleteApplication();
  const { name } = application;

  async function confirm() {
    await remove.mutateAsync(current);
    showToast(t('delete.done', { name }));
    onDeleted?.();
  }

  const refusal = (count: number): Refusal => ({
    title: t('delete.refused', { name }),
    body: t('delete.hasUsers', { count }),
    actions: <WaysOut application={current} onClose={onClose} />,
  });

  return (
    <ConfirmDialog
      title={t('delete.title', { name })}
      confirmLabel={t('delete.confirm')}
      typeName={name}
      onConfirm={confirm}
      onClose={onClose}
      refused={current.userCount > 0 ? refusal(current.userCount) : null}
      refusalOf={(problem) => (isProblemCode(problem, 'application_has_users') ? refusal(problem.count ?? 1) : null)}
    >
      {t('delete.effect')}
    </ConfirmDialog>
  );
}

/** [Show application users] [Disable instead] */
function WaysOut({ application, onClose }: { application: Application; onClose: () => void }) {
  const { t } = useTranslation('applications');
  const setStatus = useSetStatus();
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  async function disable() {
    setProblem(null);
    try {
      await setStatus.change(application, 'disabled');
      onClose();
    } catch (error) {
      setProblem(toProblem(error));
    }
  }

  return (
    <>
      {problem && <ProblemAlert problem={problem} />}
      <Button variant="default" component={Link} to={`/applications/${application.id}/users`} onClick={onClose}>
        {t('delete.showUsers')}
      </Button>
      {application.status === 'active' && (
        <Button variant="default" loading={setStatus.isPending} onClick={disable}>
          {t('delete.disableInstead')}
        </Button>
      )}
    </>
  );
}
