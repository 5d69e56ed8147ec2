import { Title } from '@mantine/core';
import type { AuthenticatorType } from '@tessera/contract/applications';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { hasSecret } from './authenticator-type';
import type { CreateValues } from './create-draft';
import classes from './create-form.module.css';

export interface CreateSummaryProps {
  values: CreateValues;
  names: { suite: string; project: string };
}

/** What Save will make, as it is typed. */
export function CreateSummary({ values, names }: CreateSummaryProps) {
  const { t } = useTranslation('applications');
  const id = useId();
  const { authenticatorType: type } = values;
  return (
    <aside aria-labelledby={id} className={classes.summary}>
      <Title order={2} id={id} mb="xs">
        {t('summary.title')}
      </Title>
      <dl className={classes.facts}>
        <Fact term={t('fields.name')}>{values.name.trim()}</Fact>
        <Fact term={t('summary.place')}>{[names.suite, names.project].filter(Boolean).join(' / ')}</Fact>
        <Fact term={t('fields.authenticatorType')}>{type && t(`types.${type}.label`)}</Fact>
        <Fact term={t('summary.gets')}>{type && t(`summary.getsBy.${type}`)}</Fact>
        <Fact term={t('summary.secret')}>{type && t(secretText(type))}</Fact>
        <Fact term={t('fields.redirectUrl')}>
          <Entries entries={values.redirectUris} />
        </Fact>
        <Fact term={t('fields.allowOrigins')}>
          {values.allowedOrigins.includes('*') ? t('summary.anyOrigin') : <Entries entries={values.allowedOrigins} />}
        </Fact>
      </dl>
    </aside>
  );
}

function secretText(type: AuthenticatorType) {
  if (hasSecret(type)) return 'summary.secretMade';
  return type === 'device_flow' ? 'summary.noDeviceSecret' : 'summary.noSecret';
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children || '—'}</dd>
    </>
  );
}

function Entries({ entries }: { entries: string[] }) {
  if (entries.length === 0) return '—';
  return (
    <ul>
      {[...new Set(entries)].map((entry) => (
        <li key={entry}>{entry}</li>
      ))}
    </ul>
  );
}
