import { keepPreviousData, type QueryKey, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateProject, Project, UpdateProject } from '@tessera/contract/projects';
import { call } from '../../api';
import type { ListQuery } from '../../ui/list-state';
import { type OptionsState, useOptions } from '../../ui/use-options';

const all = ['projects'] as const;

export interface ProjectListQuery extends ListQuery {
  suiteId?: string;
}

export function projectListQuery(query: ProjectListQuery) {
  return queryOptions({
    queryKey: [...all, 'list', query],
    queryFn: async ({ signal }) => (await call('listProjects', { query, signal })).data,
    placeholderData: keepPreviousData,
  });
}

/** The projects of a suite, or of all, as far as one answer goes; `useProjectOptions` goes on by searching. */
export function projectOptionsQuery(suiteId?: string) {
  // Projects of the suite chosen before must not stand in for those of this one.
  return queryOptions({ ...projectListQuery({ suiteId, sort: 'name', limit: 100 }), placeholderData: undefined });
}

export function projectQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: async ({ signal }) => (await call('getProject', { params: { id }, signal })).data,
  });
}

/** Options, loading and onSearch of a SearchSelect or FilterSelect of projects; the chosen one is always among them. */
export function useProjectOptions(suiteId?: string, chosenId?: string | null): OptionsState {
  return useOptions(
    chosenId,
    projectOptionsQuery(suiteId),
    (q) => projectListQuery({ suiteId, q, sort: 'name', limit: 100 }),
    projectQuery,
  );
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: CreateProject) => (await call('createProject', { body })).data,
    onSuccess: (created) => {
      client.setQueryData(projectQuery(created.id).queryKey, created);
      // Suites count their projects.
      return client.invalidateQueries();
    },
  });
}

/** `version` is the one the form was filled from; a newer one on the server is 412. */
export function useUpdateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version, body }: Pick<Project, 'id' | 'version'> & { body: UpdateProject }) =>
      (await call('updateProject', { params: { id }, body, ifMatch: version })).data,
    onSuccess: (updated) => {
      client.setQueryData(projectQuery(updated.id).queryKey, updated);
      // Applications show the name of their project.
      return client.invalidateQueries();
    },
  });
}

export function useDeleteProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (project: Pick<Project, 'id' | 'version'>) =>
      call('deleteProject', { params: { id: project.id }, ifMatch: project.version }),
    onSuccess: (_, { id }) => {
      // Its own page may still be open for a moment: what it shows is not asked for again.
      const own = projectQuery(id).queryKey;
      const isOwn = (key: QueryKey) => own.every((part, index) => key[index] === part);
      client.removeQueries({ queryKey: own, type: 'inactive' });
      return client.invalidateQueries({ predicate: ({ queryKey }) => !isOwn(queryKey) });
    },
  });
}
