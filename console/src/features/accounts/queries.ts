import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Account, CreateAccount, UpdateAccount } from '@tessera/contract/accounts';
import type { QueryIn } from '@tessera/contract/routes';
import { call } from '../../api';

const all = ['accounts'] as const;

export function accountListQuery(query: QueryIn<'listAccounts'>) {
  return queryOptions({
    queryKey: [...all, 'list', query],
    queryFn: async ({ signal }) => (await call('listAccounts', { query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

export function accountQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: async ({ signal }) => (await call('getAccount', { params: { id }, signal })).data,
  });
}

export function consentListQuery(accountId: string) {
  return queryOptions({
    queryKey: [...all, 'one', accountId, 'consents'],
    queryFn: async ({ signal }) =>
      (await call('listConsents', { params: { id: accountId }, query: { limit: 100 }, signal })).data.items,
  });
}

/** Forgets a consent and ends what the application got by it. */
export function useWithdrawConsent(accountId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (applicationId: string) => call('withdrawConsent', { params: { id: accountId, applicationId } }),
    onSettled: () => client.invalidateQueries({ queryKey: consentListQuery(accountId).queryKey }),
  });
}

export function useCreateAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateAccount) => (await call('createAccount', { body })).data,
    // What was sent holds a password.
    gcTime: 0,
    // Suites count their accounts.
    onSuccess: () => client.invalidateQueries(),
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Pick<Account, 'id' | 'version'> & { body: UpdateAccount }) =>
      (await call('updateAccount', { params: { id }, body, ifMatch: version })).data,
    // What was sent may hold a password.
    gcTime: 0,
    onSuccess: (updated) => {
      client.setQueryData(accountQuery(updated.id).queryKey, updated);
      return client.invalidateQueries();
    },
  });
}

/** Ends sessions and grants everywhere. */
export function useSignOutAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => (await call('signOutAccount', { params: { id } })).data,
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (account: Pick<Account, 'id' | 'version'>) =>
      call('deleteAccount', { params: { id: account.id }, ifMatch: account.version }),
    onSuccess: (_, { id }) => {
      // Its own page may still be open for a moment: what it shows is not asked for again.
      const own = accountQuery(id).queryKey;
      const isOwn = (key: QueryKey) => own.every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: own, type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOwn(queryKey) });
    },
  });
}
