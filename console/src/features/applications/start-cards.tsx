import { Button, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './start-cards.module.css';

const offered = ['user_credentials', 'authorization_flow', 'authorization_pkce_flow'] as const;

/** Where no application is yet: the three ways to begin. */
export function StartCards() {
  const { t } = useTranslation('applications');
  return (
    <section aria-label={t('start.label')}>
      <Text mb="sm">{t('start.text')}</Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" mb="lg">
        {offered.map((type) => (
          <Paper key={type} withBorder p="md" className={classes.card}>
            <Title order={2}>{t(`types.${type}.label`)}</Title>
            <Text size="sm" c="dimmed" className={classes.words}>
              {t(`start.${type}`)}
            </Text>
            <Button
              variant="default"
              component={Link}
              to={`/applications/new?type=${type}`}
              aria-label={t('start.createOf', { type: t(`types.${type}.label`) })}
            >
              {t('createButton')}
            </Button>
          </Paper>
        ))}
      </SimpleGrid>
    </section>
  );
}
