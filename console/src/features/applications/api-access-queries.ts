import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api';
import { applicationKey } from './queries';

export function applicationScopesQuery(id: string) {
  return queryOptions({
    queryKey: [...applicationKey(id), 'scopes'],
    queryFn: async ({ signal }) => (await call('getApplicationScopes', { params: { id }, signal })).data,
  });
}

/** `version` is the one the form was filled from; another list on the server is 412. */
export function useSetApplicationScopes(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ scopeIds, version }: { scopeIds: string[]; version: number }) =>
      (await call('setApplicationScopes', { params: { id }, body: { scopeIds }, ifMatch: version })).data,
    onSuccess: (saved) => {
      client.setQueryData(applicationScopesQuery(id).queryKey, saved);
      // Resources and scopes show who may ask.
      return client.invalidateQueries();
    },
  });
}
