import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconIdBadge2, IconKey, IconLogout, IconUser, IconUserMinus } from '@tabler/icons-react';
import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import '../../../../texts/roles';

export interface UserMenuProps {
  application: Application;
  user: ApplicationUser;
  onGenerateToken: (user: ApplicationUser) => void;
  onRoles: (user: ApplicationUser) => void;
  onSignOut: (user: ApplicationUser) => void;
  onRemove: (user: ApplicationUser) => void;
}

/** What can be done with one user of the application. */
export function UserMenu({ application, user, onGenerateToken, onRoles, onSignOut, onRemove }: UserMenuProps) {
  const { t } = useTranslation(['application-details', 'roles']);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('users.more', { email: user.email })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={`/users/${user.accountId}`} leftSection={<IconUser size={16} aria-hidden />}>
          {t('users.open')}
        </Menu.Item>
        {application.authenticatorType !== 'client_credentials' && (
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => onGenerateToken(user)}>
            {t('users.generateToken')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconIdBadge2 size={16} aria-hidden />} onClick={() => onRoles(user)}>
          {t('roles:user.item')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => onSignOut(user)}>
          {t('users.signOut')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconUserMinus size={16} aria-hidden />} onClick={() => onRemove(user)}>
          {t('users.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
