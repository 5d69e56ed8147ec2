import type { AuthenticatorType } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { StringListInput, type StringListInputProps } from '../../../ui/string-list-input';
import { needsRedirectUrl } from '../authenticator-type';

export interface RedirectUrlsProps extends Omit<StringListInputProps, 'addLabel' | 'placeholder' | 'description'> {
  /** Decides whether the list is required. */
  type: AuthenticatorType | '';
}

/** **Redirect URL**: `<RedirectUrls {...form.strings('redirectUris')} type={type} />`. */
export function RedirectUrls({ type, ...list }: RedirectUrlsProps) {
  const { t } = useTranslation(['applications', 'ui']);
  const required = needsRedirectUrl(type);
  return (
    <StringListInput
      {...list}
      description={t(required || !type ? 'redirectUrls.hint' : 'redirectUrls.optional')}
      addLabel={t('redirectUrls.add')}
      placeholder="https://app.example.com/callback"
      {...(required && { required, labelProps: { 'data-required-text': t('ui:form.required') } })}
    />
  );
}
