import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateSuite, Suite, UpdateSuite } from '@tessera/contract/suites';
import { call } from '../../api';
import type { ListQuery } from '../../ui/list-state';
import { type OptionsState, useOptions } from '../../ui/use-options';

/** Keys: `[noun]` for everything, `[noun, 'list', query]`, `[noun, 'one', id]`. */
const all = ['suites'] as const;

export function suiteListQuery(query: ListQuery) {
  return queryOptions({
    queryKey: [...all, 'list', query],
    queryFn: async ({ signal }) => (await call('listSuites', { query, signal })).data,
    // The old page stays, dimmed, until the next one is there.
    placeholderData: keepPreviousData,
  });
}

/** The suites as far as one answer goes; `useSuiteOptions` goes on by searching on the server. */
export const suiteOptionsQuery = suiteListQuery({ sort: 'name', limit: 100 });

export function suiteQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: async ({ signal }) => (await call('getSuite', { params: { id }, signal })).data,
  });
}

/** Options, loading and onSearch of a SearchSelect or FilterSelect of suites; the chosen one is always among them. */
export function useSuiteOptions(chosenId?: string | null): OptionsState {
  return useOptions(chosenId, suiteOptionsQuery, (q) => suiteListQuery({ q, sort: 'name', limit: 100 }), suiteQuery);
}

export function useCreateSuite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateSuite) => (await call('createSuite', { body })).data,
    onSuccess: (created) => {
      client.setQueryData(suiteQuery(created.id).queryKey, created);
      return client.invalidateQueries();
    },
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateSuite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Pick<Suite, 'id' | 'version'> & { body: UpdateSuite }) =>
      (await call('updateSuite', { params: { id }, body, ifMatch: version })).data,
    onSuccess: (updated) => {
      client.setQueryData(suiteQuery(updated.id).queryKey, updated);
      // Projects and applications show the name of their suite.
      return client.invalidateQueries();
    },
  });
}

export function useDeleteSuite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (suite: Pick<Suite, 'id' | 'version'>) =>
      call('deleteSuite', { params: { id: suite.id }, ifMatch: suite.version }),
    onSuccess: (_, { id }) => {
      // Its own page may still be open for a moment: what it shows is not asked for again.
      const own = suiteQuery(id).queryKey;
      const isOwn = (key: QueryKey) => own.every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: own, type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOwn(queryKey) });
    },
  });
}
