import type { SigningKey } from '@tessera/contract/keys';
import { useTranslation } from 'react-i18next';
import { StatusDot, type StatusDotProps } from '../../ui/status-dot';

const tones: Record<SigningKey['status'], StatusDotProps['tone']> = {
  next: 'idle',
  signing: 'good',
  retired: 'warn',
  revoked: 'bad',
};

/** True for a key that is in the JWKS no more; `now` in Unix seconds. */
export function isGone(key: SigningKey, now: number): boolean {
  return key.removedAt !== null && key.removedAt <= now;
}

/** Next, Signing, Retired (verify only), Removed or Revoked. */
export function KeyStatus({ signingKey, now }: { signingKey: SigningKey; now: number }) {
  const { t } = useTranslation('keys');
  const { status } = signingKey;
  if (status === 'retired' && isGone(signingKey, now)) return <StatusDot tone="idle">{t('status.removed')}</StatusDot>;
  return <StatusDot tone={tones[status]}>{t(`status.${status}`)}</StatusDot>;
}
