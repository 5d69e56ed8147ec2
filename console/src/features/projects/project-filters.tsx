import { FilterSelect } from '../../ui/filter-select';
import type { ProjectFilters as Filters } from './use-project-filters';

export interface ProjectFiltersProps {
  filters: Filters;
  labels: { suite: string; project: string };
}

/** The filter controls above a list of what belongs to projects. */
export function ProjectFilters({ filters: { list, suites, projects }, labels }: ProjectFiltersProps) {
  return (
    <>
      <FilterSelect
        label={labels.suite}
        value={list.filters.suite}
        {...suites}
        onChange={(suite) => list.setFilters({ suite, project: undefined })}
      />
      <FilterSelect
        label={labels.project}
        value={list.filters.project}
        options={[]}
        {...projects}
        disabled={!projects}
        onChange={(project) => list.setFilters({ project })}
      />
    </>
  );
}
