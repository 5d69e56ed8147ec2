import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import type { Project } from '@tessera/contract/projects';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '../../ui/copy-button';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { useListState } from '../../ui/list-state';
import { RelativeTime } from '../../ui/relative-time';
import { StatusDot } from '../../ui/status-dot';
import { applicationListQuery } from '../applications/queries';

/** The applications of a project; they are changed on their own pages. */
export function ProjectApplications({ project }: { project: Pick<Project, 'id' | 'suiteId'> }) {
  const { t } = useTranslation('projects');
  const list = useListState({ sort: 'name' });
  const query = useQuery(applicationListQuery({ ...list.query, projectId: project.id }));
  return (
    <DataTable
      label={t('applications.title')}
      list={list}
      query={query}
      nameTitle={t('applications.name')}
      nameSort="name"
      rowId={(application) => application.id}
      rowName={(application) => application.name}
      rowHref={(application) => `/applications/${application.id}/general`}
      rowNote={(application) => (
        <>
          {application.clientId}
          <CopyButton text={application.clientId} what={t('copy.clientId')} />
        </>
      )}
      columns={useApplicationColumns()}
      searchPlaceholder={t('applications.search')}
      editHref={(application) => `/applications/${application.id}/general`}
      empty={
        <EmptyState text={t('applications.empty')}>
          <Button
            variant="default"
            component={Link}
            to={`/applications/new?suite=${project.suiteId}&project=${project.id}`}
          >
            {t('createApplication')}
          </Button>
        </EmptyState>
      }
    />
  );
}

function useApplicationColumns(): Column<Application>[] {
  const { t } = useTranslation('projects');
  const { t: tApplications } = useTranslation('applications');
  return [
    {
      key: 'type',
      title: tApplications('fields.authenticatorType'),
      cell: (application) => tApplications(`types.${application.authenticatorType}.label`),
    },
    { key: 'users', title: t('applications.users'), numeric: true, cell: (application) => application.userCount },
    {
      key: 'status',
      title: tApplications('status.label'),
      cell: ({ status }) => (
        <StatusDot tone={status === 'active' ? 'good' : 'idle'}>{tApplications(`status.${status}`)}</StatusDot>
      ),
    },
    {
      key: 'lastToken',
      title: t('applications.lastToken'),
      sort: 'lastTokenAt',
      cell: (application) => <RelativeTime at={application.lastTokenAt} />,
    },
  ];
}
