import { useDebouncedValue } from '@mantine/hooks';
import { type QueryKey, type UndefinedInitialDataOptions, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import type { Page } from '@tessera/contract/list';
import { useState } from 'react';
import type { SearchSelectOption } from './search-select';

interface Named {
  id: string;
  name: string;
}

export interface OptionsState {
  options: SearchSelectOption[];
  loading: boolean;
  /** Only where one answer does not hold them all: then the server searches. */
  onSearch: ((typed: string) => void) | undefined;
}

type Options<T, K extends QueryKey> = UndefinedInitialDataOptions<T, Error, T, K> | UseQueryOptions<T, Error, T, K>;

/** Options of a select over a list operation. The chosen one is always among them, wherever it stands in the list. */
export function useOptions<T extends Named, F extends QueryKey, S extends QueryKey, O extends QueryKey>(
  chosenId: string | null | undefined,
  first: Options<Page<T>, F>,
  search: (q: string) => Options<Page<T>, S>,
  one: (id: string) => Options<T, O>,
): OptionsState {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 300);
  const firstPage = useQuery(first);
  const more = firstPage.data !== undefined && firstPage.data.total > firstPage.data.items.length;
  const searching = more && q !== '';
  const found = useQuery({ ...search(q), enabled: searching });
  const items = (searching ? found.data : firstPage.data)?.items ?? [];
  const missing = Boolean(chosenId) && firstPage.data !== undefined && !items.some((item) => item.id === chosenId);
  const chosen = useQuery({ ...one(chosenId ?? ''), enabled: missing && more });
  const all = missing && chosen.data ? [chosen.data, ...items] : items;
  return {
    options: all.map((item) => ({ value: item.id, label: item.name })),
    loading: firstPage.isPending || (searching && found.isFetching),
    onSearch: more ? setTyped : undefined,
  };
}
