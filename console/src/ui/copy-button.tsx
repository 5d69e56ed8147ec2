import { ActionIcon, Button, Popover, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from './live-region';

export interface CopyButtonProps {
  text: string;
  /** What is copied, in the middle of a sentence: “client ID”. */
  what: string;
  /** An icon for tables and headers, or a button with words. */
  variant?: 'icon' | 'button';
}

/** “Copy {what}” → “Copied”. Without a clipboard (no https) it shows the text selected, to press Ctrl+C. */
export function CopyButton({ text, what, variant = 'icon' }: CopyButtonProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const [manual, setManual] = useState(false);
  const label = copied ? t('copy.done') : t('copy.label', { what });
  const Icon = copied ? IconCheck : IconCopy;

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(t('copy.done'));
    } catch {
      // No clipboard outside a secure context, or the permission was refused.
      setManual(true);
    }
  }

  return (
    <Popover opened={manual} onChange={setManual} trapFocus returnFocus withArrow shadow="md">
      <Popover.Target>
        {variant === 'button' ? (
          <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={copy}>
            {label}
          </Button>
        ) : (
          <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} title={label} onClick={copy}>
            <Icon size={16} aria-hidden />
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          readOnly
          data-autofocus
          value={text}
          label={t('copy.manual')}
          onFocus={(event) => event.currentTarget.select()}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
