import { useRef, useState } from 'react';

export interface RowSelection<T> {
  /** The selected rows, in the order of the page. What is not on the page is not selected. */
  rows: T[];
  has: (row: T) => boolean;
  allowed: (row: T) => boolean;
  /** `range` takes everything between the row chosen last and this one. */
  set: (row: T, selected: boolean, range: boolean) => void;
  state: 'none' | 'some' | 'all';
  setAll: (selected: boolean) => void;
  clear: () => void;
}

/** Which rows of a page are selected. */
export function useRowSelection<T>(
  page: T[],
  rowId: (row: T) => string,
  canSelect: (row: T) => boolean = () => true,
): RowSelection<T> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const selectable = page.filter(canSelect);
  const rows = selectable.filter((row) => ids.has(rowId(row)));

  function change(changed: T[], selected: boolean) {
    const next = new Set(rows.map(rowId));
    for (const row of changed) {
      if (selected) next.add(rowId(row));
      else next.delete(rowId(row));
    }
    setIds(next);
  }

  function set(row: T, selected: boolean, range: boolean) {
    const to = selectable.indexOf(row);
    const from = range ? selectable.findIndex((each) => rowId(each) === last.current) : -1;
    change(from < 0 ? [row] : selectable.slice(Math.min(from, to), Math.max(from, to) + 1), selected);
    last.current = rowId(row);
  }

  return {
    rows,
    has: (row) => ids.has(rowId(row)),
    allowed: canSelect,
    set,
    state: rows.length === 0 ? 'none' : rows.length < selectable.length ? 'some' : 'all',
    setAll: (selected) => change(selectable, selected),
    clear: () => setIds(new Set()),
  };
}
