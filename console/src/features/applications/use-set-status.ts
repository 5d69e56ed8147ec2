import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../problem';
import { problemSentence } from '../../ui/problem-alert';
import { showToast } from '../../ui/toasts';
import { useUpdateApplication } from './queries';

type Status = Application['status'];

/** Enables or disables an application and says so, with an Undo for what can be undone. */
export function useSetStatus() {
  const { t } = useTranslation('applications');
  const { t: tUi } = useTranslation('ui');
  const update = useUpdateApplication();

  /** Throws ApiProblem. */
  async function change(application: Application, status: Status): Promise<void> {
    const updated = await update.mutateAsync({ id: application.id, version: application.version, body: { status } });
    const { name } = updated;
    if (status === 'disabled') showToast(t('status.wasDisabled', { name }));
    else showToast(t('status.wasEnabled', { name }), { undo: () => change(updated, 'disabled').catch(tell) });
  }

  /** For a change that has no dialog to show its problem in. */
  function tell(error: unknown): void {
    showToast(problemSentence(toProblem(error), tUi));
  }

  return { change, tell, isPending: update.isPending };
}
