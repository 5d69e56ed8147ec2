import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconStack2, IconTrash } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { DeleteApplication } from '../delete-application';

/** Duplicate and Delete. What is built in has neither. */
export function ApplicationMenu({ application }: { application: Application }) {
  const { t } = useTranslation('application-details');
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('header.more', { name: application.name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/applications/new?from=${application.id}`}
            leftSection={<IconStack2 size={16} aria-hidden />}
          >
            {t('header.duplicate')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
            {t('header.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
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
