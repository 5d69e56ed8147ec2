import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '@tessera/contract/roles';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { RelativeTime } from '../../ui/relative-time';
import { showToast } from '../../ui/toasts';
import { useUrlFlag } from '../../ui/use-url-flag';
import { ProjectFilters } from '../projects/project-filters';
import { useProjectFilters } from '../projects/use-project-filters';
import { DeleteRole } from './delete-role';
import { roleListQuery } from './queries';
import { RoleDialog } from './role-dialog';
import '../../texts/roles';

export function RoleListPage() {
  const { t } = useTranslation('roles');
  const labels = { suite: t('field.suite'), project: t('field.project') };
  const filters = useProjectFilters(labels);
  const query = useQuery(roleListQuery(filters.query));
  const [creating, setCreating] = useUrlFlag('create');
  const [editing, setEditing] = useState<Role | null>(null);
  const [deleting, setDeleting] = useState<Role | null>(null);

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
        rowId={(role) => role.id}
        rowName={(role) => role.name}
        rowNote={(role) => role.description}
        columns={useColumns()}
        columnChooser="roles"
        filters={<ProjectFilters filters={filters} labels={labels} />}
        chips={filters.chips}
        searchPlaceholder={t('search')}
        onEdit={setEditing}
        onDelete={setDeleting}
        empty={
          <EmptyState text={t('empty')}>
            <Button variant="default" onClick={() => setCreating(true)}>
              {t('create')}
            </Button>
          </EmptyState>
        }
      />
      {creating && (
        <RoleDialog
          within={filters.chosen}
          onSaved={(role) => showToast(t('created', { name: role.name }))}
          onClose={() => setCreating(false)}
        />
      )}
      {editing && <RoleDialog key={editing.id} role={editing} onClose={() => setEditing(null)} />}
      {deleting && <DeleteRole role={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function useColumns(): Column<Role>[] {
  const { t } = useTranslation('roles');
  return [
    {
      key: 'suite',
      title: t('field.suite'),
      cell: (role) => (
        <Anchor component={Link} to={`/suites/${role.suiteId}/overview`} size="sm">
          {role.suiteName}
        </Anchor>
      ),
    },
    {
      key: 'project',
      title: t('field.project'),
      cell: (role) => (
        <Anchor component={Link} to={`/projects/${role.projectId}`} size="sm">
          {role.projectName}
        </Anchor>
      ),
    },
    { key: 'scopes', title: t('column.scopes'), numeric: true, cell: (role) => role.scopeCount },
    { key: 'users', title: t('column.users'), numeric: true, cell: (role) => role.userCount },
    {
      key: 'updated',
      title: t('column.updated'),
      sort: 'updatedAt',
      cell: (role) => <RelativeTime at={role.updatedAt} />,
    },
    {
      key: 'created',
      title: t('column.created'),
      sort: 'createdAt',
      hidden: true,
      cell: (role) => <RelativeTime at={role.createdAt} />,
    },
  ];
}
