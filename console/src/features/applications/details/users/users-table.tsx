import { Button, Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../../../../problem';
import { DataTable } from '../../../../ui/data-table';
import { FilterSelect } from '../../../../ui/filter-select';
import { useListState } from '../../../../ui/list-state';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { RelativeTime } from '../../../../ui/relative-time';
import { NoUsers } from './no-users';
import { userListQuery } from './queries';
import { UserMenu } from './user-menu';
import { UserStatus } from './user-status';
import { UserSwitch } from './user-switch';
import '../../../../texts/roles';

export interface UsersTableProps {
  application: Application;
  onCreate: () => void;
  onAdd: () => void;
  onRoles: (user: ApplicationUser) => void;
  onSignOut: (user: ApplicationUser) => void;
  onRemove: (user: ApplicationUser) => void;
  onGenerateToken: (user: ApplicationUser) => void;
}

/** Who may use the application (manual M5, M5b). */
export function UsersTable({
  application,
  onCreate,
  onAdd,
  onRoles,
  onSignOut,
  onRemove,
  onGenerateToken,
}: UsersTableProps) {
  const { t } = useTranslation(['application-details', 'roles']);
  const list = useListState({ sort: 'email', filters: ['enabled'] });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const states = [
    { value: 'true' as const, label: t('users.enabled') },
    { value: 'false' as const, label: t('users.disabled') },
  ];
  const chosen = states.find(({ value }) => value === list.filters.enabled);
  const query = useQuery(userListQuery(application.id, { ...list.query, enabled: chosen?.value }));
  const switchTitle = t(application.authenticatorType === 'user_credentials' ? 'users.toggle' : 'users.access');

  return (
    <div>
      <Group justify="space-between" gap="xs" mb="sm">
        <Title order={2}>{t('users.title')}</Title>
        <Group gap="xs">
          <Button variant="default" onClick={onAdd}>
            {t('users.addExisting')}
          </Button>
          <Button onClick={onCreate}>{t('users.create')}</Button>
        </Group>
      </Group>
      {problem && <ProblemAlert problem={problem} />}
      <DataTable
        label={t('users.title')}
        list={list}
        query={query}
        nameTitle={t('users.columns.firstName')}
        nameSort="firstName"
        rowId={(user) => user.id}
        rowName={(user) => user.firstName}
        dimmed={(user) => !user.enabled}
        columns={[
          { key: 'lastName', title: t('users.columns.lastName'), cell: (user) => <Breakable text={user.lastName} /> },
          {
            key: 'email',
            title: t('users.columns.email'),
            sort: 'email',
            cell: (user) => <Breakable text={user.email} />,
          },
          { key: 'status', title: t('users.columns.status'), cell: (user) => <UserStatus user={user} /> },
          {
            key: 'roles',
            title: t('roles:user.column'),
            cell: (user) => user.roles.map((role) => role.name).join(', '),
          },
          {
            key: 'lastToken',
            title: t('users.columns.lastToken'),
            sort: 'lastTokenAt',
            cell: (user) => <RelativeTime at={user.lastTokenAt} />,
          },
          {
            key: 'added',
            title: t('users.columns.added'),
            sort: 'createdAt',
            cell: (user) => <RelativeTime at={user.createdAt} />,
          },
          {
            key: 'enabled',
            title: switchTitle,
            cell: (user) => (
              <UserSwitch application={application} user={user} title={switchTitle} onProblem={setProblem} />
            ),
          },
        ]}
        filters={
          <FilterSelect
            label={t('users.columns.status')}
            value={list.filters.enabled}
            options={states}
            onChange={(enabled) => list.setFilters({ enabled })}
          />
        }
        chips={
          chosen
            ? [
                {
                  label: t('users.statusChip', { status: chosen.label }),
                  onRemove: () => list.setFilters({ enabled: undefined }),
                },
              ]
            : []
        }
        searchPlaceholder={t('users.search')}
        rowMenu={(user) => (
          <UserMenu
            application={application}
            user={user}
            onGenerateToken={onGenerateToken}
            onRoles={onRoles}
            onSignOut={onSignOut}
            onRemove={onRemove}
          />
        )}
        empty={<NoUsers application={application} onCreate={onCreate} onAdd={onAdd} />}
      />
    </div>
  );
}

/** One long address must not push the switch out of sight. */
function Breakable({ text }: { text: string }) {
  return <span style={{ overflowWrap: 'anywhere' }}>{text}</span>;
}
