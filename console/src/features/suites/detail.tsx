import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Suite } from '@tessera/contract/suites';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../ui/not-found-page';
import { PageHeader } from '../../ui/page-header';
import { PathTabs } from '../../ui/path-tabs';
import { QueryGate } from '../../ui/query-gate';
import { useUrlFlag } from '../../ui/use-url-flag';
import { ProjectTable } from '../projects/project-table';
import { BuiltInBadge } from './built-in-badge';
import { DeleteSuite } from './delete-suite';
import { suiteQuery } from './queries';
import { RegistrationTab } from './registration/tab';
import { SuiteDialog } from './suite-dialog';
import { SuiteFacts } from './suite-facts';

export function SuitePage() {
  const { t } = useTranslation('suites');
  const { id = '', tab } = useParams();
  const query = useQuery(suiteQuery(id));
  const notFound = <NotFoundPage thing={t('one')} backLabel={t('title')} backTo="/suites" />;
  if (tab !== 'overview' && tab !== 'projects' && tab !== 'registration')
    return tab ? notFound : <Navigate to={`/suites/${id}/overview`} replace />;
  return (
    <QueryGate query={query} notFound={notFound}>
      {(suite) => <SuiteDetail key={suite.id} suite={suite} tab={tab} />}
    </QueryGate>
  );
}

function SuiteDetail({ suite, tab }: { suite: Suite; tab: 'overview' | 'projects' | 'registration' }) {
  const { t } = useTranslation('suites');
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const [, setCreating] = useUrlFlag('create');
  return (
    <>
      <PageHeader
        title={suite.name}
        trail={[{ label: t('title'), to: '/suites' }]}
        description={suite.description}
        facts={suite.builtIn && <BuiltInBadge />}
        actions={
          <>
            <Button variant="default" onClick={() => setDialog('edit')}>
              {t('editShort')}
            </Button>
            {!suite.builtIn && (
              <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog('delete')}>
                {t('delete.many')}
              </Button>
            )}
            {tab === 'projects' && <Button onClick={() => setCreating(true)}>{t('createProject')}</Button>}
          </>
        }
      />
      <PathTabs
        base={`/suites/${suite.id}`}
        active={tab}
        tabs={[
          { segment: 'overview', label: t('tab.overview') },
          { segment: 'projects', label: t('tab.projects'), count: suite.projectCount },
          { segment: 'registration', label: t('tab.registration') },
        ]}
      >
        {tab === 'overview' && <SuiteFacts suite={suite} />}
        {tab === 'projects' && <ProjectTable suiteId={suite.id} />}
        {tab === 'registration' && <RegistrationTab suite={suite} />}
      </PathTabs>
      {dialog === 'edit' && <SuiteDialog suite={suite} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteSuite suite={suite} onDeleted={() => navigate('/suites', { replace: true })} onClose={close} />
      )}
    </>
  );
}
