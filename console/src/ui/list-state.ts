import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export const pageSizes = [20, 50, 100] as const;

export interface ListOptions<F extends string> {
  /** Sort when the URL names none, such as `name` or `-updatedAt`. */
  sort: string;
  /** Names of the filters; each is one query parameter. */
  filters?: readonly F[];
}

/** What every list operation takes. */
export interface ListQuery {
  q?: string;
  sort?: string;
  page?: number;
  limit?: number;
}

/** What the parts of a table need of a list, whatever its filters are. */
export type AnyList = Omit<ListState<never>, 'filters' | 'query' | 'setFilters'>;

export interface ListState<F extends string> {
  q: string;
  sort: string;
  page: number;
  size: number;
  filters: { [name in F]?: string };
  /** True when a search or filter narrows the list. */
  narrowed: boolean;
  /** For the list operation of the page. */
  query: ListQuery & { [name in F]?: string };
  setSearch: (q: string) => void;
  setSort: (sort: string) => void;
  setPage: (page: number, options?: { replace?: boolean }) => void;
  setSize: (size: number) => void;
  /** Sets several filters in one step, so that Back undoes them together; undefined takes one away. */
  setFilters: (change: { [name in F]?: string | undefined }) => void;
  /** Takes search and filters away. */
  clear: () => void;
}

/** Search, filters, sort and page of a list, kept in the URL; defaults are left out and Back undoes. */
export function useListState<const F extends string = never>({
  sort: defaultSort,
  filters: names = [],
}: ListOptions<F>): ListState<F> {
  const [params, setParams] = useSearchParams();

  const change = useCallback(
    (patch: Record<string, string | undefined>, options?: { replace?: boolean }) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries({ page: undefined, ...patch })) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: options?.replace ?? false, preventScrollReset: true },
      ),
    [setParams],
  );

  const key = params.toString();
  const list = names.join(' ');
  return useMemo(() => {
    const current = new URLSearchParams(key);
    const q = current.get('q') ?? '';
    const sort = current.get('sort') ?? defaultSort;
    const page = Math.max(1, Math.trunc(Number(current.get('page'))) || 1);
    const size = pageSizes.find((each) => String(each) === current.get('size')) ?? pageSizes[0];
    const filterNames = list ? list.split(' ') : [];
    const present = filterNames.flatMap((name) => {
      const value = current.get(name);
      return value ? [[name, value] as const] : [];
    });
    const filters = Object.fromEntries(present) as { [name in F]?: string };
    return {
      q,
      sort,
      page,
      size,
      filters,
      narrowed: q !== '' || present.length > 0,
      query: { ...(q && { q }), sort, page, limit: size, ...filters },
      // While somebody refines one search, the history keeps one entry.
      setSearch: (next) => change({ q: next }, { replace: q !== '' && next !== '' }),
      setSort: (next) => change({ sort: next === defaultSort ? undefined : next }),
      setPage: (next, options) => change({ page: next > 1 ? String(next) : undefined }, options),
      setSize: (next) => change({ size: next === pageSizes[0] ? undefined : String(next) }),
      setFilters: (patch) => change(patch),
      clear: () => change({ q: undefined, ...Object.fromEntries(filterNames.map((name) => [name, undefined])) }),
    };
  }, [key, list, defaultSort, change]);
}
