import { useState } from 'react';
import type { Column } from './data-table';

export interface ColumnChoice<T> {
  shown: Column<T>[];
  isShown: (column: Column<T>) => boolean;
  toggle: (column: Column<T>) => void;
}

/** Which columns are shown. Kept in this browser under `table`: the keys of those that differ from the start, nothing else. */
export function useColumns<T>(columns: Column<T>[], table: string | undefined): ColumnChoice<T> {
  const [changed, setChanged] = useState(() => readKeys(table));
  const isShown = (column: Column<T>) => Boolean(column.hidden) === changed.includes(column.key);

  function toggle({ key }: Column<T>) {
    const next = changed.includes(key) ? changed.filter((each) => each !== key) : [...changed, key];
    setChanged(next);
    writeKeys(table, next);
  }

  return { shown: columns.filter(isShown), isShown, toggle };
}

const storageKey = (table: string) => `tessera-columns-${table}`;

function readKeys(table: string | undefined): string[] {
  try {
    const stored = table && localStorage.getItem(storageKey(table));
    return stored ? stored.split(' ') : [];
  } catch {
    // Storage may be blocked: every visit starts with the same columns.
    return [];
  }
}

function writeKeys(table: string | undefined, keys: string[]) {
  if (!table) return;
  try {
    if (keys.length > 0) localStorage.setItem(storageKey(table), keys.join(' '));
    else localStorage.removeItem(storageKey(table));
  } catch {
    // See readKeys.
  }
}
