import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StringListInput } from '../../../../ui/string-list-input';
import type { Form } from '../../../../ui/use-form';
import { Panel } from '../panel';
import type { GeneralValues } from './general-values';

/** What people are told about the application, and who answers for it. */
export function AboutCard({ form }: { form: Form<GeneralValues> }) {
  const { t } = useTranslation('application-details');
  const url = { type: 'url', inputMode: 'url', autoComplete: 'off', spellCheck: false } as const;
  return (
    <Panel title={t('aboutCard.title')} description={t('aboutCard.text')}>
      <TextInput {...form.text('clientUri')} {...url} placeholder="https://app.example.com" />
      <TextInput
        {...form.text('logoUri')}
        {...url}
        description={t('aboutCard.logoHint')}
        placeholder="https://app.example.com/logo.png"
      />
      <TextInput {...form.text('policyUri')} {...url} placeholder="https://app.example.com/privacy" />
      <TextInput {...form.text('tosUri')} {...url} placeholder="https://app.example.com/terms" />
      <StringListInput
        {...form.strings('contacts')}
        description={t('aboutCard.contactsHint')}
        addLabel={t('aboutCard.contactsAdd')}
        placeholder="ana@example.com"
      />
    </Panel>
  );
}
