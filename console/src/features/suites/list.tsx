import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Suite } from '@tessera/contract/suites';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BulkDialog } from '../../ui/bulk-dialog';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { CopyValue } from '../../ui/facts';
import { useListState } from '../../ui/list-state';
import { PageHeader } from '../../ui/page-header';
import { RelativeTime } from '../../ui/relative-time';
import { showToast } from '../../ui/toasts';
import { useUrlFlag } from '../../ui/use-url-flag';
import { BuiltInBadge } from './built-in-badge';
import { DeleteSuite } from './delete-suite';
import { suiteListQuery, useDeleteSuite } from './queries';
import { SuiteDialog } from './suite-dialog';

interface Selected {
  rows: Suite[];
  clear: () => void;
}

export function SuiteListPage() {
  const { t } = useTranslation('suites');
  const list = useListState({ sort: 'name' });
  const query = useQuery(suiteListQuery(list.query));
  const [creating, setCreating] = useUrlFlag('create');
  const [editing, setEditing] = useState<Suite | null>(null);
  const [deleting, setDeleting] = useState<Suite | null>(null);
  const [selected, setSelected] = useState<Selected | null>(null);
  const remove = useDeleteSuite();

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={<Button onClick={() => setCreating(true)}>{t('new')}</Button>}
      />
      <DataTable
        label={t('title')}
        list={list}
        query={query}
        nameTitle={t('field.name')}
        nameSort="name"
        rowId={(suite) => suite.id}
        rowName={(suite) => suite.name}
        rowHref={(suite) => `/suites/${suite.id}/overview`}
        rowNote={(suite) => suite.builtIn && <BuiltInBadge />}
        columns={[
          { key: 'projects', title: t('column.projects'), numeric: true, cell: (suite) => suite.projectCount },
          {
            key: 'applications',
            title: t('column.applications'),
            numeric: true,
            cell: (suite) => suite.applicationCount,
          },
          { key: 'users', title: t('column.users'), numeric: true, cell: (suite) => suite.accountCount },
          {
            key: 'updated',
            title: t('column.updated'),
            sort: 'updatedAt',
            cell: (suite) => <RelativeTime at={suite.updatedAt} />,
          },
          {
            key: 'created',
            title: t('column.created'),
            sort: 'createdAt',
            hidden: true,
            cell: (suite) => <RelativeTime at={suite.createdAt} />,
          },
          {
            key: 'issuer',
            title: t('fact.issuer'),
            hidden: true,
            cell: (suite) => <CopyValue text={suite.issuer} what={t('copy.issuer')} />,
          },
        ]}
        columnChooser="suites"
        searchPlaceholder={t('search')}
        onEdit={setEditing}
        onDelete={setDeleting}
        canDelete={(suite) => !suite.builtIn}
        bulk={[{ label: t('delete.many'), danger: true, onSelect: (rows, clear) => setSelected({ rows, clear }) }]}
        canSelect={(suite) => !suite.builtIn}
        empty={
          <EmptyState text={t('empty')}>
            <Button onClick={() => setCreating(true)}>{t('create')}</Button>
          </EmptyState>
        }
      />
      {creating && (
        <SuiteDialog
          onSaved={(suite) => showToast(t('created', { name: suite.name }))}
          onClose={() => setCreating(false)}
        />
      )}
      {editing && <SuiteDialog key={editing.id} suite={editing} onClose={() => setEditing(null)} />}
      {deleting && <DeleteSuite suite={deleting} onClose={() => setDeleting(null)} />}
      {selected && (
        <BulkDialog
          title={t('delete.manyTitle', { count: selected.rows.length })}
          confirmLabel={t('delete.manyConfirm', { count: selected.rows.length })}
          doneLabel={t('delete.manyDone')}
          rows={selected.rows}
          rowId={(suite) => suite.id}
          rowName={(suite) => suite.name}
          onEach={remove.mutateAsync}
          onClose={() => {
            selected.clear();
            setSelected(null);
          }}
        >
          {t('delete.manyEffect')}
        </BulkDialog>
      )}
    </>
  );
}
