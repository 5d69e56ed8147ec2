import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Marks the suite whose accounts are the admins. */
export function BuiltInBadge() {
  const { t } = useTranslation('suites');
  return (
    <Badge variant="default" size="sm" radius="sm" tt="none" title={t('builtInHint')}>
      {t('builtIn')}
    </Badge>
  );
}
