import { ActionIcon, Button, Kbd } from '@mantine/core';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { commandKey } from './command-key';
import { useShortcuts } from './use-shortcuts';

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));
const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog')).HelpDialog }));

/** Search and help of the top bar, with the keys that open them. */
export function ShellTools() {
  const { t } = useTranslation('palette');
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const close = () => setOpen(null);
  const openPalette = () => setOpen('palette');
  const openHelp = () => setOpen('help');
  useShortcuts({ openPalette, openHelp });
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        size="xs"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          <Kbd size="xs" aria-hidden>
            {commandKey} K
          </Kbd>
        }
        aria-keyshortcuts="Meta+K Control+K"
        onClick={openPalette}
      >
        {t('open')}
      </Button>
      <ActionIcon hiddenFrom="sm" variant="subtle" color="gray" size={32} aria-label={t('open')} onClick={openPalette}>
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        visibleFrom="sm"
        variant="subtle"
        color="gray"
        size={32}
        aria-label={t('help.title')}
        aria-keyshortcuts="?"
        onClick={openHelp}
      >
        <IconHelp size={18} aria-hidden />
      </ActionIcon>
      <Suspense>
        {open === 'palette' && <Palette onClose={close} onHelp={openHelp} />}
        {open === 'help' && <HelpDialog onClose={close} />}
      </Suspense>
    </>
  );
}
