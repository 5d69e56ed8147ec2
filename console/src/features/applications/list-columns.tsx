import { Anchor, Badge, Code } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { lifespanInWords } from '@tessera/contract/lifespan';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '../../ui/copy-button';
import type { Column } from '../../ui/data-table';
import { RelativeTime } from '../../ui/relative-time';
import { StatusDot } from '../../ui/status-dot';
import classes from './list-columns.module.css';

/** The columns after Application Name. */
export function useListColumns(): Column<Application>[] {
  const { t } = useTranslation('applications');
  return [
    {
      key: 'suite',
      title: t('fields.suite'),
      cell: (row) => <Linked to={`/suites/${row.suiteId}`} name={row.suiteName} />,
    },
    {
      key: 'project',
      title: t('fields.project'),
      cell: (row) => <Linked to={`/projects/${row.projectId}`} name={row.projectName} />,
    },
    {
      key: 'type',
      title: t('fields.authenticatorType'),
      sort: 'authenticatorType',
      cell: (row) => t(`types.${row.authenticatorType}.label`),
    },
    {
      key: 'users',
      title: t('column.users'),
      numeric: true,
      cell: (row) => t('column.count', { count: row.userCount }),
    },
    { key: 'origins', title: t('column.origins'), cell: (row) => <Origins application={row} /> },
    { key: 'status', title: t('status.label'), cell: (row) => <Status application={row} /> },
    {
      key: 'lastToken',
      title: t('column.lastToken'),
      sort: 'lastTokenAt',
      cell: (row) => <RelativeTime at={row.lastTokenAt} />,
    },
    {
      key: 'updated',
      title: t('column.updated'),
      sort: 'updatedAt',
      cell: (row) => <RelativeTime at={row.updatedAt} />,
    },
    {
      key: 'redirectUrl',
      title: t('fields.redirectUrl'),
      hidden: true,
      cell: (row) => <RedirectUrl application={row} />,
    },
    {
      key: 'accessLifespan',
      title: t('column.accessLifespan'),
      hidden: true,
      cell: (row) => lifespanInWords(row.accessTokenLifespan),
    },
    {
      key: 'refreshLifespan',
      title: t('column.refreshLifespan'),
      hidden: true,
      cell: (row) => lifespanInWords(row.refreshTokenLifespan),
    },
  ];
}

function Linked({ to, name }: { to: string; name: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" c="inherit">
      {name}
    </Anchor>
  );
}

/** Under the name: the client ID, and what is built in. */
export function NameNote({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  return (
    <>
      <span className={classes.clientId} title={application.clientId}>
        {application.clientId}
      </span>
      <CopyButton text={application.clientId} what={t('clientId.inSentence')} />
      {application.builtIn && (
        <Badge size="sm" variant="default" tt="none" className={classes.tag}>
          {t('builtIn')}
        </Badge>
      )}
      {application.selfRegistered && (
        <Badge size="sm" variant="default" tt="none" className={classes.tag} title={t('selfRegisteredHint')}>
          {t('selfRegistered')}
        </Badge>
      )}
    </>
  );
}

function Origins({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  if (application.allowedOrigins.includes('*'))
    return (
      <Badge color="red" variant="light" tt="none" className={classes.tag}>
        {t('column.anyOrigin')}
      </Badge>
    );
  return t('column.count', { count: application.allowedOrigins.length });
}

function Status({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  if (application.status === 'disabled') return <StatusDot tone="bad">{t('status.disabled')}</StatusDot>;
  if (application.lastTokenAt === null) return <StatusDot tone="idle">{t('status.neverUsed')}</StatusDot>;
  return <StatusDot tone="good">{t('status.active')}</StatusDot>;
}

function RedirectUrl({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  const [first, ...more] = application.redirectUris;
  if (first === undefined) return '—';
  return (
    <span title={application.redirectUris.join('\n')}>
      <Code>{first}</Code> {more.length > 0 && t('column.more', { count: more.length })}
    </span>
  );
}
