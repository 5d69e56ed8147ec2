import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { applicationListQuery } from '../applications/queries';
import { projectListQuery } from '../projects/queries';
import { suiteListQuery } from '../suites/queries';
import type { Entries } from './use-entries';

/** Objects whose name, id or URL matches, a few of each kind. */
export function useFound(typed: string): Entries {
  const [q] = useDebouncedValue(typed.trim(), 200);
  const wanted = typed.trim() !== '' && q !== '';
  const query = { q, sort: 'name', limit: 5 };
  const suites = useQuery({ ...suiteListQuery(query), enabled: wanted });
  const projects = useQuery({ ...projectListQuery(query), enabled: wanted });
  const applications = useQuery({ ...applicationListQuery(query), enabled: wanted });
  const asked = [suites, projects, applications];
  if (!wanted) return { groups: [], searching: typed.trim() !== '', error: null };
  return {
    groups: [
      {
        key: 'applications',
        entries: (applications.data?.items ?? []).map((application) => ({
          id: application.id,
          label: application.name,
          note: `${application.suiteName} / ${application.projectName}`,
          to: `/applications/${application.id}/general`,
        })),
      },
      {
        key: 'projects',
        entries: (projects.data?.items ?? []).map((project) => ({
          id: project.id,
          label: project.name,
          note: project.suiteName,
          to: `/projects/${project.id}`,
        })),
      },
      {
        key: 'suites',
        entries: (suites.data?.items ?? []).map((suite) => ({
          id: suite.id,
          label: suite.name,
          to: `/suites/${suite.id}/overview`,
        })),
      },
    ],
    searching: q !== typed.trim() || asked.some((each) => each.isFetching),
    error: asked.find((each) => each.isError)?.error ?? null,
  };
}
