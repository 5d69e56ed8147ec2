import { Anchor } from '@mantine/core';
import type { Overview } from '@tessera/contract/monitor';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './overview.module.css';

/** The numbers, each a link where there is a page behind it; `period`: of the last 24 hours. */
const cards = [
  { key: 'suites', to: '/suites', period: false },
  { key: 'projects', to: '/projects', period: false },
  { key: 'applications', to: '/applications', period: false },
  { key: 'users', to: null, period: false },
  { key: 'tokensIssued', to: null, period: true },
  { key: 'refusedRequests', to: null, period: true },
] as const;

export function NumberCards({ overview }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  return (
    <dl className={classes.cards} aria-label={t('numbers')}>
      {cards.map(({ key, to, period }) => (
        <div key={key} className={classes.card}>
          <dt>
            {to ? (
              <Anchor component={Link} to={to} size="sm" className={classes.cover}>
                {t(`number.${key}`)}
              </Anchor>
            ) : (
              t(`number.${key}`)
            )}
          </dt>
          <dd>
            {t('figure', { figure: overview[key] })}
            {period && <small>{t('period')}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
