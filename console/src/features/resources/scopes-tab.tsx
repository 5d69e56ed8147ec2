import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Resource, Scope } from '@tessera/contract/resources';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { useListState } from '../../ui/list-state';
import { showToast } from '../../ui/toasts';
import { useUrlFlag } from '../../ui/use-url-flag';
import { DeleteScope } from './delete-scope';
import { resourceScopesQuery } from './queries';
import { ScopeDialog } from './scope-dialog';

/** The scopes of a resource; opens the create dialog on `?create=1`. */
export function ScopesTab({ resource }: { resource: Resource }) {
  const { t } = useTranslation('resources');
  const list = useListState({ sort: 'name' });
  const query = useQuery(resourceScopesQuery(resource.id, list.query));
  const [creating, setCreating] = useUrlFlag('create');
  const [editing, setEditing] = useState<Scope | null>(null);
  const [deleting, setDeleting] = useState<Scope | null>(null);

  return (
    <>
      <DataTable
        label={t('scopes.title')}
        list={list}
        query={query}
        nameTitle={t('scopes.name')}
        nameSort="name"
        rowId={(scope) => scope.id}
        rowName={(scope) => scope.name}
        columns={useColumns()}
        searchPlaceholder={t('scopes.search')}
        onEdit={setEditing}
        onDelete={setDeleting}
        empty={
          <EmptyState text={t('scopes.empty')}>
            <Button variant="default" onClick={() => setCreating(true)}>
              {t('scopes.create')}
            </Button>
          </EmptyState>
        }
      />
      {creating && (
        <ScopeDialog
          resourceId={resource.id}
          onSaved={(scope) => showToast(t('scopes.created', { name: scope.name }))}
          onClose={() => setCreating(false)}
        />
      )}
      {editing && (
        <ScopeDialog key={editing.id} resourceId={resource.id} scope={editing} onClose={() => setEditing(null)} />
      )}
      {deleting && <DeleteScope scope={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function useColumns(): Column<Scope>[] {
  const { t } = useTranslation('resources');
  return [
    { key: 'description', title: t('scopes.description'), cell: (scope) => scope.description },
    {
      key: 'roles',
      title: t('scopes.roles'),
      cell: (scope) =>
        scope.roleCount > 0 ? scope.roleCount : <span title={t('scopes.everybodyHint')}>{t('scopes.everybody')}</span>,
    },
    {
      key: 'applications',
      title: t('scopes.applications'),
      numeric: true,
      cell: (scope) => scope.applicationCount,
    },
  ];
}
