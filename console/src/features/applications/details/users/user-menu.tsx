import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconKey, IconUserMinus } from '@tabler/icons-react';
import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';

export interface UserMenuProps {
  application: Application;
  user: ApplicationUser;
  onGenerateToken: (user: ApplicationUser) => void;
  onRemove: (user: ApplicationUser) => void;
}

/** What can be done with one user of the application. */
export function UserMenu({ application, user, onGenerateToken, onRemove }: UserMenuProps) {
  const { t } = useTranslation('application-details');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('users.more', { email: user.email })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {application.authenticatorType !== 'client_credentials' && (
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => onGenerateToken(user)}>
            {t('users.generateToken')}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} aria-hidden />} onClick={() => onRemove(user)}>
          {t('users.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
