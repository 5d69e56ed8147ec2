import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  CreateResource,
  CreateScope,
  Resource,
  Scope,
  UpdateResource,
  UpdateScope,
} from '@tessera/contract/resources';
import type { QueryIn } from '@tessera/contract/routes';
import { call } from '../../api';

/** Keys: `[noun, 'list', query]`, `[noun, 'one', id, …]`. */
const all = ['resources'] as const;
const one = (id: string) => [...all, 'one', id] as const;

export function resourceListQuery(query: QueryIn<'listResources'>) {
  return queryOptions({
    queryKey: [...all, 'list', query],
    queryFn: async ({ signal }) => (await call('listResources', { query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

export function resourceQuery(id: string) {
  return queryOptions({
    queryKey: one(id),
    queryFn: async ({ signal }) => (await call('getResource', { params: { id }, signal })).data,
  });
}

export function resourceScopesQuery(id: string, query: QueryIn<'listResourceScopes'>) {
  return queryOptions({
    queryKey: [...one(id), 'scopes', query],
    queryFn: async ({ signal }) => (await call('listResourceScopes', { params: { id }, query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

export function scopeQuery(resourceId: string, scopeId: string) {
  return queryOptions({
    queryKey: [...one(resourceId), 'scope', scopeId],
    queryFn: async ({ signal }) => (await call('getScope', { params: { id: resourceId, scopeId }, signal })).data,
  });
}

export function resourceApplicationsQuery(id: string, query: QueryIn<'listResourceApplications'>) {
  return queryOptions({
    queryKey: [...one(id), 'applications', query],
    queryFn: async ({ signal }) => (await call('listResourceApplications', { params: { id }, query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

/** Scopes of many resources, for a choice among them. */
export function scopeListQuery(query: QueryIn<'listScopes'>) {
  return queryOptions({
    queryKey: ['scopes', 'list', query],
    queryFn: async ({ signal }) => (await call('listScopes', { query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

export function useCreateResource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateResource) => (await call('createResource', { body })).data,
    onSuccess: (created) => {
      client.setQueryData(resourceQuery(created.id).queryKey, created);
      // Another default may have given way, which projects show, too.
      return client.invalidateQueries();
    },
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateResource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Versioned & { body: UpdateResource }) =>
      (await call('updateResource', { params: { id }, body, ifMatch: version })).data,
    onSuccess: (updated) => {
      client.setQueryData(resourceQuery(updated.id).queryKey, updated);
      return client.invalidateQueries();
    },
  });
}

export function useDeleteResource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: Versioned) => call('deleteResource', { params: { id }, ifMatch: version }),
    onSuccess: (_, { id }) => {
      // Its own page may still be open for a moment: what it shows is not asked for again.
      const isOwn = (key: QueryKey) => one(id).every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: one(id), type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOwn(queryKey) });
    },
  });
}

export function useCreateScope(resourceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateScope) => (await call('createScope', { params: { id: resourceId }, body })).data,
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useUpdateScope(resourceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Versioned & { body: UpdateScope }) =>
      (await call('updateScope', { params: { id: resourceId, scopeId: id }, body, ifMatch: version })).data,
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDeleteScope(resourceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: Pick<Scope, 'id' | 'version'>) =>
      call('deleteScope', { params: { id: resourceId, scopeId: id }, ifMatch: version }),
    onSuccess: () => client.invalidateQueries(),
  });
}

type Versioned = Pick<Resource, 'id' | 'version'>;
