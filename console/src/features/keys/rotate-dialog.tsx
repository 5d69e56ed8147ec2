import { Alert, NativeSelect, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { KeyWarning, SigningAlgorithm, SigningKey } from '@tessera/contract/keys';
import { publishedAhead, signingAlgorithms } from '@tessera/contract/signing';
import type { Suite } from '@tessera/contract/suites';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { showToast } from '../../ui/toasts';
import { clockTime, durationInWords } from '../applications/details/duration';
import { useNow } from '../applications/details/use-now';
import classes from './keys.module.css';
import { shortKid } from './keys-table';
import { useRotateKeys } from './queries';

export interface RotateDialogProps {
  suite: Suite;
  keys: SigningKey[];
  onWarnings: (warnings: KeyWarning[]) => void;
  onClose: () => void;
}

const day = 86_400;

/** “New tokens use {next} now”, for one algorithm or for all. Rendered only while open. */
export function RotateDialog({ suite, keys, onWarnings, onClose }: RotateDialogProps) {
  const { t, i18n } = useTranslation('keys');
  const { t: words } = useTranslation('application-details');
  const rotate = useRotateKeys(suite.id);
  const [alg, setAlg] = useState<SigningAlgorithm | undefined>();
  const now = Math.floor(useNow() / 1000);
  const chosen = keys.filter((key) => alg === undefined || key.alg === alg);
  const signing = chosen.filter((key) => key.status === 'signing');
  const next = chosen.filter((key) => key.status === 'next');
  const newest = Math.max(...next.map((key) => key.createdAt));
  const missing = next.length < signing.length;
  const tooRecent = missing || newest + publishedAhead > now;

  async function confirm() {
    const { changed, warnings } = await rotate.mutateAsync({
      ...(alg && { alg }),
      from: signing.map((key) => key.kid),
    });
    onWarnings(warnings);
    showToast(t('rotate.done', { count: changed.length, alg: changed[0]?.alg ?? '' }));
  }

  return (
    <ConfirmDialog
      title={t('rotate.title', { suite: suite.name })}
      confirmLabel={t('rotate.confirm')}
      harmless
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="sm">
        <NativeSelect
          label={t('rotate.which')}
          value={alg ?? ''}
          onChange={(event) => setAlg(signingAlgorithms.find((each) => each === event.currentTarget.value))}
          data={[
            { value: '', label: t('rotate.all') },
            ...signingAlgorithms.map((each) => ({ value: each, label: each })),
          ]}
        />
        {next.length > 0 && (
          <div>
            {t('rotate.uses')}
            <ul className={classes.list}>
              {next.map((key) => (
                <li key={key.kid}>
                  {key.alg} <code title={key.kid}>{shortKid(key.kid)}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        <div>{t('rotate.old')}</div>
        {tooRecent ? (
          <Alert color="yellow" variant="light" py="xs" role="status" icon={<IconAlertTriangle aria-hidden />}>
            {missing
              ? t('rotate.missing')
              : t('rotate.tooRecent', { time: clockTime(newest + publishedAhead, i18n.language) })}
          </Alert>
        ) : (
          <div>{t('rotate.caches', { age: durationInWords(Math.min(now - newest, day), words) })}</div>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
