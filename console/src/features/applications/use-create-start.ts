import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { projectOptionsQuery, projectQuery } from '../projects/queries';
import { suiteOptionsQuery } from '../suites/queries';
import { isAuthenticatorType } from './authenticator-type';
import type { CreateValues } from './create-draft';
import { applicationQuery } from './queries';

export interface CreateStart {
  pending: boolean;
  /** The suites or projects could not be read at all. */
  error: Error | null;
  /** What was to be duplicated could not be read. */
  sourceError: Error | null;
  retry: () => void;
  values: CreateValues;
  /** The application that is duplicated. */
  source: Application | undefined;
}

/** What the create page begins with: `?suite=&project=&type=&from=`, else the only choice there is. */
export function useCreateStart(): CreateStart {
  const { t } = useTranslation('applications');
  const [params] = useSearchParams();
  const from = params.get('from') ?? '';
  const asked = { suite: params.get('suite'), project: params.get('project'), type: params.get('type') };

  const source = useQuery({ ...applicationQuery(from), enabled: from !== '' });
  const project = useQuery({ ...projectQuery(asked.project ?? ''), enabled: Boolean(asked.project) });
  const suites = useQuery(suiteOptionsQuery);
  const chosenSuite = source.data?.suiteId ?? project.data?.suiteId ?? known(asked.suite, suites.data);
  const suiteId = chosenSuite ?? onlySuite(suites.data);
  const projects = useQuery({ ...projectOptionsQuery(suiteId), enabled: suiteId !== '' });
  const projectId = source.data?.projectId ?? project.data?.id ?? onlyOne(projects.data)?.id ?? '';

  const waiting = [source, project, suites, projects].some((query) => query.isLoading);
  return {
    pending: waiting,
    error: [suites, projects].find((query) => query.isLoadingError)?.error ?? null,
    sourceError: source.error,
    retry: () => [suites, projects].filter((query) => query.isError).forEach((query) => void query.refetch()),
    source: source.data,
    values: {
      name: source.data ? t('create.copyName', { name: source.data.name }) : '',
      suiteId,
      projectId,
      authenticatorType: source.data?.authenticatorType ?? (isAuthenticatorType(asked.type) ? asked.type : ''),
      redirectUris: source.data?.redirectUris ?? [],
      allowedOrigins: source.data?.allowedOrigins ?? [],
    },
  };
}

/** An id from the address, unless the list shows that there is no such thing. */
function known(id: string | null, page: Page<{ id: string }> | undefined): string | undefined {
  if (!id || !page) return undefined;
  return page.total > page.items.length || page.items.some((item) => item.id === id) ? id : undefined;
}

/** The only thing in a list, if there is just one. */
export function onlyOne<T>(page: Page<T> | undefined): T | undefined {
  return page?.total === 1 ? page.items[0] : undefined;
}

/** The built-in suite is for admins; it is never chosen by itself. */
function onlySuite(page: Page<Suite> | undefined): string {
  const own = page?.items.filter((suite) => !suite.builtIn) ?? [];
  return page && page.total === page.items.length && own.length === 1 ? (own[0]?.id ?? '') : '';
}
