import { Button, Group, Stack, Title } from '@mantine/core';
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react';
import type { Run } from './use-run';

export interface StepHandle {
  focus: () => void;
}

export interface StepFormProps {
  /** Left out where there is one step only. */
  title?: string;
  submitLabel: string;
  run: Run;
  onSubmit: () => void;
  children: ReactNode;
  /** What went wrong, above the button. */
  problem: ReactNode;
  /** Buttons after that of the step. */
  actions?: ReactNode;
  /** Goes to the first field when the step appears. */
  focusFirst?: boolean;
  ref?: Ref<StepHandle>;
}

/** One step of the token generator: Enter and Ctrl/⌘ Enter submit, and the first faulty field gets the focus. */
export function StepForm({
  title,
  submitLabel,
  run,
  onSubmit,
  children,
  problem,
  actions,
  focusFirst = false,
  ref,
}: StepFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => form.current?.querySelector('input')?.focus() }), []);

  useEffect(() => {
    if (!focusFirst) return;
    // A menu or drawer that asked for the step gives the focus back when it has closed; the step comes after it.
    const timer = setTimeout(() => form.current?.querySelector('input')?.focus(), 50);
    return () => clearTimeout(timer);
  }, [focusFirst]);
  useEffect(() => {
    if (run.problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [run.problem]);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }

  function submitByKey(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit();
  }

  return (
    <form ref={form} noValidate onSubmit={submit} onKeyDown={submitByKey}>
      <Stack gap="sm">
        {title && <Title order={3}>{title}</Title>}
        {children}
        {problem}
        <Group>
          <Button type="submit" variant="outline" loading={run.busy}>
            {submitLabel}
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}
