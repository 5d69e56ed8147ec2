import { Anchor, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Resource } from '@tessera/contract/resources';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useNavigate, useParams } from 'react-router';
import { CopyValue } from '../../ui/facts';
import { NotFoundPage } from '../../ui/not-found-page';
import { PageHeader } from '../../ui/page-header';
import { PathTabs } from '../../ui/path-tabs';
import { QueryGate } from '../../ui/query-gate';
import { useUrlFlag } from '../../ui/use-url-flag';
import { ApplicationsTab } from './applications-tab';
import { DefaultBadge } from './default-badge';
import { DeleteResource } from './delete-resource';
import { resourceQuery } from './queries';
import { ResourceDialog } from './resource-dialog';
import { ScopesTab } from './scopes-tab';
import '../../texts/resources';

export function ResourcePage() {
  const { t } = useTranslation('resources');
  const { id = '', tab } = useParams();
  const query = useQuery(resourceQuery(id));
  const notFound = <NotFoundPage thing={t('one')} backLabel={t('title')} backTo="/resources" />;
  if (tab !== 'scopes' && tab !== 'applications')
    return tab ? notFound : <Navigate to={`/resources/${id}/scopes`} replace />;
  return (
    <QueryGate query={query} notFound={notFound}>
      {(resource) => <ResourceDetail key={resource.id} resource={resource} tab={tab} />}
    </QueryGate>
  );
}

function ResourceDetail({ resource, tab }: { resource: Resource; tab: 'scopes' | 'applications' }) {
  const { t } = useTranslation('resources');
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const [, setCreating] = useUrlFlag('create');
  return (
    <>
      <PageHeader
        title={resource.name}
        trail={[{ label: t('title'), to: '/resources' }]}
        description={resource.description}
        facts={
          <>
            {resource.isDefault && <DefaultBadge />}
            <Text size="sm">
              <Anchor component={Link} to={`/suites/${resource.suiteId}/overview`} inherit>
                {resource.suiteName}
              </Anchor>
              {' / '}
              <Anchor component={Link} to={`/projects/${resource.projectId}`} inherit>
                {resource.projectName}
              </Anchor>
            </Text>
            <CopyValue text={resource.identifier} what={t('copy.identifier')} />
          </>
        }
        actions={
          <>
            <Button variant="default" onClick={() => setDialog('edit')}>
              {t('editShort')}
            </Button>
            {!resource.isDefault && (
              <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog('delete')}>
                {t('delete.short')}
              </Button>
            )}
            {tab === 'scopes' && <Button onClick={() => setCreating(true)}>{t('scopes.create')}</Button>}
          </>
        }
      />
      <PathTabs
        base={`/resources/${resource.id}`}
        active={tab}
        tabs={[
          { segment: 'scopes', label: t('tab.scopes'), count: resource.scopeCount },
          { segment: 'applications', label: t('tab.applications') },
        ]}
      >
        {tab === 'scopes' ? <ScopesTab resource={resource} /> : <ApplicationsTab resource={resource} />}
      </PathTabs>
      {dialog === 'edit' && <ResourceDialog resource={resource} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteResource
          resource={resource}
          onDeleted={() => navigate('/resources', { replace: true })}
          onClose={close}
        />
      )}
    </>
  );
}
