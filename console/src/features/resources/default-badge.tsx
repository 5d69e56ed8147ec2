import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Marks the audience of a project's tokens when no resource is asked for. */
export function DefaultBadge() {
  const { t } = useTranslation('resources');
  return (
    <Badge variant="default" size="sm" radius="sm" tt="none" title={t('defaultHint')}>
      {t('default')}
    </Badge>
  );
}
