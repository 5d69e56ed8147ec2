import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../../ui/copy-button';
import { useNow } from '../use-now';
import { CodeCountdown } from './code-countdown';
import type { StartedDevice } from './device-start-step';
import { LabProblem } from './lab-problem';
import type { Issued } from './result';
import classes from './token.module.css';
import { useDevicePoll } from './use-device-poll';

export interface ConfirmStepProps {
  application: Application;
  device: StartedDevice;
  /** Who should confirm; empty for anybody. */
  email: string;
  onCreateUser: (email: string) => void;
  onIssued: (issued: Issued) => void;
  onRestart: () => void;
}

/** Step 2 of Device Flow: what the device shows, while it asks for its tokens again and again (RFC 8628 §3.3 to §3.5). */
export function ConfirmStep({ application, device, email, onCreateUser, onIssued, onRestart }: ConfirmStepProps) {
  const { t } = useTranslation('application-details');
  const codeLabel = useId();
  const poll = useDevicePoll(application.id, device, onIssued);
  return (
    <Stack gap="sm">
      <Title order={3}>{t('device.step2')}</Title>
      <Text size="sm">{email ? t('device.enterAs', { email }) : t('device.enter')}</Text>
      <div>
        <Text size="xs" c="dimmed">
          {t('device.page')}
        </Text>
        <Group gap={4} wrap="nowrap" justify="space-between">
          <Anchor href={device.verificationUri} target="_blank" rel="noreferrer" size="sm" className={classes.url}>
            {device.verificationUri}
          </Anchor>
          <CopyButton text={device.verificationUri} what={t('device.pageInSentence')} />
        </Group>
      </div>
      <div>
        <Text size="xs" c="dimmed" id={codeLabel}>
          {t('device.userCode')}
        </Text>
        <Group gap="xs" wrap="nowrap" mt={2}>
          <Text className={classes.userCode} role="group" aria-labelledby={codeLabel}>
            {device.userCode}
          </Text>
          <CopyButton text={device.userCode} what={t('device.userCodeInSentence')} />
        </Group>
      </div>
      {poll.phase !== 'done' && (
        <Text size="sm" c="dimmed">
          <CodeCountdown expiresAt={device.expiresAt} />
        </Text>
      )}
      <PollStatus poll={poll} />
      <LabProblem
        application={application}
        run={poll.run}
        email={email}
        onCreateUser={() => onCreateUser(email)}
        onRestart={onRestart}
        onRetry={poll.retry}
      />
      <Group>
        {poll.phase === 'waiting' && (
          <Button
            variant="outline"
            component="a"
            href={device.verificationUriComplete}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={16} aria-hidden />}
          >
            {t('device.open')}
          </Button>
        )}
        <Button variant="subtle" onClick={onRestart}>
          {t('token.restart')}
        </Button>
      </Group>
    </Stack>
  );
}

/** “Waiting for the user. Asked 3 times, next in 4 s.” Counted on screen only; a screen reader hears the outcome. */
function PollStatus({ poll }: { poll: ReturnType<typeof useDevicePoll> }) {
  const { t } = useTranslation('application-details');
  const seconds = Math.max(0, Math.floor((poll.nextAt - useNow()) / 1000));
  if (poll.phase === 'stopped') return null;
  if (poll.phase === 'done') return <Text size="sm">{t('device.used')}</Text>;
  return (
    <Text size="sm">
      {t('device.waiting')}{' '}
      <Text span inherit c="dimmed">
        {t('device.asked', { count: poll.asked, seconds })}
        {poll.answer && ` ${t('device.gets', { error: poll.answer })}`}
      </Text>
    </Text>
  );
}
