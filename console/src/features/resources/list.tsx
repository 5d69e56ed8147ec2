import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Resource } from '@tessera/contract/resources';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '../../ui/copy-button';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { RelativeTime } from '../../ui/relative-time';
import { showToast } from '../../ui/toasts';
import { useUrlFlag } from '../../ui/use-url-flag';
import { ProjectFilters } from '../projects/project-filters';
import { useProjectFilters } from '../projects/use-project-filters';
import { DefaultBadge } from './default-badge';
import { DeleteResource } from './delete-resource';
import { resourceListQuery } from './queries';
import { ResourceDialog } from './resource-dialog';
import '../../texts/resources';

export function ResourceListPage() {
  const { t } = useTranslation('resources');
  const labels = { suite: t('field.suite'), project: t('field.project') };
  const filters = useProjectFilters(labels);
  const query = useQuery(resourceListQuery(filters.query));
  const [creating, setCreating] = useUrlFlag('create');
  const [editing, setEditing] = useState<Resource | null>(null);
  const [deleting, setDeleting] = useState<Resource | null>(null);

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={<Button onClick={() => setCreating(true)}>{t('new')}</Button>}
      />
      <DataTable
        label={t('title')}
        list={filters.list}
        query={query}
        nameTitle={t('field.name')}
        nameSort="name"
        rowId={(resource) => resource.id}
        rowName={(resource) => resource.name}
        rowHref={(resource) => `/resources/${resource.id}/scopes`}
        rowNote={(resource) => (
          <>
            {resource.identifier}
            <CopyButton text={resource.identifier} what={t('copy.identifier')} />
            {resource.isDefault && <DefaultBadge />}
          </>
        )}
        columns={useColumns()}
        columnChooser="resources"
        filters={<ProjectFilters filters={filters} labels={labels} />}
        chips={filters.chips}
        searchPlaceholder={t('search')}
        onEdit={setEditing}
        onDelete={setDeleting}
        canDelete={(resource) => !resource.isDefault}
        empty={
          <EmptyState text={t('empty')}>
            <Button variant="default" onClick={() => setCreating(true)}>
              {t('create')}
            </Button>
          </EmptyState>
        }
      />
      {creating && (
        <ResourceDialog
          within={filters.chosen}
          onSaved={(resource) => showToast(t('created', { name: resource.name }))}
          onClose={() => setCreating(false)}
        />
      )}
      {editing && <ResourceDialog key={editing.id} resource={editing} onClose={() => setEditing(null)} />}
      {deleting && <DeleteResource resource={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function useColumns(): Column<Resource>[] {
  const { t } = useTranslation('resources');
  return [
    {
      key: 'suite',
      title: t('field.suite'),
      cell: (resource) => (
        <Anchor component={Link} to={`/suites/${resource.suiteId}/overview`} size="sm">
          {resource.suiteName}
        </Anchor>
      ),
    },
    {
      key: 'project',
      title: t('field.project'),
      cell: (resource) => (
        <Anchor component={Link} to={`/projects/${resource.projectId}`} size="sm">
          {resource.projectName}
        </Anchor>
      ),
    },
    { key: 'scopes', title: t('column.scopes'), numeric: true, cell: (resource) => resource.scopeCount },
    {
      key: 'updated',
      title: t('column.updated'),
      sort: 'updatedAt',
      cell: (resource) => <RelativeTime at={resource.updatedAt} />,
    },
    {
      key: 'created',
      title: t('column.created'),
      sort: 'createdAt',
      hidden: true,
      cell: (resource) => <RelativeTime at={resource.createdAt} />,
    },
  ];
}
