import type { Account } from '@tessera/contract/accounts';
import { useTranslation } from 'react-i18next';
import { StatusDot } from '../../ui/status-dot';

/** Active, or disabled: then nobody signs in with it. */
export function AccountStatus({ account }: { account: Account }) {
  const { t } = useTranslation('accounts');
  return <StatusDot tone={account.status === 'active' ? 'good' : 'idle'}>{t(`status.${account.status}`)}</StatusDot>;
}
