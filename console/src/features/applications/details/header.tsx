import { ActionIcon, Anchor, Badge, Group, Menu, Text } from '@mantine/core';
import { IconCopyPlus, IconDots, IconTrash } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { CopyButton } from '../../../ui/copy-button';
import { PageHeader } from '../../../ui/page-header';
import { DeleteApplication } from '../delete-application';
import { StatusSwitch } from './status-switch';

/** Name, type, where it belongs, client ID, and what can be done with the whole of it. */
export function ApplicationHeader({ application }: { application: Application }) {
  const { t } = useTranslation(['application-details', 'applications']);
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const { name, clientId, authenticatorType } = application;

  return (
    <>
      <PageHeader
        title={name}
        trail={[{ label: t('applications:title'), to: '/applications' }]}
        facts={
          <>
            <Text size="sm">{t(`applications:types.${authenticatorType}.label`)}</Text>
            {application.builtIn && <Badge variant="default">{t('header.builtIn')}</Badge>}
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
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('header.more', { name })}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  component={Link}
                  to={`/applications/new?from=${application.id}`}
                  leftSection={<IconCopyPlus size={16} aria-hidden />}
                >
                  {t('header.duplicate')}
                </Menu.Item>
                {!application.builtIn && (
                  <Menu.Item
                    color="red"
                    leftSection={<IconTrash size={16} aria-hidden />}
                    onClick={() => setDeleting(true)}
                  >
                    {t('header.delete')}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          </>
        }
      />
      {deleting && (
        <DeleteApplication
          application={application}
          onClose={() => setDeleting(false)}
          onDeleted={() => navigate('/applications')}
        />
      )}
    </>
  );
}
