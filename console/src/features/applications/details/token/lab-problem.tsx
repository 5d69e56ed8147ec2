import { Button, Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { EnableUser } from './enable-user';
import type { Run } from './use-run';

export interface LabProblemProps {
  application: Application;
  run: Pick<Run, 'problem' | 'clear'>;
  /** Left out, or empty, where it is not known whose token it is. */
  email?: string;
  onCreateUser?: () => void;
  /** Left out where there is no earlier step. */
  onRestart?: () => void;
  /** Goes on with a step that was kept from it by something else than a refusal. */
  onRetry?: () => void;
}

/** Rules of the protocol that have a sentence of their own here; the others have the server's. */
const sentences = {
  'user.credentials': 'refused.credentials',
  'code.expired': 'refused.codeExpired',
  'code.used': 'refused.codeUsed',
  'code.unknown': 'refused.codeUnknown',
  'pkce.verifier': 'refused.verifier',
  'device_code.denied': 'refused.deviceDenied',
  'device_code.expired': 'refused.deviceExpired',
  'device_code.used': 'refused.deviceUsed',
} as const;

const isKnown = (rule: string | undefined): rule is keyof typeof sentences => rule !== undefined && rule in sentences;

/** Why a step was refused, with the button that helps. Faults of fields stand at the fields. */
export function LabProblem({ application, run, email = '', onCreateUser, onRestart, onRetry }: LabProblemProps) {
  const { t } = useTranslation(['application-details', 'ui']);
  const { problem } = run;
  if (!problem || problem.errors.length > 0) return null;
  const rule = problem.oauthError?.rule;
  const needsNewCode = /^(device_)?code\./.test(rule ?? '');

  return (
    <ProblemAlert
      problem={problem}
      actions={
        <>
          {onCreateUser && (problem.code === 'user_not_in_application' || rule === 'user.not_assigned') && (
            <Button size="compact-sm" variant="default" onClick={onCreateUser}>
              {t('users.createUser')}
            </Button>
          )}
          {email !== '' && (problem.code === 'user_disabled' || rule === 'user.disabled') && (
            <EnableUser application={application} email={email} onEnabled={run.clear} />
          )}
          {onRetry && problem.code !== 'lab_refused' && (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              {t('ui:tryAgain')}
            </Button>
          )}
          {needsNewCode && onRestart && (
            <Button size="compact-sm" variant="default" onClick={onRestart}>
              {t('token.restart')}
            </Button>
          )}
        </>
      }
    >
      {sentence()}
    </ProblemAlert>
  );

  /** Undefined leaves it to the alert. */
  function sentence() {
    if (!problem) return undefined;
    const { oauthError, detail } = problem;
    if (problem.code === 'application_disabled') return `${detail} ${t('refused.turnOn')}`;
    if (!oauthError) return undefined;
    const own = isKnown(oauthError.rule) ? t(sentences[oauthError.rule]) : detail;
    return (
      <>
        {oauthError.rule === 'pkce.verifier' ? `${own} ${detail}` : own}
        <Text component="span" size="xs" display="block" mt={4}>
          {t('refused.wire', { error: oauthError.error, description: oauthError.error_description })}
        </Text>
      </>
    );
  }
}
