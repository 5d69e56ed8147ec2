import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../problem';
import { problemSentence } from './problem-alert';
import { StatusDot } from './status-dot';
import { useReturnFocus } from './use-return-focus';

export interface BulkDialogProps<T> {
  /** Names the act and the number: “Delete 3 projects?”. */
  title: string;
  /** The effect. */
  children: ReactNode;
  confirmLabel: string;
  rows: T[];
  rowId: (row: T) => string;
  rowName: (row: T) => string;
  /** Acts on one row; a throw is reported beside its name. */
  onEach: (row: T) => Promise<unknown>;
  /** The word beside a row that went well: “Deleted”. */
  doneLabel: string;
  onClose: () => void;
}

type Result = { ok: true } | { ok: false; reason: string };

/** Confirms an act on many rows, does one after the other and reports each. Rendered only while open. */
export function BulkDialog<T>(props: BulkDialogProps<T>) {
  const { t } = useTranslation();
  useReturnFocus();
  const [phase, setPhase] = useState<'asking' | 'running' | 'done'>('asking');
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const closeButton = useRef<HTMLButtonElement>(null);
  const failed = [...results.values()].filter((result) => !result.ok).length;

  // The button that was pressed is gone by then.
  useEffect(() => {
    if (phase === 'done') closeButton.current?.focus();
  }, [phase]);

  async function run() {
    setPhase('running');
    for (const row of props.rows) {
      const result = await props.onEach(row).then(
        (): Result => ({ ok: true }),
        (error: unknown): Result => ({ ok: false, reason: problemSentence(toProblem(error), t) }),
      );
      setResults((current) => new Map(current).set(props.rowId(row), result));
    }
    setPhase('done');
  }

  const close = () => phase !== 'running' && props.onClose();
  return (
    <Modal
      opened
      onClose={close}
      title={props.title}
      closeOnClickOutside={phase !== 'running'}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <Stack>
        {phase === 'asking' && <Text size="sm">{props.children}</Text>}
        <List size="sm" listStyleType="none" spacing="xs">
          {props.rows.map((row) => (
            <List.Item key={props.rowId(row)}>
              <Text size="sm" fw={600}>
                {props.rowName(row)}
              </Text>
              <ResultNote result={results.get(props.rowId(row))} doneLabel={props.doneLabel} />
            </List.Item>
          ))}
        </List>
        <Text size="sm" role="status">
          {phase === 'done' && t('bulk.done', { done: results.size - failed, failed })}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button ref={closeButton} variant="default" data-autofocus onClick={close} disabled={phase === 'running'}>
            {phase === 'done' ? t('dialog.close') : t('dialog.cancel')}
          </Button>
          {phase !== 'done' && (
            <Button color="red" loading={phase === 'running'} onClick={run}>
              {props.confirmLabel}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function ResultNote({ result, doneLabel }: { result: Result | undefined; doneLabel: string }) {
  if (!result) return null;
  if (result.ok) return <StatusDot tone="good">{doneLabel}</StatusDot>;
  return (
    <Text size="sm" c="var(--mantine-color-error)">
      {result.reason}
    </Text>
  );
}
