import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Account } from '@tessera/contract/accounts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { CopyValue } from '../../ui/facts';
import { NotFoundPage } from '../../ui/not-found-page';
import { PageHeader } from '../../ui/page-header';
import { QueryGate } from '../../ui/query-gate';
import { RelativeTime } from '../../ui/relative-time';
import classes from '../applications/details/details.module.css';
import { suiteQuery } from '../suites/queries';
import { AccountDialogs, type DialogName } from './account-dialogs';
import { AccountStatus } from './account-status';
import { Consents } from './consents';
import { personName } from './person-name';
import { ProfileForm } from './profile-form';
import { accountQuery } from './queries';
import '../../texts/accounts';

/** `/users/:id` */
export function AccountPage() {
  const { t } = useTranslation('accounts');
  const { id = '' } = useParams();
  const query = useQuery(accountQuery(id));
  return (
    <QueryGate query={query} notFound={<NotFoundPage thing={t('one')} backLabel={t('title')} backTo="/users" />}>
      {(account) => <AccountDetail key={account.id} account={account} />}
    </QueryGate>
  );
}

function AccountDetail({ account }: { account: Account }) {
  const { t } = useTranslation('accounts');
  const navigate = useNavigate();
  const suite = useQuery(suiteQuery(account.suiteId)).data;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  return (
    <>
      <PageHeader
        title={personName(account) || account.email}
        trail={[{ label: t('title'), to: '/users' }]}
        description={account.email}
        facts={
          <>
            <AccountStatus account={account} />
            {suite && (
              <Anchor component={Link} to={`/suites/${suite.id}`} size="sm">
                {suite.name}
              </Anchor>
            )}
            <Text size="sm">
              {t('fact.lastSignIn')} <RelativeTime at={account.lastSignInAt} />
            </Text>
            <Group gap={6}>
              <Text size="sm">{t('fact.sub')}</Text>
              <CopyValue text={account.id} what={t('fact.subCopy')} />
            </Group>
          </>
        }
        actions={
          <>
            <Button variant="default" onClick={() => setDialog('password')}>
              {t('password.set')}
            </Button>
            <Button variant="default" onClick={() => setDialog('sign-out')}>
              {t('signOut.open')}
            </Button>
            <Button variant="default" onClick={() => setDialog(account.status === 'active' ? 'disable' : 'enable')}>
              {t(account.status === 'active' ? 'disable.open' : 'enable.open')}
            </Button>
            <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog('delete')}>
              {t('delete.open')}
            </Button>
          </>
        }
      />
      <div className={classes.narrow}>
        <Stack gap="md">
          <ProfileForm account={account} />
          <Consents account={account} />
        </Stack>
      </div>
      <AccountDialogs
        account={account}
        name={dialog}
        onClose={() => setDialog(null)}
        onDeleted={() => navigate('/users', { replace: true })}
      />
    </>
  );
}
