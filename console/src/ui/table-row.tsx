import { ActionIcon, Anchor, Checkbox } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Column } from './data-table';
import classes from './data-table.module.css';
import type { RowSelection } from './use-row-selection';

export interface RowActions<T> {
  rowId: (row: T) => string;
  rowName: (row: T) => string;
  /** Page of the object; without it the name is plain text. */
  rowHref?: (row: T) => string;
  /** Second line of the name cell, such as an id with its CopyButton. */
  rowNote?: (row: T) => ReactNode;
  /** The pencil opens a page… */
  editHref?: (row: T) => string;
  /** …or a dialog. */
  onEdit?: (row: T) => void;
  onDelete?: (row: T) => void;
  /** False takes the bin of a row away, such as for what is built in. */
  canDelete?: (row: T) => boolean;
  /** A menu or toggle after the icons. */
  rowMenu?: (row: T) => ReactNode;
  /** A dimmed row, such as a disabled user. */
  dimmed?: (row: T) => boolean;
}

interface TableRowProps<T> extends RowActions<T> {
  row: T;
  columns: Column<T>[];
  nameTitle: string;
  selection: RowSelection<T> | undefined;
  hasActions: boolean;
}

export function TableRow<T>(props: TableRowProps<T>) {
  const { t } = useTranslation();
  const { row, columns, selection, onEdit, onDelete } = props;
  const name = props.rowName(row);
  const href = props.rowHref?.(row);
  const editHref = props.editHref?.(row);
  const editProps = {
    variant: 'subtle',
    color: 'gray',
    size: 28,
    'aria-label': t('table.edit', { name }),
    'data-row-edit': true,
  } as const;

  return (
    <tr data-dimmed={props.dimmed?.(row) || undefined} data-selected={selection?.has(row) || undefined}>
      {selection && (
        <td className={classes.select}>
          {selection.allowed(row) && (
            <Checkbox
              size="xs"
              data-row-select
              aria-label={t('table.select', { name })}
              checked={selection.has(row)}
              onChange={(event) =>
                selection.set(row, event.currentTarget.checked, Boolean((event.nativeEvent as MouseEvent).shiftKey))
              }
            />
          )}
        </td>
      )}
      <td data-label={props.nameTitle} className={classes.name}>
        {href ? (
          <Anchor component={Link} to={href} data-row-link size="sm" fw={500}>
            {name}
          </Anchor>
        ) : (
          // Focusable, so that the arrow keys can walk through rows without pages.
          <span data-row-link tabIndex={-1}>
            {name}
          </span>
        )}
        {props.rowNote && <div className={classes.note}>{props.rowNote(row)}</div>}
      </td>
      {columns.map((column) => (
        <td key={column.key} data-label={column.title} data-numeric={column.numeric}>
          {column.cell(row)}
        </td>
      ))}
      {props.hasActions && (
        <td className={classes.actions}>
          <div className={classes.icons}>
            {props.rowMenu?.(row)}
            {editHref && (
              <ActionIcon component={Link} to={editHref} {...editProps}>
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            )}
            {onEdit && !editHref && (
              <ActionIcon {...editProps} onClick={() => onEdit(row)}>
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            )}
            {onDelete && (props.canDelete?.(row) ?? true) && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={28}
                aria-label={t('table.delete', { name })}
                data-row-delete
                onClick={() => onDelete(row)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </div>
        </td>
      )}
    </tr>
  );
}
