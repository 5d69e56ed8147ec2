import { Button, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useParams } from 'react-router';
import { isProblemCode, toProblem } from '../../../problem';
import '../../../texts/application-details';
import { NotFoundPage } from '../../../ui/not-found-page';
import { PathTabs } from '../../../ui/path-tabs';
import { ProblemAlert } from '../../../ui/problem-alert';
import { useDelayed } from '../../../ui/use-delayed';
import { applicationQuery } from '../queries';
import { ApplicationHeader } from './header';
import { preloadTabs } from './tab-routes';

/** `/applications/:id/…`: one application with its tabs. */
export function ApplicationPage() {
  const { t } = useTranslation(['applications', 'ui']);
  const { id = '' } = useParams();
  const query = useQuery(applicationQuery(id));
  const showSkeleton = useDelayed(query.isPending, 150);

  if (isProblemCode(query.error, 'application_not_found'))
    return <NotFoundPage thing={t('thing')} backLabel={t('title')} backTo="/applications" />;
  if (query.data) return <Found key={id} application={query.data} />;
  if (query.error)
    return (
      <ProblemAlert
        problem={toProblem(query.error)}
        actions={
          <Button size="compact-sm" variant="default" onClick={() => query.refetch()}>
            {t('ui:tryAgain')}
          </Button>
        }
      />
    );
  if (!showSkeleton) return null;
  return (
    <Stack aria-hidden>
      <Skeleton height={28} width={260} />
      <Skeleton height={16} width={420} />
      <Skeleton height={320} maw={720} />
    </Stack>
  );
}

function Found({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const [, , , segment = ''] = useLocation().pathname.split('/');
  useEffect(preloadTabs, []);
  return (
    <>
      <ApplicationHeader application={application} />
      <PathTabs
        base={`/applications/${application.id}`}
        active={segment}
        tabs={[
          { segment: 'general', label: t('tabs.general') },
          { segment: 'credentials', label: t('tabs.credentials') },
          { segment: 'users', label: t('tabs.users'), count: application.userCount },
          { segment: 'config', label: t('tabs.config') },
        ]}
      >
        <Outlet context={application} />
      </PathTabs>
    </>
  );
}
