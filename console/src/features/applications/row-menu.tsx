import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconPlayerPause, IconPlayerPlay, IconStack2 } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { showToast } from '../../ui/toasts';
import { useSetStatus } from './use-set-status';

export interface RowMenuProps {
  application: Application;
  onDisable: () => void;
}

/** What is done less often with a row: Duplicate, Copy client ID, Disable or Enable. */
export function RowMenu({ application, onDisable }: RowMenuProps) {
  const { t } = useTranslation('applications');
  const setStatus = useSetStatus();
  const button = useRef<HTMLButtonElement>(null);
  const { id, name, clientId, status, builtIn } = application;

  async function copy() {
    try {
      await navigator.clipboard.writeText(clientId);
      showToast(t('menu.copied', { name }));
    } catch {
      // No clipboard outside a secure context: the button in the row shows the text instead.
      showToast(t('menu.notCopied'));
    }
  }

  function disable() {
    // The item goes with the menu; the dialog gives the focus back to where it was.
    button.current?.focus();
    onDisable();
  }

  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" size={28} aria-label={t('menu.label', { name })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!builtIn && (
          <Menu.Item
            component={Link}
            to={`/applications/new?from=${id}`}
            leftSection={<IconStack2 size={16} aria-hidden />}
          >
            {t('menu.duplicate')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
          {t('menu.copyClientId')}
        </Menu.Item>
        {!builtIn && status === 'active' && (
          <Menu.Item leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={disable}>
            {t('menu.disable')}
          </Menu.Item>
        )}
        {!builtIn && status === 'disabled' && (
          <Menu.Item
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={() => setStatus.change(application, 'active').catch(setStatus.tell)}
          >
            {t('menu.enable')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
