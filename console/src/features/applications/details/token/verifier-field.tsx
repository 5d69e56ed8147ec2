import { TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '../../../../ui/live-region';
import type { Pair } from './challenge-fields';
import { challengeOf, isVerifier } from './pkce';

export interface VerifierFieldProps {
  pair: Pair;
  value: string;
  onChange: (verifier: string) => void;
  error?: string | undefined;
}

const short = (text: string) => (text.length > 12 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text);

/** **Code Verifier** with a live check against the challenge of step 1. */
export function VerifierField({ pair, value, onChange, error }: VerifierFieldProps) {
  const { t } = useTranslation('application-details');
  const [computed, setComputed] = useState<string | null>(null);

  useEffect(() => {
    let stale = false;
    setComputed(null);
    if (value) challengeOf(value, pair.method).then((challenge) => stale || setComputed(challenge));
    return () => {
      stale = true;
    };
  }, [value, pair.method]);

  const matches = computed === pair.challenge && isVerifier(value);
  useEffect(() => {
    if (matches) announce(t('token.verifierMatches'));
  }, [matches, t]);

  const Icon = matches ? IconCheck : IconAlertTriangle;
  return (
    <TextInput
      label={t('token.verifier')}
      value={value}
      error={error}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      description={
        computed !== null && (
          <>
            <Icon
              size={14}
              aria-hidden
              color={`var(--tessera-${matches ? 'good' : 'warn'})`}
              style={{ verticalAlign: 'text-bottom' }}
            />{' '}
            {sentence(computed)}
          </>
        )
      }
      onChange={(event) => onChange(event.currentTarget.value)}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      autoCapitalize="off"
      autoComplete="off"
      spellCheck={false}
    />
  );

  function sentence(challenge: string): string {
    if (matches) return t('token.verifierMatches');
    if (!isVerifier(value)) return t('token.verifierMalformed');
    const values = { computed: short(challenge), challenge: short(pair.challenge) };
    return t(pair.method === 'plain' ? 'token.verifierDiffersPlain' : 'token.verifierDiffers', values);
  }
}
