import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../problem';
import { ProblemAlert } from '../../ui/problem-alert';
import { roleListQuery } from '../roles/queries';
import { resourceApplicationsQuery } from './queries';

const shown = 5;

/** Which applications and roles lose a resource, or one scope of it, when it is deleted. */
export function Loss({ resourceId, scopeId }: { resourceId: string; scopeId?: string }) {
  const { t } = useTranslation('resources');
  const narrowed = { limit: shown, ...(scopeId && { scopeId }) };
  // Asked anew: others may have come or gone since the list was read.
  const applications = useQuery({ ...resourceApplicationsQuery(resourceId, narrowed), staleTime: 0 });
  const roles = useQuery({ ...roleListQuery({ resourceId, ...narrowed }), staleTime: 0 });
  const error = applications.error ?? roles.error;
  if (error) return <ProblemAlert problem={toProblem(error)} />;
  if (!applications.data || !roles.data) return <Text size="sm">{t('loss.loading')}</Text>;
  if (applications.data.total + roles.data.total === 0) return <Text size="sm">{t('loss.none')}</Text>;
  return (
    <>
      <Names title={t('loss.applications')} {...applications.data}>
        {applications.data.items.map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
      </Names>
      <Names title={t('loss.roles')} {...roles.data}>
        {roles.data.items.map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
      </Names>
    </>
  );
}

function Names({ title, total, children }: { title: string; total: number; children: ReactNode }) {
  const { t } = useTranslation('resources');
  if (total === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt="sm">
        {title}
      </Text>
      <List size="sm" aria-label={title}>
        {children}
        {total > shown && <List.Item>{t('loss.more', { count: total - shown })}</List.Item>}
      </List>
    </>
  );
}
