import { Code, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../../ui/copy-button';
import details from '../details.module.css';
import { clockTime, durationInWords } from '../duration';
import { useNow } from '../use-now';
import { ClaimsTable } from './claims-table';
import { decodeJwt } from './jwt';
import classes from './token.module.css';

export interface TokenViewProps {
  title: string;
  /** In the middle of a sentence, for “Copy {what}”. */
  what: string;
  token: string;
  /** Unix seconds. */
  expiresAt: number | null;
  /** For a token that cannot be read here. */
  note?: string;
  /** Shows what is in it at once. */
  open?: boolean;
}

/** One token: to copy, and what it says. */
export function TokenView({ title, what, token, expiresAt, note, open = false }: TokenViewProps) {
  const { t } = useTranslation('application-details');
  const decoded = decodeJwt(token);
  return (
    <section className={classes.token} aria-label={title}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Title order={3}>{title}</Title>
          <CopyButton text={token} what={what} variant="button" />
        </Group>
        {expiresAt !== null && <Expiry at={expiresAt} />}
        <Code
          block
          className={details.code}
          tabIndex={0}
          role="region"
          aria-label={t('token.textOf', { title })}
          mah={120}
        >
          {token}
        </Code>
        {!decoded && note && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
        {decoded && (
          <details open={open}>
            <summary className={classes.summary}>{t('token.decoded')}</summary>
            <ClaimsTable title={t('token.header')} claims={decoded.header} />
            <ClaimsTable title={t('token.payload')} claims={decoded.payload} />
          </details>
        )}
      </Stack>
    </section>
  );
}

/** “Expires in 14 min 58 s, 14:32:10”. */
function Expiry({ at }: { at: number }) {
  const { t, i18n } = useTranslation('application-details');
  const left = at - Math.floor(useNow() / 1000);
  const time = clockTime(at, i18n.language);
  return (
    <Text size="sm">
      {left > 0 ? t('token.expires', { left: durationInWords(left, t), time }) : t('token.expired', { time })}
    </Text>
  );
}
