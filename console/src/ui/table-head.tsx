import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Column } from './data-table';
import classes from './data-table.module.css';
import type { AnyList } from './list-state';
import type { RowSelection } from './use-row-selection';

export interface TableHeadProps<T> {
  list: AnyList;
  nameTitle: string;
  nameSort: string | undefined;
  columns: Column<T>[];
  selection: RowSelection<T> | undefined;
  hasActions: boolean;
}

export function TableHead<T>({ list, nameTitle, nameSort, columns, selection, hasActions }: TableHeadProps<T>) {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        {selection && (
          <th scope="col" className={classes.select}>
            <Checkbox
              size="xs"
              aria-label={t('table.selectAll')}
              checked={selection.state === 'all'}
              indeterminate={selection.state === 'some'}
              onChange={(event) => selection.setAll(event.currentTarget.checked)}
            />
          </th>
        )}
        <HeaderCell title={nameTitle} sort={nameSort} list={list} />
        {columns.map((column) => (
          <HeaderCell key={column.key} title={column.title} sort={column.sort} numeric={column.numeric} list={list} />
        ))}
        {hasActions && (
          <th scope="col" className={classes.actions}>
            <span className={classes.hidden}>{t('table.actions')}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface HeaderCellProps {
  title: string;
  sort?: string | undefined;
  numeric?: boolean | undefined;
  list: AnyList;
}

function HeaderCell({ title, sort, numeric, list }: HeaderCellProps) {
  if (!sort)
    return (
      <th scope="col" data-numeric={numeric}>
        {title}
      </th>
    );
  const ascending = list.sort === sort;
  const descending = list.sort === `-${sort}`;
  return (
    <th scope="col" data-numeric={numeric} aria-sort={ascending ? 'ascending' : descending ? 'descending' : 'none'}>
      <button type="button" className={classes.sort} onClick={() => list.setSort(ascending ? `-${sort}` : sort)}>
        {title}
        <span aria-hidden className={classes.arrow}>
          {ascending ? '▲' : descending ? '▼' : '↕'}
        </span>
      </button>
    </th>
  );
}
