import { Button, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QueryGate } from '../../ui/query-gate';
import { ApiAccessDialog } from './api-access-dialog';
import { applicationScopesQuery } from './api-access-queries';
import { Panel } from './details/panel';
import '../../texts/resources';

/** The scopes an application may ask for, by resource; a dialog changes them. */
export function ApiAccess({ application }: { application: Application }) {
  const { t } = useTranslation('resources');
  const query = useQuery(applicationScopesQuery(application.id));
  const [changing, setChanging] = useState(false);
  // The console itself asks for none.
  if (application.builtIn) return null;
  const access = query.data;
  return (
    <Panel
      title={t('access.title')}
      description={t('access.text')}
      actions={
        access && (
          <Button size="compact-sm" variant="default" onClick={() => setChanging(true)}>
            {t('access.change')}
          </Button>
        )
      }
    >
      <QueryGate query={query}>
        {({ scopes }) => {
          if (scopes.length === 0) return <Text size="sm">{t('access.none')}</Text>;
          const resources = [...new Map(scopes.map((scope) => [scope.resourceId, scope])).values()];
          return resources.map(({ resourceId, resourceName, identifier }) => (
            <div key={resourceId}>
              <Text size="sm" fw={600}>
                {resourceName}
              </Text>
              <Text size="xs" c="dimmed" mb={4} style={{ overflowWrap: 'anywhere' }}>
                {identifier}
              </Text>
              <Group gap={4}>
                {scopes
                  .filter((scope) => scope.resourceId === resourceId)
                  .map((scope) => (
                    <Code key={scope.id} title={scope.description}>
                      {scope.name}
                    </Code>
                  ))}
              </Group>
            </div>
          ));
        }}
      </QueryGate>
      {changing && access && (
        <ApiAccessDialog application={application} access={access} onClose={() => setChanging(false)} />
      )}
    </Panel>
  );
}
