import type { ApplicationUser } from '@tessera/contract/accounts';
import { useTranslation } from 'react-i18next';
import { StatusDot } from '../../../../ui/status-dot';

/** Enabled, Disabled, or a disabled account, which no toggle here can change. */
export function UserStatus({ user }: { user: ApplicationUser }) {
  const { t } = useTranslation('application-details');
  if (user.accountStatus === 'disabled') return <StatusDot tone="bad">{t('users.accountDisabled')}</StatusDot>;
  return user.enabled ? (
    <StatusDot tone="good">{t('users.enabled')}</StatusDot>
  ) : (
    <StatusDot tone="idle">{t('users.disabled')}</StatusDot>
  );
}
