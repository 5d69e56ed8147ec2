import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DataTable } from '../../ui/data-table';
import { PageHeader } from '../../ui/page-header';
import { BulkDialog } from './bulk-dialog';
import { DeleteApplication } from './delete-application';
import { DisableApplication } from './disable-application';
import { NameNote, useListColumns } from './list-columns';
import { ListFilters } from './list-filters';
import { applicationListQuery } from './queries';
import { RowMenu } from './row-menu';
import { StartCards } from './start-cards';
import type { BulkAct } from './use-bulk';
import { useListFilters } from './use-list-filters';

const detailsOf = (row: Application) => `/applications/${row.id}`;

interface Bulk {
  act: BulkAct;
  rows: Application[];
  clear: () => void;
}

/** `/applications`: every application, with what can be done to one or to many. */
export function ApplicationListPage() {
  const { t } = useTranslation('applications');
  const filters = useListFilters();
  const query = useQuery(applicationListQuery(filters.query));
  const columns = useListColumns();
  const [deleting, setDeleting] = useState<Application | null>(null);
  const [disabling, setDisabling] = useState<Application | null>(null);
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const { list } = filters;
  const onlyBuiltIn = !list.narrowed && list.page === 1 && (query.data?.items.every((row) => row.builtIn) ?? false);

  const bulkAction = (act: BulkAct) => ({
    label: t(`bulk.${act}.label`),
    danger: act === 'delete',
    onSelect: (rows: Application[], clear: () => void) => setBulk({ act, rows, clear }),
  });

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button component={Link} to="/applications/new">
            {t('createButton')}
          </Button>
        }
      />
      {onlyBuiltIn && <StartCards />}
      <DataTable
        label={t('title')}
        list={list}
        query={query}
        columns={columns}
        columnChooser="applications"
        nameTitle={t('fields.name')}
        nameSort="name"
        rowId={(row) => row.id}
        rowName={(row) => row.name}
        rowHref={detailsOf}
        rowNote={(row) => <NameNote application={row} />}
        editHref={detailsOf}
        onDelete={setDeleting}
        canDelete={(row) => !row.builtIn}
        rowMenu={(row) => <RowMenu application={row} onDisable={() => setDisabling(row)} />}
        dimmed={(row) => row.status === 'disabled'}
        bulk={[bulkAction('enable'), bulkAction('disable'), bulkAction('delete')]}
        canSelect={(row) => !row.builtIn}
        filters={<ListFilters {...filters} />}
        chips={filters.chips}
        searchPlaceholder={t('search')}
        noMatch={(q) => t('noMatch', { q })}
        empty={null}
      />
      {deleting && <DeleteApplication application={deleting} onClose={() => setDeleting(null)} />}
      {disabling && <DisableApplication application={disabling} onClose={() => setDisabling(null)} />}
      {bulk && (
        <BulkDialog
          act={bulk.act}
          rows={bulk.rows}
          onCancel={() => setBulk(null)}
          onDone={() => {
            bulk.clear();
            setBulk(null);
          }}
        />
      )}
    </>
  );
}
