import { Anchor, Paper, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Overview } from '@tessera/contract/monitor';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { applicationListQuery } from '../applications/queries';
import classes from './overview.module.css';

const order = ['suite', 'project', 'application', 'user', 'token', 'connected'] as const;
type Step = (typeof order)[number];

/** From nothing to the first token of a real program; ticks itself and goes away once all is done. */
export function FirstSteps({ steps }: { steps: Overview['steps'] }) {
  const { t } = useTranslation('overview');
  const open = order.filter((step) => !steps[step]);
  const places = usePlaces(open.length > 0 && steps.application);
  if (open.length === 0) return null;
  return (
    <Paper component="section" withBorder p="md" mb="md" aria-labelledby="first-steps">
      <Title order={2} id="first-steps" mb="xs">
        {t('steps.title')}
      </Title>
      <ol className={classes.items}>
        {order.map((step) => (
          <li key={step}>
            {steps[step] ? (
              <IconCircleCheck size={20} aria-hidden className={classes.done} />
            ) : (
              <IconCircle size={20} aria-hidden className={classes.open} />
            )}
            <div>
              <Anchor component={Link} to={places[step]} size="sm" fw={step === open[0] ? 600 : undefined}>
                {t(`steps.${step}`)}
              </Anchor>
              <VisuallyHidden>{steps[step] ? t('steps.done') : t('steps.open')}</VisuallyHidden>
              {step === open[0] && (
                <Text size="sm" c="dimmed">
                  {t(`steps.${step}Hint`)}
                </Text>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Paper>
  );
}

/** Where each step is done; the later ones at the application made last. */
function usePlaces(known: boolean): Record<Step, string> {
  const { data } = useQuery({ ...applicationListQuery({ sort: '-createdAt', limit: 20 }), enabled: known });
  const newest = data?.items.find((application) => !application.builtIn);
  const at = (tab: string) => (newest ? `/applications/${newest.id}/${tab}` : '/applications');
  return {
    suite: '/suites?create=1',
    project: '/projects?create=1',
    application: '/applications/new',
    user: at('users'),
    token: at('users'),
    connected: at('general'),
  };
}
