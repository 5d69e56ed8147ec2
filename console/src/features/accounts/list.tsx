import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { FilterSelect } from '../../ui/filter-select';
import { useListState } from '../../ui/list-state';
import { PageHeader } from '../../ui/page-header';
import { RelativeTime } from '../../ui/relative-time';
import { useUrlFlag } from '../../ui/use-url-flag';
import { useSuiteOptions } from '../suites/queries';
import { AccountStatus } from './account-status';
import { CreateAccountDrawer } from './create-account-drawer';
import { personName } from './person-name';
import { accountListQuery } from './queries';
import '../../texts/accounts';

const statuses = ['active', 'disabled'] as const;

/** `/users`: every account of every suite. */
export function AccountListPage() {
  const { t } = useTranslation('accounts');
  const navigate = useNavigate();
  const list = useListState({ sort: 'email', filters: ['suite', 'status'] });
  const { suite, status } = list.filters;
  const chosen = statuses.find((each) => each === status);
  const { q, sort, page, limit } = list.query;
  const query = useQuery(accountListQuery({ q, sort, page, limit, suiteId: suite, status: chosen }));
  const suites = useSuiteOptions(suite);
  const suiteName = suites.options.find(({ value }) => value === suite)?.label ?? suite;
  const [creating, setCreating] = useUrlFlag('create');

  const chips = [
    ...(suite
      ? [
          {
            label: t('chip', { name: t('column.suite'), value: suiteName }),
            onRemove: () => list.setFilters({ suite: undefined }),
          },
        ]
      : []),
    ...(chosen
      ? [
          {
            label: t('chip', { name: t('column.status'), value: t(`status.${chosen}`) }),
            onRemove: () => list.setFilters({ status: undefined }),
          },
        ]
      : []),
  ];

  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={<Button onClick={() => setCreating(true)}>{t('new')}</Button>}
      />
      <DataTable
        label={t('title')}
        list={list}
        query={query}
        nameTitle={t('column.email')}
        nameSort="email"
        rowId={(account) => account.id}
        rowName={(account) => account.email}
        rowHref={(account) => `/users/${account.id}`}
        dimmed={(account) => account.status === 'disabled'}
        columns={[
          { key: 'name', title: t('column.name'), cell: personName },
          {
            key: 'applications',
            title: t('column.applications'),
            numeric: true,
            cell: (account) => account.applicationCount,
          },
          { key: 'status', title: t('column.status'), cell: (account) => <AccountStatus account={account} /> },
          {
            key: 'lastSignIn',
            title: t('column.lastSignIn'),
            cell: (account) => <RelativeTime at={account.lastSignInAt} />,
          },
          {
            key: 'created',
            title: t('column.created'),
            sort: 'createdAt',
            cell: (account) => <RelativeTime at={account.createdAt} />,
          },
          {
            key: 'updated',
            title: t('column.updated'),
            sort: 'updatedAt',
            hidden: true,
            cell: (account) => <RelativeTime at={account.updatedAt} />,
          },
        ]}
        columnChooser="users"
        filters={
          <>
            <FilterSelect
              label={t('column.suite')}
              value={suite}
              {...suites}
              onChange={(next) => list.setFilters({ suite: next })}
            />
            <FilterSelect
              label={t('column.status')}
              value={chosen}
              options={statuses.map((value) => ({ value, label: t(`status.${value}`) }))}
              onChange={(next) => list.setFilters({ status: next })}
            />
          </>
        }
        chips={chips}
        searchPlaceholder={t('search')}
        empty={
          <EmptyState text={t('empty')}>
            <Button onClick={() => setCreating(true)}>{t('create')}</Button>
          </EmptyState>
        }
      />
      {creating && (
        <CreateAccountDrawer
          suiteId={suite}
          onCreated={(account) => navigate(`/users/${account.id}`)}
          onClose={() => setCreating(false)}
        />
      )}
    </>
  );
}
