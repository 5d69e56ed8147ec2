import { Button, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../problem';
import { ProblemAlert } from './problem-alert';
import { useDelayed } from './use-delayed';

export interface QueryGateProps<T> {
  query: UseQueryResult<T, Error>;
  /** Shown for 404. */
  notFound?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a query answered, or its loading and failing. Data that is there stays when a later read fails. */
export function QueryGate<T>({ query, notFound, children }: QueryGateProps<T>) {
  const { t } = useTranslation();
  const showSkeleton = useDelayed(query.isPending, 150);
  if (query.data !== undefined) return children(query.data);
  if (query.isPending)
    return (
      <Stack aria-busy aria-label={t('loading')}>
        {showSkeleton && [40, 90, 75, 60].map((width) => <Skeleton key={width} height={14} width={`${width}%`} />)}
      </Stack>
    );
  const problem = toProblem(query.error);
  if (notFound && problem.status === 404) return notFound;
  return (
    <ProblemAlert
      problem={problem}
      actions={
        <Button size="compact-sm" variant="default" onClick={() => query.refetch()}>
          {t('tryAgain')}
        </Button>
      }
    />
  );
}
