import { Anchor, Paper, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Overview } from '@tessera/contract/monitor';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { relativeWords } from '../../ui/relative-time';
import { StatusDot } from '../../ui/status-dot';
import classes from './overview.module.css';

type Item = Overview['attention'][number];

/** Tab of the application where each kind is put right. */
const tabs: Record<Item['kind'], string> = {
  any_origin: 'general',
  secret_expires: 'credentials',
  refusals: 'general',
  no_second_admin: '',
};

export function Attention({ items }: { items: Item[] }) {
  const { t } = useTranslation('overview');
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="attention">
      <Title order={2} id="attention" mb="xs">
        {t('attention.title')}
      </Title>
      {items.length === 0 ? (
        <StatusDot tone="good">{t('attention.none')}</StatusDot>
      ) : (
        <ul className={classes.items}>
          {items.map((item) => (
            <li key={`${item.kind} ${item.applicationId}`}>
              <IconAlertTriangle size={18} aria-hidden className={classes.warning} />
              <AttentionText item={item} />
            </li>
          ))}
        </ul>
      )}
    </Paper>
  );
}

function AttentionText({ item }: { item: Item }) {
  const { t, i18n } = useTranslation('overview');
  const seconds = (item.at ?? 0) - Date.now() / 1000;
  const text = t(`attention.${item.kind}`, {
    app: item.applicationName ?? '',
    count: item.count ?? 0,
    when: relativeWords(seconds, i18n.language) ?? t('attention.soon'),
  });
  if (!item.applicationId) return <span>{text}</span>;
  return (
    <Anchor component={Link} to={`/applications/${item.applicationId}/${tabs[item.kind]}`} size="sm">
      {text}
    </Anchor>
  );
}
