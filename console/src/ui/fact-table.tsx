import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import table from './data-table.module.css';

export interface FactTableProps {
  label: string;
  /** The title of the first column, which names the row, and of the others. */
  name: string;
  titles: Record<string, string>;
  /** The rows end in a cell of buttons. */
  withActions?: boolean;
  /** The rows. */
  children: ReactNode;
}

/** A short table that is shown whole: nothing to search, sort or turn over. */
export function FactTable({ label, name, titles, withActions = true, children }: FactTableProps) {
  const { t } = useTranslation('ui');
  return (
    <div className={table.frame}>
      <table className={table.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            {Object.values(titles).map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            {withActions && (
              <th scope="col" className={table.actions}>
                <span className={table.hidden}>{t('table.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
