import { NativeSelect, TextInput } from '@mantine/core';
import type { Trace } from '@tessera/contract/lab';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../../api';
import { announce } from '../../../../ui/live-region';
import { PasswordField } from '../password-field';
import type { TokenCardProps } from './card';
import { ChallengeFields, type Pair } from './challenge-fields';
import { EmailField } from './email-field';
import { LabProblem } from './lab-problem';
import { StepForm, type StepHandle } from './step-form';
import { useRun } from './use-run';

/** A code, with what the next step needs to know of this one. */
export interface IssuedCode {
  code: string;
  /** Milliseconds, by the clock of this browser. */
  expiresAt: number;
  email: string;
  redirectUri: string;
  /** What was sent; null where the flow has no PKCE. */
  pair: Pair | null;
  trace: Trace;
}

export interface LoginStepProps extends TokenCardProps {
  /** Null when another attempt begins. */
  onCode: (code: IssuedCode | null) => void;
  ref?: Ref<StepHandle>;
}

/** Step 1: **Email** and **Password**, with PKCE also **Code Challenge** and **Method**. */
export function LoginStep({ application, email: given, onCreateUser, onCode, ref }: LoginStepProps) {
  const { t } = useTranslation('application-details');
  const withPkce = application.authenticatorType === 'authorization_pkce_flow';
  const [email, setEmail] = useState(given);
  const [password, setPassword] = useState('');
  const [scope, setScope] = useState('openid profile email');
  const [chosenUri, setChosenUri] = useState('');
  const [pair, setPair] = useState<Pair>({ challenge: '', method: 'S256', verifier: '' });
  const run = useRun();
  const uris = application.redirectUris;
  const redirectUri = uris.includes(chosenUri) ? chosenUri : uris[0];

  function submit() {
    onCode(null);
    run.start(async () => {
      const { data } = await call('labAuthorize', {
        params: { id: application.id },
        body: {
          email,
          password,
          redirectUri,
          ...(scope.trim() && { scope: scope.trim() }),
          // A method alone would be refused for being alone, which hides that the challenge is what is missing.
          ...(withPkce && pair.challenge && { codeChallenge: pair.challenge, codeChallengeMethod: pair.method }),
        },
      });
      const { expiresIn, ...answer } = data;
      onCode({ ...answer, expiresAt: Date.now() + expiresIn * 1000, email, pair: withPkce ? pair : null });
      announce(t('token.codeReceived', { count: expiresIn }));
    });
  }

  return (
    <StepForm
      ref={ref}
      title={t('token.step1')}
      submitLabel={t(withPkce ? 'token.getCode' : 'token.logIn')}
      run={run}
      onSubmit={submit}
      focusFirst={given !== ''}
      problem={
        <LabProblem application={application} run={run} email={email} onCreateUser={() => onCreateUser(email)} />
      }
    >
      <EmailField applicationId={application.id} value={email} onChange={setEmail} error={run.faultOf('email')} />
      <PasswordField
        label={t('token.password')}
        value={password}
        error={run.faultOf('password')}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="off"
      />
      {withPkce && <ChallengeFields application={application} pair={pair} onChange={setPair} run={run} />}
      {uris.length > 1 && (
        <NativeSelect
          label={t('token.redirectUrl')}
          data={uris}
          value={redirectUri}
          onChange={(event) => setChosenUri(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={t('token.scope')}
        value={scope}
        error={run.faultOf('scope')}
        onChange={(event) => setScope(event.currentTarget.value)}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
    </StepForm>
  );
}
