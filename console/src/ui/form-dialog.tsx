import { Button, Drawer, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from './form';
import { LeaveDialog } from './leave-guard';
import type { AnyForm } from './use-form';
import { useReturnFocus } from './use-return-focus';

export interface FormDialogProps {
  title: string;
  form: AnyForm;
  children: ReactNode;
  onClose: () => void;
  /** “Save” when left out. */
  saveLabel?: string;
  /** A drawer from the side: for creating in context. */
  drawer?: boolean;
  problemActions?: ReactNode;
}

/** A form in a dialog or drawer, rendered only while it is open. Close it in the form's `onSaved`. */
export function FormDialog({
  title,
  form,
  children,
  onClose,
  saveLabel,
  drawer = false,
  problemActions,
}: FormDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [asking, setAsking] = useState(false);
  const saving = form.phase === 'saving';

  function close() {
    if (saving) return;
    if (form.isDirty()) setAsking(true);
    else onClose();
  }

  const content = (
    <Form form={form} guard={false} problemActions={problemActions}>
      {children}
      {/* The press keeps the focus in the field: a fault that shows on blur would move the button away before the click. */}
      <Group justify="flex-end" gap="xs" onMouseDown={(event) => event.preventDefault()}>
        <Button variant="default" onClick={close} disabled={saving}>
          {t('dialog.cancel')}
        </Button>
        <Button type="submit" loading={saving}>
          {saveLabel ?? t('form.save')}
        </Button>
      </Group>
    </Form>
  );
  const frame = {
    opened: true,
    onClose: close,
    title,
    closeOnClickOutside: false,
    closeButtonProps: { 'aria-label': t('dialog.close') },
  };

  return (
    <>
      {drawer ? (
        <Drawer position="right" size="md" {...frame}>
          {content}
        </Drawer>
      ) : (
        <Modal size="md" {...frame}>
          {content}
        </Modal>
      )}
      {asking && <LeaveDialog onStay={() => setAsking(false)} onLeave={onClose} />}
    </>
  );
}
