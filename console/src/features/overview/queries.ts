import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api';

/** Read again every minute while the page is open. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: async ({ signal }) => (await call('getOverview', { signal })).data,
  refetchInterval: 60_000,
});
