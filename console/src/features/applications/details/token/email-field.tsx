import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { userListQuery } from '../users/queries';

export interface EmailFieldProps {
  applicationId: string;
  value: string;
  onChange: (email: string) => void;
  error?: string | undefined;
}

/** **Email** with the application's users as suggestions; any other address may be typed. */
export function EmailField({ applicationId, value, onChange, error }: EmailFieldProps) {
  const { t } = useTranslation('application-details');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [q] = useDebouncedValue(value.trim(), 200);
  const users = useQuery(userListQuery(applicationId, { q, limit: 8, sort: 'email' }));
  const found = (users.data?.items ?? []).filter(({ email }) => email !== value);

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(email) => {
        onChange(email);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target withExpandedAttribute autoComplete="off">
        <TextInput
          label={t('token.email')}
          value={value}
          error={error}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          inputMode="email"
          autoCapitalize="off"
          spellCheck={false}
          aria-autocomplete="list"
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0}>
        <Combobox.Options aria-label={t('token.suggestions')}>
          {found.map(({ id, email, firstName, lastName }) => (
            <Combobox.Option key={id} value={email}>
              {email} · {[firstName, lastName].filter(Boolean).join(' ')}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
