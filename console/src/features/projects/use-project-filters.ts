import { useQuery } from '@tanstack/react-query';
import type { FilterChip } from '../../ui/data-table';
import { type ListState, useListState } from '../../ui/list-state';
import type { OptionsState } from '../../ui/use-options';
import { useSuiteOptions } from '../suites/queries';
import { projectQuery, useProjectOptions } from './queries';

export interface ProjectFilters {
  list: ListState<'suite' | 'project'>;
  /** For the list operation. */
  query: { q?: string; sort?: string; page?: number; limit?: number; suiteId?: string; projectId?: string };
  suites: OptionsState;
  /** Undefined until a suite is known. */
  projects: OptionsState | undefined;
  chips: FilterChip[];
  /** What a new object starts with. */
  chosen: { suiteId: string; projectId: string };
}

/** Filters of a list of what belongs to projects, from the URL: `?suite=&project=`. */
export function useProjectFilters(labels: { suite: string; project: string }): ProjectFilters {
  const list = useListState({ sort: 'name', filters: ['suite', 'project'] });
  const { suite, project } = list.filters;
  const { suite: _suite, project: _project, ...listed } = list.query;
  // A link may name a project alone.
  const chosenProject = useQuery({ ...projectQuery(project ?? ''), enabled: project !== undefined }).data;
  const suiteId = suite ?? chosenProject?.suiteId;
  const suites = useSuiteOptions(suite);
  const projects = useProjectOptions(suiteId, project);
  const suiteName = suites.options.find(({ value }) => value === suite)?.label;
  return {
    list,
    query: { ...listed, ...(suite && { suiteId: suite }), ...(project && { projectId: project }) },
    suites,
    projects: suiteId ? projects : undefined,
    chips: [
      ...(suite && suiteName
        ? [
            {
              label: `${labels.suite}: ${suiteName}`,
              // Without its suite a project stays chosen no longer.
              onRemove: () => list.setFilters({ suite: undefined, project: undefined }),
            },
          ]
        : []),
      ...(project && chosenProject
        ? [
            {
              label: `${labels.project}: ${chosenProject.name}`,
              onRemove: () => list.setFilters({ project: undefined }),
            },
          ]
        : []),
    ],
    chosen: { suiteId: suiteId ?? '', projectId: project ?? '' },
  };
}
