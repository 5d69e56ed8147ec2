import { Text } from '@mantine/core';
import type { SigningKey } from '@tessera/contract/keys';
import { useTranslation } from 'react-i18next';
import { CopyValue } from '../../ui/facts';
import { CodeBlock } from '../applications/details/code-block';
import { Panel } from '../applications/details/panel';
import { useNow } from '../applications/details/use-now';
import { isGone } from './key-status';
import classes from './keys.module.css';

/** Where clients find the public keys, and what they find there. */
export function JwksPanel({ issuer, keys }: { issuer: string; keys: SigningKey[] }) {
  const { t } = useTranslation('keys');
  const now = Math.floor(useNow() / 1000);
  const published = keys.filter((key) => !isGone(key, now)).map((key) => key.publicJwk);
  return (
    <Panel title={t('jwks.title')} description={t('jwks.text')}>
      <div>
        <CopyValue text={`${issuer}/jwks`} what={t('copy.jwksUrl')} />
      </div>
      <Text size="sm" c="dimmed">
        {t('jwks.cached')}
      </Text>
      {published.length > 0 && (
        <details>
          <summary className={classes.summary}>{t('jwks.show', { count: published.length })}</summary>
          <CodeBlock
            text={JSON.stringify({ keys: published }, null, 2)}
            what={t('copy.jwks')}
            label={t('jwks.title')}
          />
        </details>
      )}
    </Panel>
  );
}
