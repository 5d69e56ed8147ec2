import type { Secret } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { StatusDot } from '../../../../ui/status-dot';
import { clockTime } from '../duration';

const longestOverlap = 604_800;

/** Active, Overlap until 14:00, Expired or Revoked. */
export function SecretStatus({ secret, others }: { secret: Secret; others: Secret[] }) {
  const { t, i18n } = useTranslation('application-details');
  if (secret.status === 'expired') return <StatusDot tone="idle">{t('secrets.expired')}</StatusDot>;
  if (secret.status === 'revoked') return <StatusDot tone="bad">{t('secrets.revoked')}</StatusDot>;
  if (secret.expiresAt !== null && isOverlap(secret, others))
    return (
      <StatusDot tone="warn">{t('secrets.overlap', { at: clockTime(secret.expiresAt, i18n.language) })}</StatusDot>
    );
  return <StatusDot tone="good">{t('secrets.active')}</StatusDot>;
}

/** A rotation lets the older secrets end soon after the newer one was made. */
function isOverlap(secret: Secret, others: Secret[]): boolean {
  const { expiresAt } = secret;
  if (expiresAt === null) return false;
  return others.some(
    (other) =>
      other.status === 'active' &&
      other.createdAt > secret.createdAt &&
      expiresAt >= other.createdAt &&
      expiresAt <= other.createdAt + longestOverlap,
  );
}
