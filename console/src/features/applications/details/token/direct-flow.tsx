import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../../api';
import { announce } from '../../../../ui/live-region';
import { refreshAfterToken } from '../users/queries';
import type { TokenCardProps } from './card';
import { EmailField } from './email-field';
import { LabProblem } from './lab-problem';
import { type Issued, TokenResult } from './result';
import { StepForm } from './step-form';
import classes from './token.module.css';
import { useRun } from './use-run';

/** User Credentials: an e-mail is enough, the admin's own session is the authority (manual M4a). */
export function DirectFlow({ application, email: given, onCreateUser }: TokenCardProps) {
  const { t } = useTranslation('application-details');
  const [email, setEmail] = useState(given);
  const [scope, setScope] = useState('');
  const [issued, setIssued] = useState<Issued | null>(null);
  const run = useRun();

  function submit() {
    setIssued(null);
    run.start(async () => {
      const { data } = await call('labToken', {
        params: { id: application.id },
        body: { email, ...(scope.trim() && { scope: scope.trim() }) },
      });
      setIssued({ token: data.token, traces: [data.trace], at: Date.now() });
      announce(t('token.issued'));
      refreshAfterToken(application.id);
    });
  }

  return (
    <div className={classes.flow}>
      <StepForm
        submitLabel={t('token.submit')}
        run={run}
        onSubmit={submit}
        focusFirst={given !== ''}
        problem={
          <LabProblem application={application} run={run} email={email} onCreateUser={() => onCreateUser(email)} />
        }
      >
        <EmailField applicationId={application.id} value={email} onChange={setEmail} error={run.faultOf('email')} />
        <TextInput
          label={t('token.scope')}
          description={t('token.scopeHint')}
          value={scope}
          error={run.faultOf('scope')}
          onChange={(event) => setScope(event.currentTarget.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
      </StepForm>
      <TokenResult application={application} issued={issued} />
    </div>
  );
}
