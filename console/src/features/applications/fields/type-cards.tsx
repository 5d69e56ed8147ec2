import { Radio, Stack } from '@mantine/core';
import type { AuthenticatorType } from '@tessera/contract/applications';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { authenticatorTypes, isAuthenticatorType } from '../authenticator-type';
import classes from './type-cards.module.css';

export interface TypeCardsProps {
  id?: string;
  label: string;
  value: AuthenticatorType | '';
  onChange: (type: AuthenticatorType) => void;
  onBlur?: () => void;
  error?: ReactNode;
  required?: boolean;
  withAsterisk?: boolean;
  labelProps?: Record<string, string>;
  disabled?: boolean;
}

/** **Authenticator Type** as radio cards: `<TypeCards {...form.choice('authenticatorType')} />`. */
export function TypeCards({ onChange, disabled = false, ...group }: TypeCardsProps) {
  const { t } = useTranslation('applications');
  return (
    <Radio.Group {...group} onChange={(type) => isAuthenticatorType(type) && onChange(type)}>
      <Stack gap="xs" mt={4}>
        {authenticatorTypes.map((type) => (
          <Radio
            key={type}
            value={type}
            disabled={disabled}
            label={t(`types.${type}.label`)}
            description={
              <>
                <span className={classes.words}>{t(`types.${type}.text`)}</span>
                <br />
                <span className={classes.tag}>{t(`types.${type}.tag`)}</span>
              </>
            }
            classNames={{ root: classes.card, inner: classes.circle, label: classes.label }}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
