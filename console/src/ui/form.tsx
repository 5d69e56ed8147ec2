import { Alert, Anchor, List, Stack } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { type FormEvent, type MouseEvent, type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './form.module.css';
import { LeaveGuard } from './leave-guard';
import { ProblemAlert } from './problem-alert';
import type { AnyForm } from './use-form';

export interface FormProps {
  form: AnyForm;
  children: ReactNode;
  /** Asks before a navigation loses changes. Off in a dialog: a router holds one blocker at a time. */
  guard?: boolean;
  /** Buttons in the alert of a problem that belongs to no field, such as Reload after 412. */
  problemActions?: ReactNode;
}

/** The form element with its alerts on top; Ctrl/⌘ S saves. End it with <SaveBar>. */
export function Form({ form, children, guard = true, problemActions }: FormProps) {
  const saveByKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (form.isDirty()) form.submit();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => saveByKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  function submit(event: FormEvent) {
    event.preventDefault();
    // A form in a dialog stands inside the page's form in React's tree: its submit must not reach it.
    event.stopPropagation();
    form.submit();
  }

  return (
    <form noValidate onSubmit={submit} className={classes.form}>
      <Stack gap="md">
        <FormAlerts form={form} actions={problemActions} />
        {children}
      </Stack>
      {guard && <LeaveGuard isDirty={form.isDirty} dirty={form.dirty} />}
    </form>
  );
}

function FormAlerts({ form, actions }: { form: AnyForm; actions?: ReactNode }) {
  const { t } = useTranslation();
  const count = form.attention.length;
  const top = useRef<HTMLDivElement>(null);

  // The save bar is at hand far below the alert: what it says must not go unseen.
  useEffect(() => {
    if (form.problem) top.current?.scrollIntoView({ block: 'nearest' });
  }, [form.problem]);

  function go(event: MouseEvent, path: string) {
    event.preventDefault();
    form.focusField(path);
  }

  return (
    <>
      {form.problem && (
        <div ref={top}>
          <ProblemAlert problem={form.problem} actions={actions} />
        </div>
      )}
      {count > 0 && (
        <Alert
          role="alert"
          color="red"
          variant="light"
          icon={<IconAlertCircle aria-hidden />}
          title={t('form.attention', { count })}
        >
          <List size="sm" listStyleType="none">
            {form.attention.map(({ path, label, fault }) => (
              <List.Item key={path}>
                <Anchor href="#" size="sm" c="inherit" underline="always" onClick={(event) => go(event, path)}>
                  {label}
                </Anchor>
                {`: ${fault}`}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}
