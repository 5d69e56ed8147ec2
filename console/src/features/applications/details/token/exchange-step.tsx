import { Button, TextInput } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../../api';
import { announce } from '../../../../ui/live-region';
import { refreshAfterToken } from '../users/queries';
import { CodeCountdown } from './code-countdown';
import { LabProblem } from './lab-problem';
import type { IssuedCode } from './login-step';
import type { Issued } from './result';
import { StepForm } from './step-form';
import { useRun } from './use-run';
import { VerifierField } from './verifier-field';

export interface ExchangeStepProps {
  application: Application;
  issued: IssuedCode;
  onCreateUser: (email: string) => void;
  /** Null when another attempt begins. */
  onIssued: (issued: Issued | null) => void;
  onRestart: () => void;
}

/** Step 2: **Authorization Code**, with PKCE also **Code Verifier**, for tokens. A wrong one is sent too, to see the refusal. */
export function ExchangeStep({ application, issued, onCreateUser, onIssued, onRestart }: ExchangeStepProps) {
  const { t } = useTranslation('application-details');
  const { pair, email } = issued;
  const [code, setCode] = useState(issued.code);
  const [verifier, setVerifier] = useState(pair?.verifier ?? '');
  const [swapped, setSwapped] = useState(false);
  const run = useRun();

  function submit() {
    onIssued(null);
    run.start(async () => {
      const { data } = await call('labExchange', {
        params: { id: application.id },
        body: { code: code.trim(), redirectUri: issued.redirectUri, ...(pair && { codeVerifier: verifier }) },
      });
      setSwapped(true);
      onIssued({ token: data.token, traces: [issued.trace, data.trace], at: Date.now() });
      announce(t('token.issued'));
      refreshAfterToken(application.id);
    });
  }

  return (
    <StepForm
      title={t('token.step2')}
      submitLabel={t('token.submit')}
      run={run}
      onSubmit={submit}
      focusFirst
      actions={
        <Button variant="subtle" onClick={onRestart}>
          {t('token.restart')}
        </Button>
      }
      problem={
        <LabProblem
          application={application}
          run={run}
          email={email}
          onCreateUser={() => onCreateUser(email)}
          onRestart={onRestart}
        />
      }
    >
      <TextInput
        label={t('token.code')}
        description={swapped ? t('token.codeSwapped') : <CodeCountdown expiresAt={issued.expiresAt} />}
        value={code}
        error={run.faultOf('code')}
        onChange={(event) => setCode(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
      {pair && (
        <VerifierField pair={pair} value={verifier} onChange={setVerifier} error={run.faultOf('codeVerifier')} />
      )}
    </StepForm>
  );
}
