import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A password that can be shown. Its button is reached by keyboard and named without “password”, which names the field. */
export function PasswordField(props: PasswordInputProps) {
  const { t } = useTranslation('application-details');
  return (
    <PasswordInput
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ 'aria-label': t('showCharacters') }}
      aria-invalid={Boolean(props.error)}
      {...props}
    />
  );
}
