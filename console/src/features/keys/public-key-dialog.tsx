import { Modal, Stack, Text } from '@mantine/core';
import type { SigningKey } from '@tessera/contract/keys';
import { useTranslation } from 'react-i18next';
import { CopyValue } from '../../ui/facts';
import { useReturnFocus } from '../../ui/use-return-focus';
import { CodeBlock } from '../applications/details/code-block';

/** The public half of a key, as PEM and as JWK. Rendered only while open. */
export function PublicKeyDialog({ signingKey, onClose }: { signingKey: SigningKey; onClose: () => void }) {
  const { t } = useTranslation(['keys', 'ui']);
  useReturnFocus();
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('public.title', { alg: signingKey.alg })}
      closeButtonProps={{ 'aria-label': t('ui:dialog.close') }}
    >
      <Stack>
        <div>
          <Text size="sm" c="dimmed">
            {t('column.kid')}
          </Text>
          <CopyValue text={signingKey.kid} what={t('copy.kid')} />
        </div>
        <CodeBlock text={signingKey.pem.trim()} what={t('copy.pem')} label={t('public.pem')} />
        <CodeBlock text={JSON.stringify(signingKey.publicJwk, null, 2)} what={t('copy.jwk')} label={t('public.jwk')} />
      </Stack>
    </Modal>
  );
}
