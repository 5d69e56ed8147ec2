import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  Application,
  ApplicationWithSecret,
  AuthenticatorType,
  CreateApplication,
  UpdateApplication,
} from '@tessera/contract/applications';
import type { QueryIn } from '@tessera/contract/routes';
import { call } from '../../api';

/** Keys: `[noun]` for everything, `[noun, 'list', query]`, `[noun, 'one', id, …]`. */
export const applicationsKey = ['applications'] as const;
export const applicationKey = (id: string) => [...applicationsKey, 'one', id] as const;

export function applicationListQuery(query: QueryIn<'listApplications'>) {
  return queryOptions({
    queryKey: [...applicationsKey, 'list', query],
    queryFn: async ({ signal }) => (await call('listApplications', { query, signal })).data,
    // The old page stays, dimmed, until the next one is there.
    placeholderData: keepPreviousData,
  });
}

export function applicationQuery(id: string) {
  return queryOptions({
    queryKey: applicationKey(id),
    queryFn: async ({ signal }) => (await call('getApplication', { params: { id }, signal })).data,
  });
}

/** The newest logout tokens on their way to an application; asked for again while one waits. */
export function logoutDeliveriesQuery(applicationId: string) {
  return queryOptions({
    queryKey: [...applicationKey(applicationId), 'logout-deliveries'],
    queryFn: async ({ signal }) =>
      (await call('listLogoutDeliveries', { query: { applicationId, limit: 10 }, signal })).data,
    refetchInterval: ({ state }) => (state.data?.items.some(({ status }) => status === 'waiting') ? 5_000 : false),
  });
}

/** What a change of the authenticator type would do now; asked anew each time. */
export function typeChangeQuery(id: string, to: AuthenticatorType) {
  return queryOptions({
    queryKey: [...applicationKey(id), 'type-change', to],
    queryFn: async ({ signal }) => (await call('getTypeChange', { params: { id }, query: { to }, signal })).data,
    staleTime: 0,
    gcTime: 0,
  });
}

/** The cache never holds a secret. */
function withoutSecret({ clientSecret: _, ...application }: ApplicationWithSecret): Application {
  return application;
}

export function useCreateApplication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateApplication) => (await call('createApplication', { body })).data,
    // The answer may hold a secret: it lives as long as the page that shows it.
    gcTime: 0,
    onSuccess: (created) => {
      client.setQueryData(applicationQuery(created.id).queryKey, withoutSecret(created));
      // Suites and projects show how many applications they have.
      return client.invalidateQueries();
    },
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateApplication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Versioned & { body: UpdateApplication }) =>
      (await call('updateApplication', { params: { id }, body, ifMatch: version })).data,
    gcTime: 0,
    onSuccess: (updated) => {
      client.setQueryData(applicationQuery(updated.id).queryKey, withoutSecret(updated));
      return client.invalidateQueries({ queryKey: applicationsKey });
    },
  });
}

export function useDeleteApplication() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (application: Versioned) =>
      call('deleteApplication', { params: { id: application.id }, ifMatch: application.version }),
    onSuccess: (_, { id }) => {
      // Its own page may still be open for a moment: what it shows is not asked for again.
      const isOfDeleted = (key: QueryKey) => applicationKey(id).every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: applicationKey(id), type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOfDeleted(queryKey) });
    },
  });
}

/** Reads the public keys at an address; nothing is kept. */
export function useFetchClientKeys(id: string) {
  return useMutation({
    mutationFn: async (jwksUri: string) =>
      (await call('fetchClientKeys', { params: { id }, body: { jwksUri } })).data.keys,
  });
}

export function useRevokeRefreshTokens() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => (await call('revokeApplicationRefreshTokens', { params: { id } })).data,
    onSuccess: (_, id) => client.invalidateQueries({ queryKey: applicationKey(id) }),
  });
}

type Versioned = Pick<Application, 'id' | 'version'>;
