import { Button, Group } from '@mantine/core';
import type { SigningKey } from '@tessera/contract/keys';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button';
import table from '../../ui/data-table.module.css';
import { EmptyState } from '../../ui/empty-state';
import { FactTable } from '../../ui/fact-table';
import { RelativeTime } from '../../ui/relative-time';
import { durationInWords } from '../applications/details/duration';
import { useNow } from '../applications/details/use-now';
import { isGone, KeyStatus } from './key-status';
import classes from './keys.module.css';

export interface KeysTableProps {
  /** As the server sorts them: algorithm by algorithm, first the one that signs. */
  keys: SigningKey[];
  onShow: (key: SigningKey) => void;
  onRevoke: (key: SigningKey) => void;
}

/** Every key of a suite that is or was. */
export function KeysTable({ keys, onShow, onRevoke }: KeysTableProps) {
  const { t } = useTranslation('keys');
  const now = Math.floor(useNow() / 1000);
  if (keys.length === 0) return <EmptyState text={t('empty')} />;
  const titles = {
    alg: t('column.alg'),
    status: t('column.status'),
    created: t('column.created'),
    signsUntil: t('column.signsUntil'),
    removedAt: t('column.removedAt'),
    tokens: t('column.tokens'),
  };
  return (
    <FactTable label={t('title')} name={t('column.kid')} titles={titles}>
      {keys.map((key) => (
        <tr key={key.kid} data-dimmed={isGone(key, now) || undefined}>
          <td className={table.name}>
            <span className={classes.kid}>
              <code title={key.kid}>{shortKid(key.kid)}</code>
              <CopyButton text={key.kid} what={t('copy.kid')} />
            </span>
          </td>
          <td data-label={titles.alg}>{key.alg}</td>
          <td data-label={titles.status}>
            <KeyStatus signingKey={key} now={now} />
          </td>
          <td data-label={titles.created}>
            <RelativeTime at={key.createdAt} />
          </td>
          <td data-label={titles.signsUntil}>
            <RelativeTime at={key.signsUntil} never={t('none')} />
          </td>
          <td data-label={titles.removedAt}>
            <RelativeTime at={key.removedAt} never={t('none')} />
          </td>
          <td data-label={titles.tokens}>
            <TokensLeft signingKey={key} now={now} />
          </td>
          <td className={table.actions}>
            <Group gap={4} wrap="nowrap" justify="flex-end">
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={t('public.openNamed', { kid: shortKid(key.kid) })}
                onClick={() => onShow(key)}
              >
                {t('public.open')}
              </Button>
              {!isGone(key, now) && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  c="var(--mantine-color-error)"
                  aria-label={t('revoke.openNamed', { kid: shortKid(key.kid) })}
                  onClick={() => onRevoke(key)}
                >
                  {t('revoke.open')}
                </Button>
              )}
            </Group>
          </td>
        </tr>
      ))}
    </FactTable>
  );
}

/** Enough to tell keys apart; the whole is in the title, and is what is copied. */
export function shortKid(kid: string): string {
  return `${kid.slice(0, 10)}…`;
}

/** “up to 14 min” for what a retired key has signed. */
function TokensLeft({ signingKey, now }: { signingKey: SigningKey; now: number }) {
  const { t } = useTranslation('keys');
  const { t: words } = useTranslation('application-details');
  const { status, tokensValidUntil } = signingKey;
  if (status === 'signing') return <span>{t('tokens.signing')}</span>;
  if (tokensValidUntil === null || tokensValidUntil <= now) return <span>{t('none')}</span>;
  return <span>{t('tokens.left', { left: durationInWords(tokensValidUntil - now, words) })}</span>;
}
