import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api';

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => (await call('getMe', { signal })).data,
  staleTime: 300_000,
});
