import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../ui/page-header';
import { QueryGate } from '../../ui/query-gate';
import { Attention } from './attention';
import { FirstSteps } from './first-steps';
import { NumberCards } from './number-cards';
import { overviewQuery } from './queries';

/** Is it healthy, and what needs me. */
export function OverviewPage() {
  const { t } = useTranslation('overview');
  const query = useQuery(overviewQuery);
  return (
    <>
      <PageHeader title={t('title')} />
      <QueryGate query={query}>
        {(overview) => (
          <>
            {overview.suites === 0 && <Text mb="md">{t('empty')}</Text>}
            <FirstSteps steps={overview.steps} />
            <NumberCards overview={overview} />
            <Attention items={overview.attention} />
          </>
        )}
      </QueryGate>
    </>
  );
}
