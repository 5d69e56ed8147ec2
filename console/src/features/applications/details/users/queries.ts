import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApplicationUser, CreateApplicationUser } from '@tessera/contract/accounts';
import type { Page } from '@tessera/contract/list';
import type { QueryIn } from '@tessera/contract/routes';
import { call, queryClient } from '../../../../api';
import { applicationKey, applicationsKey } from '../../queries';

const usersKey = (applicationId: string) => [...applicationKey(applicationId), 'users'] as const;

export function userListQuery(applicationId: string, query: QueryIn<'listApplicationUsers'>) {
  return queryOptions({
    queryKey: [...usersKey(applicationId), query],
    queryFn: async ({ signal }) =>
      (await call('listApplicationUsers', { params: { id: applicationId }, query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

/** Accounts of a suite by name or e-mail, for a picker. */
export function accountSearchQuery(suiteId: string, q: string) {
  return queryOptions({
    queryKey: ['accounts', 'list', { suiteId, q }],
    queryFn: async ({ signal }) => (await call('listAccounts', { query: { suiteId, q, limit: 20 }, signal })).data,
    placeholderData: keepPreviousData,
  });
}

/** The user of an application with this e-mail, as it is now; null when there is none. */
export async function findUser(applicationId: string, email: string): Promise<ApplicationUser | null> {
  const query = { q: email, limit: 100 };
  const { data } = await call('listApplicationUsers', { params: { id: applicationId }, query });
  return data.items.find((user) => user.email.toLowerCase() === email.trim().toLowerCase()) ?? null;
}

/** After a token was issued: its time stands in the lists. */
export function refreshAfterToken(applicationId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: applicationKey(applicationId) });
}

/** Creates a person, or assigns an account the suite has. The applications count their users. */
export function useAddUser(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateApplicationUser | { accountId: string }) =>
      (await call('createApplicationUser', { params: { id: applicationId }, body })).data,
    // What was sent may hold a password.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: applicationsKey }),
  });
}

export function useRemoveUser(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (user: Pick<ApplicationUser, 'id'>) =>
      call('deleteApplicationUser', { params: { id: applicationId, userId: user.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: applicationsKey }),
  });
}

/** Ends what a user was granted of the application, and tells it. */
export function useSignOutUser(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (user: Pick<ApplicationUser, 'id'>) =>
      (await call('signOutApplicationUser', { params: { id: applicationId, userId: user.id } })).data,
    onSuccess: () => client.invalidateQueries({ queryKey: applicationKey(applicationId) }),
  });
}

/** A user as it is now. */
export async function readUser(applicationId: string, userId: string): Promise<ApplicationUser> {
  return (await call('getApplicationUser', { params: { id: applicationId, userId } })).data;
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useSetRoles(applicationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, roleIds }: Pick<ApplicationUser, 'id' | 'version'> & { roleIds: string[] }) =>
      (
        await call('updateApplicationUser', {
          params: { id: applicationId, userId: id },
          body: { roleIds },
          ifMatch: version,
        })
      ).data,
    // Roles count their users.
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Enables or disables; the lists show it at once and go back when the server refuses. */
export function useSetEnabled(applicationId: string) {
  const client = useQueryClient();
  const lists = { queryKey: usersKey(applicationId) };
  return useMutation({
    mutationFn: async ({ user, enabled }: { user: Pick<ApplicationUser, 'id'>; enabled: boolean }) =>
      (
        await call('updateApplicationUser', {
          params: { id: applicationId, userId: user.id },
          body: { enabled },
        })
      ).data,
    onMutate: async ({ user, enabled }) => {
      await client.cancelQueries(lists);
      const before = client.getQueriesData<Page<ApplicationUser>>(lists);
      client.setQueriesData<Page<ApplicationUser>>(lists, (page) =>
        page ? { ...page, items: page.items.map((each) => (each.id === user.id ? { ...each, enabled } : each)) } : page,
      );
      return before;
    },
    onError: (_error, _change, before) => {
      for (const [key, page] of before ?? []) client.setQueryData(key, page);
    },
    onSettled: () => client.invalidateQueries(lists),
  });
}
