import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Page } from '@tessera/contract/list';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type BulkAction, BulkBar } from './bulk-bar';
import classes from './data-table.module.css';
import { EmptyState } from './empty-state';
import type { AnyList } from './list-state';
import { onRowKey } from './row-keys';
import { TableHead } from './table-head';
import { ErrorRow, MessageRow, SkeletonRows } from './table-messages';
import { TablePages } from './table-pages';
import { type RowActions, TableRow } from './table-row';
import { TableTools } from './table-tools';
import { useColumns } from './use-columns';
import { useDelayed } from './use-delayed';
import { useRowSelection } from './use-row-selection';

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** Field of the API's `sort`; without it the header does not sort. */
  sort?: string;
  /** Numbers stand at the end. */
  numeric?: boolean;
  /** Not shown until somebody chooses it in the column chooser. */
  hidden?: boolean;
}

export interface FilterChip {
  label: string;
  onRemove: () => void;
}

export interface DataTableProps<T> extends RowActions<T> {
  /** Name of the table for screen readers: “Applications”. */
  label: string;
  list: AnyList;
  /** The answer of a list operation. */
  query: UseQueryResult<Page<T>, Error>;
  /** After the name column, which `rowName` and `rowHref` make. */
  columns: Column<T>[];
  /** Gives the table a column chooser, and is the name under which this browser keeps the choice: `applications`. */
  columnChooser?: string;
  nameTitle: string;
  nameSort?: string;
  searchPlaceholder: string;
  /** FilterSelect controls beside the search. */
  filters?: ReactNode;
  /** Active filters, each with a button that takes it away. */
  chips?: FilterChip[];
  /** Gives the table a selection column; shown as “2 selected · … · Clear”. */
  bulk?: BulkAction<T>[];
  /** False takes the checkbox of a row away. */
  canSelect?: (row: T) => boolean;
  /** In place of “Nothing matches “{q}”.” */
  noMatch?: (q: string) => string;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { t } = useTranslation();
  const { list, query } = props;
  const showSkeleton = useDelayed(query.isPending, 150);
  const choice = useColumns(props.columns, props.columnChooser);
  const columns = choice.shown;
  const page = query.data;
  const rows = page?.items ?? [];
  const selectionOfPage = useRowSelection(rows, props.rowId, props.canSelect);
  const selection = props.bulk && selectionOfPage;
  const hasActions = Boolean(props.onEdit ?? props.editHref ?? props.onDelete ?? props.rowMenu);
  const width = columns.length + 1 + (hasActions ? 1 : 0) + (selection ? 1 : 0);

  // The last row of a page was deleted, or the URL names a page beyond the end.
  const beyond = page && !query.isPlaceholderData && rows.length === 0 && page.total > 0 && list.page > 1;
  useEffect(() => {
    if (beyond)
      list.setPage(Math.max(1, Math.min(list.page - 1, Math.ceil(page.total / list.size))), { replace: true });
  }, [beyond, page, list]);

  return (
    <section aria-label={props.label}>
      <TableTools
        list={list}
        searchPlaceholder={props.searchPlaceholder}
        filters={props.filters}
        chips={props.chips ?? []}
        nameTitle={props.nameTitle}
        nameSort={props.nameSort}
        columns={props.columns}
        choice={props.columnChooser ? choice : undefined}
      />
      <div className={classes.frame}>
        <table
          className={classes.table}
          aria-label={props.label}
          aria-busy={query.isFetching}
          data-stale={query.isPlaceholderData || undefined}
        >
          <TableHead
            list={list}
            nameTitle={props.nameTitle}
            nameSort={props.nameSort}
            columns={columns}
            selection={selection}
            hasActions={hasActions}
          />
          <tbody onKeyDown={onRowKey}>
            {showSkeleton && <SkeletonRows count={8} width={width} />}
            {query.isError && !page && <ErrorRow error={query.error} width={width} onRetry={() => query.refetch()} />}
            {rows.map((row) => (
              <TableRow
                key={props.rowId(row)}
                row={row}
                {...props}
                columns={columns}
                selection={selection}
                hasActions={hasActions}
              />
            ))}
            {page && !beyond && rows.length === 0 && (
              <MessageRow width={width}>
                {list.narrowed ? (
                  <EmptyState
                    text={
                      list.q
                        ? (props.noMatch?.(list.q) ?? t('table.noMatch', { q: list.q }))
                        : t('table.noMatchFilters')
                    }
                  >
                    <Button variant="default" onClick={list.clear}>
                      {t('table.clearFilters')}
                    </Button>
                  </EmptyState>
                ) : (
                  props.empty
                )}
              </MessageRow>
            )}
          </tbody>
        </table>
      </div>
      {selection && <BulkBar selection={selection} actions={props.bulk ?? []} />}
      {page && rows.length > 0 && (
        <TablePages list={list} total={page.total} totalCapped={page.totalCapped} shown={rows.length} />
      )}
    </section>
  );
}
