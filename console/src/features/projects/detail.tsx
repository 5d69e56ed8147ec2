import { Button, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@tessera/contract/projects';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../ui/not-found-page';
import { PageHeader } from '../../ui/page-header';
import { QueryGate } from '../../ui/query-gate';
import { DeleteProject } from './delete-project';
import { EnvironmentTag } from './environment-tag';
import { ProjectApplications } from './project-applications';
import { ProjectDialog } from './project-dialog';
import { ProjectFacts } from './project-facts';
import { projectQuery } from './queries';

export function ProjectPage() {
  const { t } = useTranslation('projects');
  const { id = '' } = useParams();
  const query = useQuery(projectQuery(id));
  return (
    <QueryGate query={query} notFound={<NotFoundPage thing={t('one')} backLabel={t('title')} backTo="/projects" />}>
      {(project) => <ProjectDetail key={project.id} project={project} />}
    </QueryGate>
  );
}

function ProjectDetail({ project }: { project: Project }) {
  const { t } = useTranslation('projects');
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <PageHeader
        title={project.name}
        trail={[{ label: t('title'), to: '/projects' }]}
        description={project.description}
        facts={<EnvironmentTag environment={project.environment} />}
        actions={
          <>
            <Button variant="default" onClick={() => setDialog('edit')}>
              {t('editShort')}
            </Button>
            <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog('delete')}>
              {t('delete.many')}
            </Button>
            <Button component={Link} to={`/applications/new?suite=${project.suiteId}&project=${project.id}`}>
              {t('createApplication')}
            </Button>
          </>
        }
      />
      <ProjectFacts project={project} />
      <Title order={2} mt="lg" mb="xs">
        {t('applications.title')}
      </Title>
      <ProjectApplications project={project} />
      {dialog === 'edit' && <ProjectDialog project={project} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteProject project={project} onDeleted={() => navigate('/projects', { replace: true })} onClose={close} />
      )}
    </>
  );
}
