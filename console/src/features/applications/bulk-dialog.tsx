import { Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblemCode } from '../../problem';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { problemSentence } from '../../ui/problem-alert';
import { StatusDot } from '../../ui/status-dot';
import { showToast } from '../../ui/toasts';
import { useReturnFocus } from '../../ui/use-return-focus';
import { type BulkAct, type BulkOutcome, useBulk } from './use-bulk';

export interface BulkDialogProps {
  act: BulkAct;
  rows: Application[];
  onCancel: () => void;
  /** The report was closed, or there was nothing to report. */
  onDone: () => void;
}

/** Asks where something ends for good, acts, and reports on every row. Rendered only while open. */
export function BulkDialog({ act, rows, onCancel, onDone }: BulkDialogProps) {
  const [agreed, setAgreed] = useState(false);
  if (agreed || act === 'enable') return <BulkRun act={act} rows={rows} onDone={onDone} />;
  return <BulkQuestion act={act} rows={rows} onCancel={onCancel} onAgree={() => setAgreed(true)} />;
}

interface BulkQuestionProps extends Omit<BulkDialogProps, 'onDone'> {
  act: Exclude<BulkAct, 'enable'>;
  onAgree: () => void;
}

function BulkQuestion({ act, rows, onCancel, onAgree }: BulkQuestionProps) {
  const { t } = useTranslation('applications');
  const agreed = useRef(false);
  const count = rows.length;
  return (
    <ConfirmDialog
      title={t(`bulk.${act}.title`, { count })}
      confirmLabel={t(`bulk.${act}.confirm`, { count })}
      typeName={act === 'delete' ? t('bulk.typeCount', { count }) : undefined}
      onConfirm={async () => {
        agreed.current = true;
        onAgree();
      }}
      onClose={() => !agreed.current && onCancel()}
    >
      <Text size="sm" mb="xs">
        {t(`bulk.${act}.effect`, { count })}
      </Text>
      <List size="sm">
        {rows.map((row) => (
          <List.Item key={row.id}>{row.name}</List.Item>
        ))}
      </List>
    </ConfirmDialog>
  );
}

function BulkRun({ act, rows, onDone }: Omit<BulkDialogProps, 'onCancel'>) {
  const { t } = useTranslation(['applications', 'ui']);
  useReturnFocus();
  const bulk = useBulk();
  const [outcomes, setOutcomes] = useState<BulkOutcome[] | null>(null);
  const started = useRef(false);

  useEffect(() => {
    // Strict mode mounts twice; the act must not be.
    if (started.current) return;
    started.current = true;
    bulk.run(act, rows).then((all) => {
      if (all.some(({ problem }) => problem)) return setOutcomes(all);
      showToast(t(`bulk.${act}.done`, { count: all.length }));
      onDone();
    });
  });

  const good = outcomes?.filter(({ problem }) => !problem).length ?? 0;
  return (
    <Modal
      opened
      onClose={() => outcomes && onDone()}
      title={outcomes ? t(`bulk.${act}.report`, { good, count: rows.length }) : t('bulk.running')}
      withCloseButton={outcomes !== null}
      closeOnClickOutside={outcomes !== null}
      closeButtonProps={{ 'aria-label': t('ui:dialog.close') }}
    >
      {outcomes ? (
        <Stack role="alert">
          <List size="sm" listStyleType="none" spacing="xs">
            {outcomes.map((outcome) => (
              <List.Item key={outcome.application.id}>
                <Outcome act={act} {...outcome} />
              </List.Item>
            ))}
          </List>
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={onDone}>
              {t('ui:dialog.close')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Progress value={(bulk.done / rows.length) * 100} aria-label={t('bulk.running')} />
      )}
    </Modal>
  );
}

function Outcome({ act, application, problem }: BulkOutcome & { act: BulkAct }) {
  const { t } = useTranslation('applications');
  const { t: tUi } = useTranslation('ui');
  const reason =
    problem &&
    (isProblemCode(problem, 'application_has_users')
      ? t('delete.hasUsers', { count: problem.count ?? 1 })
      : problemSentence(problem, tUi));
  return (
    <>
      <Text size="sm" fw={500}>
        {application.name}
      </Text>
      <StatusDot tone={problem ? 'bad' : 'good'}>{t(problem ? `bulk.${act}.refused` : `bulk.${act}.ok`)}</StatusDot>
      {reason && <Text size="sm">{reason}</Text>}
    </>
  );
}
