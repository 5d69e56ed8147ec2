import { Text, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../panel';
import { checkOrigin, type OriginAnswer } from './check-origin';

export interface CheckOriginCardProps {
  /** As they stand in the form. */
  origins: string[];
  saved: string[];
}

/** Tells whether a page of an origin may call the token endpoints, without a request. */
export function CheckOriginCard({ origins, saved }: CheckOriginCardProps) {
  const { t } = useTranslation('application-details');
  const [input, setInput] = useState('');
  const answer = input.trim() ? checkOrigin(origins, input) : null;
  const unsaved = origins.join(' ') !== saved.join(' ');
  return (
    <Panel title={t('origin.title')} description={t('origin.text')}>
      <TextInput
        label={t('origin.label')}
        placeholder="https://app.example.com"
        value={input}
        onChange={(event) => setInput(event.currentTarget.value)}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
      <div role="status">
        {answer && <Answer answer={answer} />}
        {answer && unsaved && (
          <Text size="sm" c="dimmed">
            {t('origin.unsaved')}
          </Text>
        )}
      </div>
    </Panel>
  );
}

function Answer({ answer }: { answer: OriginAnswer }) {
  const { t, i18n } = useTranslation('application-details');
  if (answer.outcome === 'faulty') return <Text size="sm">{answer.message}</Text>;
  const { origin } = answer;
  const allowed = answer.outcome === 'allowed';
  const Icon = allowed ? IconCheck : IconX;
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <Icon
        size={16}
        aria-hidden
        color={`var(--tessera-${allowed ? 'good' : 'bad'})`}
        style={{ verticalAlign: 'text-bottom', marginInlineEnd: 4 }}
      />
      {sentence()}
    </Text>
  );

  function sentence(): string {
    if (answer.outcome === 'allowed')
      return answer.any ? t('origin.any') : t('origin.allowed', { origin, entry: answer.entry });
    if (answer.outcome !== 'refused' || !answer.nearest) return t('origin.none', { origin });
    const { entry, differs } = answer.nearest;
    const parts = new Intl.ListFormat(i18n.language).format(differs.map((part) => t(`origin.parts.${part}`)));
    return t('origin.refused', { origin, entry, parts });
  }
}
