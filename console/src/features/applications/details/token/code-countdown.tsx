import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../../ui/live-region';
import { useNow } from '../use-now';

/** “expires in 0:52”, then “expired”, which is said aloud once. */
export function CodeCountdown({ expiresAt }: { expiresAt: number }) {
  const { t } = useTranslation('application-details');
  const seconds = Math.max(0, Math.ceil((expiresAt - useNow()) / 1000));
  const expired = seconds === 0;

  useEffect(() => {
    if (expired) announce(t('token.codeExpired'));
  }, [expired, t]);

  if (expired) return <>{t('token.codeExpired')}</>;
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <>{t('token.codeExpires', { left })}</>;
}
