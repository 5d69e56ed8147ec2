import { useQuery } from '@tanstack/react-query';
import type { QueryIn } from '@tessera/contract/routes';
import { useTranslation } from 'react-i18next';
import type { FilterChip } from '../../ui/data-table';
import { type ListState, useListState } from '../../ui/list-state';
import type { OptionsState } from '../../ui/use-options';
import { projectQuery, useProjectOptions } from '../projects/queries';
import { useSuiteOptions } from '../suites/queries';
import { isAuthenticatorType } from './authenticator-type';

const names = ['suite', 'project', 'type', 'status', 'origins'] as const;
type FilterName = (typeof names)[number];

export interface ListFilters {
  list: ListState<FilterName>;
  /** For the list operation. */
  query: QueryIn<'listApplications'>;
  suites: OptionsState;
  /** Undefined until a suite is known. */
  projects: OptionsState | undefined;
  chips: FilterChip[];
}

/** Search, filters and chips of the list, all from the URL: `?suite=&project=&type=&status=&origins=`. */
export function useListFilters(): ListFilters {
  const { t } = useTranslation('applications');
  const list = useListState({ sort: 'name', filters: names });
  const { suite, project, type, status, origins } = list.filters;
  const { q, sort, page, limit } = list.query;
  // A link may name a project alone.
  const chosenProject = useQuery({ ...projectQuery(project ?? ''), enabled: project !== undefined }).data;
  const suiteId = suite ?? chosenProject?.suiteId;
  const suites = useSuiteOptions(suite);
  const projects = useProjectOptions(suiteId, project);
  const nameOf = ({ options }: OptionsState, id: string) => options.find(({ value }) => value === id)?.label ?? id;

  const words: { [name in FilterName]?: string | undefined } = {
    suite: suite && nameOf(suites, suite),
    project: project && (chosenProject?.name ?? nameOf(projects, project)),
    type: isAuthenticatorType(type) ? t(`types.${type}.label`) : type,
    status: isStatus(status) ? t(`status.${status}`) : status,
    origins: isOrigins(origins) ? t(`originsFilter.${origins}`) : origins,
  };

  return {
    list,
    query: {
      ...{ q, sort, page, limit },
      suiteId: suite,
      projectId: project,
      ...(isAuthenticatorType(type) && { authenticatorType: type }),
      ...(isStatus(status) && { status }),
      ...(isOrigins(origins) && { anyOrigin: origins === 'any' ? 'true' : 'false' }),
    },
    suites,
    projects: suiteId ? projects : undefined,
    chips: names.flatMap((name) => {
      const value = words[name];
      if (!value) return [];
      // Without its suite a project stays chosen no longer.
      const change = name === 'suite' ? { suite: undefined, project: undefined } : { [name]: undefined };
      return [
        { label: t('filter.chip', { name: t(`filter.${name}`), value }), onRemove: () => list.setFilters(change) },
      ];
    }),
  };
}

export const statuses = ['active', 'disabled'] as const;
export const originChoices = ['any', 'listed'] as const;

function isStatus(value: string | undefined): value is (typeof statuses)[number] {
  return statuses.some((status) => status === value);
}

function isOrigins(value: string | undefined): value is (typeof originChoices)[number] {
  return originChoices.some((choice) => choice === value);
}
