import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { RotateKeys } from '@tessera/contract/keys';
import { call } from '../../api';

/** The keys of a suite; what another admin or the schedule did is seen half a minute later. */
export function keyListQuery(suiteId: string) {
  return queryOptions({
    queryKey: ['keys', suiteId],
    queryFn: async ({ signal }) => (await call('listSuiteKeys', { params: { id: suiteId }, signal })).data.items,
    refetchInterval: 30_000,
  });
}

/** Every answer holds all keys as they are now. */
function useKeyChange<T>(suiteId: string, change: (input: T) => ReturnType<typeof rotate>) {
  const client = useQueryClient();
  const { queryKey } = keyListQuery(suiteId);
  return useMutation({
    mutationFn: change,
    onSuccess: ({ items }) => client.setQueryData(queryKey, items),
    // Somebody else was faster: what the table shows is not true any more.
    onError: () => client.invalidateQueries({ queryKey }),
  });
}

async function rotate(suiteId: string, body: RotateKeys) {
  return (await call('rotateSuiteKeys', { params: { id: suiteId }, body })).data;
}

export function useRotateKeys(suiteId: string) {
  return useKeyChange(suiteId, (body: RotateKeys) => rotate(suiteId, body));
}

export function useRevokeKey(suiteId: string) {
  return useKeyChange(
    suiteId,
    async (kid: string) => (await call('revokeSuiteKey', { params: { id: suiteId, kid } })).data,
  );
}
