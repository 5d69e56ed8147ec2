import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './toasts.module.css';

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

/** Long enough to read and to reach Undo; it stands still under the pointer and while it has the focus. */
const lifetime = { plain: 6_000, undo: 10_000 };

let toasts: Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows a passing message. Never put a secret in it. */
export function showToast(text: string, options: { undo?: () => void } = {}) {
  lastId += 1;
  change([...toasts.slice(-2), { id: lastId, text, ...options }]);
}

function dismiss(id: number) {
  change(toasts.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const list = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div role="status" aria-live="polite" className={classes.region}>
      {list.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(toast.id), toast.undo ? lifetime.undo : lifetime.plain);
    return () => clearTimeout(timer);
  }, [held, toast]);

  function undo() {
    dismiss(toast.id);
    toast.undo?.();
  }

  return (
    <Paper
      withBorder
      shadow="md"
      className={classes.toast}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Group wrap="nowrap" gap="xs">
        <Text size="sm" className={classes.text}>
          {toast.text}
        </Text>
        {toast.undo && (
          <Button size="compact-sm" variant="light" onClick={undo}>
            {t('toast.undo')}
          </Button>
        )}
        <CloseButton size="sm" aria-label={t('toast.dismiss')} onClick={() => dismiss(toast.id)} />
      </Group>
    </Paper>
  );
}
