import { Button, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Column } from './data-table';
import type { ColumnChoice } from './use-columns';

export interface ColumnMenuProps<T> {
  columns: Column<T>[];
  choice: ColumnChoice<T>;
}

/** Chooses the columns of a table. The name stays. */
export function ColumnMenu<T>({ columns, choice }: ColumnMenuProps<T>) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t('table.columns')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map((column) => (
          <Menu.CheckboxItem key={column.key} checked={choice.isShown(column)} onChange={() => choice.toggle(column)}>
            {column.title}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
