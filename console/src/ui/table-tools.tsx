import { Button, Group, NativeSelect, Pill } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ColumnMenu } from './column-menu';
import type { Column, FilterChip } from './data-table';
import classes from './data-table.module.css';
import type { AnyList } from './list-state';
import { TableSearch } from './table-search';
import type { ColumnChoice } from './use-columns';

export interface TableToolsProps<T> {
  list: AnyList;
  searchPlaceholder: string;
  filters: ReactNode;
  chips: FilterChip[];
  nameTitle: string;
  nameSort: string | undefined;
  columns: Column<T>[];
  /** Undefined takes the column chooser away. */
  choice: ColumnChoice<T> | undefined;
}

/** What stands above a table: search, filters, columns, and the chips of what narrows it. */
export function TableTools<T>(props: TableToolsProps<T>) {
  const { t } = useTranslation();
  const { list, chips, columns } = props;
  return (
    <>
      <div className={classes.tools}>
        <div className={classes.search}>
          <TableSearch list={list} placeholder={props.searchPlaceholder} />
        </div>
        {props.filters}
        <SortSelect list={list} columns={[{ title: props.nameTitle, sort: props.nameSort }, ...columns]} />
        {props.choice && (
          <div className={classes.choose}>
            <ColumnMenu columns={columns} choice={props.choice} />
          </div>
        )}
      </div>
      {chips.length > 0 && (
        <Group gap={6} mb="xs">
          {chips.map((chip) => (
            <Pill
              key={chip.label}
              withRemoveButton
              onRemove={chip.onRemove}
              removeButtonProps={{
                'aria-label': t('table.removeFilter', { filter: chip.label }),
                'aria-hidden': false,
                tabIndex: 0,
              }}
            >
              {chip.label}
            </Pill>
          ))}
          <Button size="compact-xs" variant="subtle" onClick={list.clear}>
            {t('table.clearFilters')}
          </Button>
        </Group>
      )}
    </>
  );
}

interface SortSelectProps {
  list: AnyList;
  columns: { title: string; sort?: string | undefined }[];
}

/** Where rows are cards there are no headers to press. */
function SortSelect({ list, columns }: SortSelectProps) {
  const { t } = useTranslation();
  const data = columns.flatMap(({ title, sort }) =>
    sort
      ? [
          { value: sort, label: t('table.sortUp', { title }) },
          { value: `-${sort}`, label: t('table.sortDown', { title }) },
        ]
      : [],
  );
  if (data.length === 0) return null;
  return (
    <NativeSelect
      hiddenFrom="sm"
      aria-label={t('table.sort')}
      data={data}
      value={list.sort}
      onChange={(event) => list.setSort(event.currentTarget.value)}
    />
  );
}
