import { Button, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../../ui/live-region';
import { type ChallengeMethod, challengeOf, newVerifier } from './pkce';
import type { Run } from './use-run';

/** Challenge and method as they are sent, and the verifier where it was generated here. */
export interface Pair {
  challenge: string;
  method: ChallengeMethod;
  verifier: string;
}

export interface ChallengeFieldsProps {
  application: Application;
  pair: Pair;
  onChange: (pair: Pair) => void;
  run: Run;
}

/** **Code Challenge** and **Method**; [Generate pair] fills the challenge and keeps the verifier for step 2. */
export function ChallengeFields({ application, pair, onChange, run }: ChallengeFieldsProps) {
  const { t } = useTranslation('application-details');
  const methods: ChallengeMethod[] = application.allowPlainPkce ? ['S256', 'plain'] : ['S256'];

  async function generate() {
    const verifier = newVerifier();
    onChange({ verifier, method: pair.method, challenge: await challengeOf(verifier, pair.method) });
    announce(t('token.generated'));
  }

  async function changeMethod(method: ChallengeMethod) {
    const { verifier } = pair;
    onChange({ verifier, method, challenge: verifier ? await challengeOf(verifier, method) : pair.challenge });
  }

  return (
    <>
      <TextInput
        label={t('token.challenge')}
        value={pair.challenge}
        error={run.faultOf('codeChallenge')}
        // A challenge written by hand has no verifier that is known here.
        onChange={(event) => onChange({ ...pair, challenge: event.currentTarget.value.trim(), verifier: '' })}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
      <NativeSelect
        label={t('token.method')}
        data={methods}
        value={pair.method}
        error={run.faultOf('codeChallengeMethod')}
        onChange={(event) => changeMethod(event.currentTarget.value === 'plain' ? 'plain' : 'S256')}
      />
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowsShuffle size={14} aria-hidden />}
          onClick={generate}
        >
          {t('token.generatePair')}
        </Button>
        {pair.verifier && (
          <Text size="sm" c="dimmed" mt={4}>
            {t('token.verifierKept')}
          </Text>
        )}
      </div>
    </>
  );
}
