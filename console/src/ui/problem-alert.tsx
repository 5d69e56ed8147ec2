import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../problem';
import { CopyButton } from './copy-button';

/** One sentence for a person. The server's own detail is such a sentence wherever it knows more than we do. */
export function problemSentence(problem: ApiProblem, t: TFunction): string {
  if (problem.code === 'offline') return t('problem.offline');
  if (problem.code === 'unauthenticated') return t('problem.ended');
  if (problem.status === 429 && problem.retryAt) return t('problem.tooMany', { at: new Date(problem.retryAt * 1000) });
  if (problem.status >= 500) return t('problem.server');
  return problem.detail || t('problem.unreadable');
}

export interface ProblemAlertProps {
  problem: ApiProblem;
  title?: string;
  /** Buttons that help, such as “Try again”. */
  actions?: ReactNode;
  /** Instead of the sentence of the problem. */
  children?: ReactNode;
}

/** “{sentence} Request ID 01J… [Copy]”. */
export function ProblemAlert({ problem, title, actions, children }: ProblemAlertProps) {
  const { t } = useTranslation();
  return (
    <Alert role="alert" color="red" variant="light" title={title} icon={<IconAlertTriangle aria-hidden />}>
      <Stack gap="xs">
        <Text size="sm">{children ?? problemSentence(problem, t)}</Text>
        {problem.requestId && (
          <Group gap={4}>
            <Text size="xs">{t('problem.requestId')}</Text>
            <Code>{problem.requestId}</Code>
            <CopyButton text={problem.requestId} what={t('problem.requestIdInSentence')} />
          </Group>
        )}
        {actions && <Group gap="xs">{actions}</Group>}
      </Stack>
    </Alert>
  );
}
