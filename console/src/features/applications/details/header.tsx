import { Anchor, Badge, Group, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '../../../ui/copy-button';
import { PageHeader } from '../../../ui/page-header';
import { ApplicationMenu } from './application-menu';
import { StatusSwitch } from './status-switch';

/** Name, type, where it belongs, client ID, and what can be done with the whole of it. */
export function ApplicationHeader({ application }: { application: Application }) {
  const { t } = useTranslation(['application-details', 'applications']);
  const { name, clientId, authenticatorType } = application;

  return (
    <PageHeader
      title={name}
      trail={[{ label: t('applications:title'), to: '/applications' }]}
      facts={
        <>
          <Text size="sm">{t(`applications:types.${authenticatorType}.label`)}</Text>
          {application.builtIn && (
            <Badge variant="default" tt="none">
              {t('header.builtIn')}
            </Badge>
          )}
          {application.selfRegistered && (
            <Badge variant="default" tt="none" title={t('applications:selfRegisteredHint')}>
              {t('applications:selfRegistered')}
            </Badge>
          )}
          <Text size="sm">
            <Anchor component={Link} to={`/suites/${application.suiteId}`} inherit>
              {application.suiteName}
            </Anchor>
            {' / '}
            <Anchor component={Link} to={`/projects/${application.projectId}`} inherit>
              {application.projectName}
            </Anchor>
          </Text>
          <Group gap={4} wrap="nowrap">
            <Text size="sm" c="dimmed">
              {t('header.clientId')}
            </Text>
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {clientId}
            </Text>
            <CopyButton text={clientId} what={t('header.clientIdInSentence')} />
          </Group>
        </>
      }
      actions={
        <>
          <StatusSwitch application={application} />
          {!application.builtIn && <ApplicationMenu application={application} />}
        </>
      }
    />
  );
}
