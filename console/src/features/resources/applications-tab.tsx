import { Anchor, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Resource, ResourceApplication } from '@tessera/contract/resources';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '../../ui/copy-button';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { useListState } from '../../ui/list-state';
import { resourceApplicationsQuery } from './queries';

/** Who may ask for scopes of a resource; it is changed on the page of each application. */
export function ApplicationsTab({ resource }: { resource: Resource }) {
  const { t } = useTranslation('resources');
  const list = useListState({ sort: 'name' });
  const query = useQuery(resourceApplicationsQuery(resource.id, list.query));
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('applications.text', { project: resource.projectName })}
      </Text>
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
        columns={useColumns()}
        searchPlaceholder={t('applications.search')}
        editHref={(application) => `/applications/${application.id}/general`}
        empty={<EmptyState text={t('applications.empty')} />}
      />
    </>
  );
}

function useColumns(): Column<ResourceApplication>[] {
  const { t } = useTranslation('resources');
  const { t: tApplications } = useTranslation('applications');
  return [
    {
      key: 'project',
      title: t('applications.project'),
      cell: (application) => (
        <Anchor component={Link} to={`/projects/${application.projectId}`} size="sm">
          {application.projectName}
        </Anchor>
      ),
    },
    {
      key: 'type',
      title: t('applications.type'),
      cell: (application) => tApplications(`types.${application.authenticatorType}.label`),
    },
    {
      key: 'scopes',
      title: t('applications.scopes'),
      cell: (application) => (
        <Group gap={4}>
          {application.scopes.map((scope) => (
            <Code key={scope}>{scope}</Code>
          ))}
        </Group>
      ),
    },
  ];
}
