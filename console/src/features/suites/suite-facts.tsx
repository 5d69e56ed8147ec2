import { Anchor } from '@mantine/core';
import type { Suite } from '@tessera/contract/suites';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyValue, Facts } from '../../ui/facts';
import { RelativeTime } from '../../ui/relative-time';

/** What a developer needs of a suite, and how much is in it. */
export function SuiteFacts({ suite }: { suite: Suite }) {
  const { t } = useTranslation('suites');
  const discovery = `${suite.issuer}/.well-known/openid-configuration`;
  return (
    <Facts
      facts={[
        { label: t('field.slug'), value: <CopyValue text={suite.slug} what={t('copy.slug')} /> },
        { label: t('fact.issuer'), value: <CopyValue text={suite.issuer} what={t('copy.issuer')} /> },
        { label: t('fact.discovery'), value: <CopyValue text={discovery} what={t('copy.discovery')} /> },
        { label: t('fact.jwks'), value: <CopyValue text={`${suite.issuer}/jwks`} what={t('copy.jwks')} /> },
        {
          label: t('column.projects'),
          value: (
            <Anchor component={Link} to={`/suites/${suite.id}/projects`} size="sm">
              {t('fact.projects', { count: suite.projectCount })}
            </Anchor>
          ),
        },
        { label: t('column.applications'), value: t('fact.number', { count: suite.applicationCount }) },
        { label: t('column.users'), value: t('fact.number', { count: suite.accountCount }) },
        { label: t('column.created'), value: <RelativeTime at={suite.createdAt} /> },
        { label: t('column.updated'), value: <RelativeTime at={suite.updatedAt} /> },
        { label: t('fact.id'), value: <CopyValue text={suite.id} what={t('copy.id')} /> },
      ]}
    />
  );
}
