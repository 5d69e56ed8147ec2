import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import type { RowSelection } from './use-row-selection';

export interface BulkAction<T> {
  label: string;
  /** Gets the selected rows; `clear` empties the selection once they are done. */
  onSelect: (rows: T[], clear: () => void) => void;
  /** Destroys something. */
  danger?: boolean;
}

export interface BulkBarProps<T> {
  selection: RowSelection<T>;
  actions: BulkAction<T>[];
}

/** “2 selected · Enable · Delete · Clear”; nothing while no row is selected. */
export function BulkBar<T>({ selection, actions }: BulkBarProps<T>) {
  const { t } = useTranslation();
  const count = selection.rows.length;
  return (
    <section aria-label={t('table.selection')} className={classes.bulk} data-shown={count > 0 || undefined}>
      {/* Stands empty before the first row is selected, so that the count is read out. */}
      <Text size="sm" fw={500} role="status">
        {count > 0 && t('table.selected', { count })}
      </Text>
      {count > 0 && (
        <Group gap={4}>
          {actions.map((action) => (
            <Button
              key={action.label}
              size="compact-sm"
              variant="subtle"
              color={action.danger ? 'red' : undefined}
              onClick={() => action.onSelect(selection.rows, selection.clear)}
            >
              {action.label}
            </Button>
          ))}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={selection.clear}>
            {t('table.clearSelection')}
          </Button>
        </Group>
      )}
    </section>
  );
}
