import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateRole, Role, UpdateRole } from '@tessera/contract/roles';
import type { QueryIn } from '@tessera/contract/routes';
import { call } from '../../api';

const all = ['roles'] as const;

export function roleListQuery(query: QueryIn<'listRoles'>) {
  return queryOptions({
    queryKey: [...all, 'list', query],
    queryFn: async ({ signal }) => (await call('listRoles', { query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

export function roleQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: async ({ signal }) => (await call('getRole', { params: { id }, signal })).data,
  });
}

export function useCreateRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateRole) => (await call('createRole', { body })).data,
    // Scopes count the roles that carry them.
    onSuccess: () => client.invalidateQueries(),
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Versioned & { body: UpdateRole }) =>
      (await call('updateRole', { params: { id }, body, ifMatch: version })).data,
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteRole() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: Versioned) => call('deleteRole', { params: { id }, ifMatch: version }),
    onSuccess: (_, { id }) => {
      // The question may still be open for a moment: what it shows is not asked for again.
      const own = roleQuery(id).queryKey;
      const isOwn = (key: QueryKey) => own.every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: own, type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOwn(queryKey) });
    },
  });
}

type Versioned = Pick<Role, 'id' | 'version'>;
