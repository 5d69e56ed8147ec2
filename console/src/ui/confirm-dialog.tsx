import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '../problem';
import { ProblemAlert } from './problem-alert';
import { useReturnFocus } from './use-return-focus';

/** What a refused action shows in place of the question. */
export interface Refusal {
  title: string;
  body: ReactNode;
  /** Buttons beside [Close]. */
  actions?: ReactNode;
}

export interface ConfirmDialogProps {
  /** Names the object and the act: “Delete Storefront?”. */
  title: string;
  /** The effect. */
  children: ReactNode;
  /** Names the act: “Delete application”. */
  confirmLabel: string;
  /** The dialog stays open with a spinner until it settles; a throw shows inside. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  /** Must be typed before the button works: for what is irreversible and wide. */
  typeName?: string;
  /** Not destructive: the button has the accent colour. */
  harmless?: boolean;
  /** A refusal that is known before the question is asked. */
  refused?: Refusal | null;
  /** Turns a problem into the refusal view; null shows the plain alert. */
  refusalOf?: (problem: ApiProblem) => Refusal | null;
}

/** Rendered only while it is open: `{deleting && <ConfirmDialog …/>}`. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const refusal = props.refused ?? (problem && props.refusalOf?.(problem));

  async function confirm(event: FormEvent) {
    event.preventDefault();
    // A dialog that a form opens stands inside it in React's tree: agreeing here must not save there.
    event.stopPropagation();
    setBusy(true);
    setProblem(null);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }

  const close = () => !busy && props.onClose();
  if (refusal)
    return (
      <Modal opened onClose={close} title={refusal.title} closeButtonProps={{ 'aria-label': t('dialog.close') }}>
        <Stack>
          <Text size="sm" role="alert">
            {refusal.body}
          </Text>
          <Group justify="flex-end" gap="xs">
            {refusal.actions}
            <Button variant="default" data-autofocus onClick={close}>
              {t('dialog.close')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    );

  return (
    <Modal
      opened
      onClose={close}
      title={props.title}
      closeOnClickOutside={!busy}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <form onSubmit={confirm}>
        <Stack>
          <Text size="sm" component="div">
            {props.children}
          </Text>
          {props.typeName !== undefined && (
            <TextInput
              label={t('dialog.typeName', { name: props.typeName })}
              // A key ID is one long word.
              labelProps={{ style: { overflowWrap: 'anywhere' } }}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {problem && <ProblemAlert problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" data-autofocus onClick={close} disabled={busy}>
              {t('dialog.cancel')}
            </Button>
            <Button
              type="submit"
              color={props.harmless ? undefined : 'red'}
              loading={busy}
              disabled={props.typeName !== undefined && typed !== props.typeName}
            >
              {props.confirmLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
