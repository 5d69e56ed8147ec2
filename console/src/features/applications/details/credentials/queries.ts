import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateSecret } from '@tessera/contract/applications';
import { call } from '../../../../api';
import { applicationKey } from '../../queries';

export function secretListQuery(applicationId: string) {
  return queryOptions({
    queryKey: [...applicationKey(applicationId), 'secrets'],
    queryFn: async ({ signal }) => (await call('listSecrets', { params: { id: applicationId }, signal })).data.items,
  });
}

export function useCreateSecret(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateSecret) =>
      (await call('createSecret', { params: { id: applicationId }, body })).data,
    // The answer holds the secret: it lives as long as the dialog that shows it.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: secretListQuery(applicationId).queryKey }),
  });
}

export function useRevokeSecret(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ secretId, confirmLast }: { secretId: string; confirmLast: boolean }) =>
      call('revokeSecret', {
        params: { id: applicationId, secretId },
        query: confirmLast ? { confirmLast: 'true' } : {},
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: secretListQuery(applicationId).queryKey }),
  });
}
