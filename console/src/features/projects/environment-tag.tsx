import { Badge } from '@mantine/core';
import type { Project } from '@tessera/contract/projects';
import { useTranslation } from 'react-i18next';

/** Production stands out; the word says it, not the colour. */
export function EnvironmentTag({ environment }: Pick<Project, 'environment'>) {
  const { t } = useTranslation('projects');
  return (
    <Badge variant={environment === 'production' ? 'light' : 'default'} size="sm" radius="sm" tt="none">
      {t(`environment.${environment}`)}
    </Badge>
  );
}
