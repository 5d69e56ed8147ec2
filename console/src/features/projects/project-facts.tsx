import { Anchor } from '@mantine/core';
import type { Project } from '@tessera/contract/projects';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyValue, Facts } from '../../ui/facts';
import { RelativeTime } from '../../ui/relative-time';

export function ProjectFacts({ project }: { project: Project }) {
  const { t } = useTranslation('projects');
  return (
    <Facts
      facts={[
        {
          label: t('field.suite'),
          value: (
            <Anchor component={Link} to={`/suites/${project.suiteId}/overview`} size="sm">
              {project.suiteName}
            </Anchor>
          ),
        },
        {
          label: t('fact.resource'),
          value: <CopyValue text={project.defaultResource} what={t('copy.resource')} />,
        },
        { label: t('fact.slug'), value: <CopyValue text={project.slug} what={t('copy.slug')} /> },
        { label: t('column.created'), value: <RelativeTime at={project.createdAt} /> },
        { label: t('column.updated'), value: <RelativeTime at={project.updatedAt} /> },
        { label: t('fact.id'), value: <CopyValue text={project.id} what={t('copy.id')} /> },
      ]}
    />
  );
}
