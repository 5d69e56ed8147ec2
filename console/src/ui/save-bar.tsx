import { Button, Group, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './save-bar.module.css';
import type { AnyForm } from './use-form';

export interface SaveBarProps {
  form: AnyForm;
  /** A create page: the bar always stands, and Cancel leads here. */
  cancelTo?: string;
  /** “Save” when left out. */
  saveLabel?: string;
}

/** “Unsaved changes · Discard · Save”, only while there are changes; “Saved ✓” for 2 s after them. */
export function SaveBar({ form, cancelTo, saveLabel }: SaveBarProps) {
  const { t } = useTranslation();
  const saving = form.phase === 'saving';
  const justSaved = useJustSaved(form.phase === 'saved');
  const standing = cancelTo !== undefined;
  if (!standing && !form.dirty && !saving && !justSaved) return null;

  if (!standing && justSaved && !form.dirty)
    return (
      <div className={classes.bar}>
        <Group gap={6}>
          <Text size="sm">{t('form.saved')}</Text>
          <IconCheck size={16} aria-hidden />
        </Group>
      </div>
    );

  return (
    <div className={classes.bar}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {form.dirty ? t('form.unsaved') : ''}
        </Text>
        {/* The press keeps the focus in the field: a fault that shows on blur would move the bar away before the click. */}
        <Group gap="xs" onMouseDown={(event) => event.preventDefault()}>
          {standing ? (
            <Button variant="default" component={Link} to={cancelTo}>
              {t('dialog.cancel')}
            </Button>
          ) : (
            <Button variant="default" onClick={form.discard} disabled={saving}>
              {t('form.discard')}
            </Button>
          )}
          <Button type="submit" loading={saving}>
            {saveLabel ?? t('form.save')}
          </Button>
        </Group>
      </Group>
    </div>
  );
}

function useJustSaved(saved: boolean): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!saved) return setShown(false);
    setShown(true);
    const timer = setTimeout(() => setShown(false), 2_000);
    return () => clearTimeout(timer);
  }, [saved]);
  return shown;
}
