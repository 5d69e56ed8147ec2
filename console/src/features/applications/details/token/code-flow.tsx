import { Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenCardProps } from './card';
import { ExchangeStep } from './exchange-step';
import { type IssuedCode, LoginStep } from './login-step';
import { type Issued, TokenResult } from './result';
import type { StepHandle } from './step-form';
import classes from './token.module.css';

/** Both authorization flows: log in and get a code, then swap it (manual M4b, M4c). */
export function CodeFlow({ application, email, onCreateUser }: TokenCardProps) {
  const { t } = useTranslation('application-details');
  const [code, setCode] = useState<IssuedCode | null>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const firstStep = useRef<StepHandle>(null);

  function start(next: IssuedCode | null) {
    setCode(next);
    setIssued(null);
  }

  function restart() {
    start(null);
    firstStep.current?.focus();
  }

  return (
    <div className={classes.flow}>
      <Stack gap="lg">
        <LoginStep ref={firstStep} application={application} email={email} onCreateUser={onCreateUser} onCode={start} />
        {code && (
          <ExchangeStep
            key={code.code}
            application={application}
            issued={code}
            onCreateUser={onCreateUser}
            onIssued={setIssued}
            onRestart={restart}
          />
        )}
      </Stack>
      <TokenResult application={application} issued={issued} steps={[t('token.step1'), t('token.step2')]} />
    </div>
  );
}
