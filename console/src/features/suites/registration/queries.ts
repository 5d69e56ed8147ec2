import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateRegistrationToken } from '@tessera/contract/registration';
import { call } from '../../../api';
import { suiteQuery } from '../queries';

export function tokenListQuery(suiteId: string) {
  return queryOptions({
    queryKey: [...suiteQuery(suiteId).queryKey, 'registration-tokens'],
    queryFn: async ({ signal }) =>
      (await call('listRegistrationTokens', { params: { id: suiteId }, signal })).data.items,
  });
}

export function useCreateToken(suiteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateRegistrationToken) =>
      (await call('createRegistrationToken', { params: { id: suiteId }, body })).data,
    // The answer holds the token: it lives as long as the dialog that shows it.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: tokenListQuery(suiteId).queryKey }),
  });
}

export function useRevokeToken(suiteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (tokenId: string) => call('revokeRegistrationToken', { params: { id: suiteId, tokenId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokenListQuery(suiteId).queryKey }),
  });
}
