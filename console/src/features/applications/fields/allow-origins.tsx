import { Alert, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { AuthenticatorType } from '@tessera/contract/applications';
import { suggestedOrigin } from '@tessera/contract/origin';
import { useTranslation } from 'react-i18next';
import { StringListInput, type StringListInputProps } from '../../../ui/string-list-input';
import { isBackEndOnly } from '../authenticator-type';
import { originsOf } from './origins-of';

export interface AllowOriginsProps
  extends Omit<StringListInputProps, 'addLabel' | 'placeholder' | 'description' | 'suggest' | 'quickAdds'> {
  type: AuthenticatorType | '';
  /** Their origins are offered. */
  redirectUris: string[];
}

/** **Allow Origins** with its warnings: `<AllowOrigins {...form.strings('allowedOrigins')} type={…} redirectUris={…} />`. */
export function AllowOrigins({ type, redirectUris, ...list }: AllowOriginsProps) {
  const { t } = useTranslation('applications');
  const offered = originsOf(redirectUris).filter((origin) => !list.values.includes(origin));
  const ready = ['http://localhost:5173', '*'].filter((origin) => !list.values.includes(origin));
  const warnings = [
    list.values.includes('*') && t('origins.anyWarning'),
    list.values.length > 0 && isBackEndOnly(type) && t('origins.secretWarning'),
  ].filter((warning) => warning !== false);

  return (
    <Stack gap="xs">
      <StringListInput
        {...list}
        description={t('origins.hint')}
        addLabel={t('origins.add')}
        placeholder="https://app.example.com"
        suggest={suggestedOrigin}
        quickAdds={[
          ...(offered.length > 0 ? [{ label: t('origins.fromRedirects'), values: offered }] : []),
          ...ready.map((origin) => ({ label: origin, values: [origin] })),
        ]}
      />
      <div role="status">
        {warnings.map((warning) => (
          <Alert key={warning} color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} mb="xs" py="xs">
            {warning}
          </Alert>
        ))}
      </div>
    </Stack>
  );
}
