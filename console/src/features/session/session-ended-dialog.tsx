import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { getSessionState, onSessionChange } from '../../session';
import { PopupBlocked, signInWithPopup } from '../../sign-in';

/** Over the page that got a 401: signs in in a second window, so that forms behind it are kept. */
export function SessionEndedDialog() {
  const { t } = useTranslation('session');
  const state = useSyncExternalStore(onSessionChange, getSessionState);
  const [fault, setFault] = useState<'blocked' | 'failed' | null>(null);
  const attempt = useRef<AbortController>(undefined);
  useEffect(() => () => attempt.current?.abort(), []);
  if (state !== 'ended') return null;

  async function signIn() {
    // A closed window gives no sign: another press begins anew.
    attempt.current?.abort();
    attempt.current = new AbortController();
    setFault(null);
    try {
      await signInWithPopup(attempt.current.signal);
      await queryClient.invalidateQueries();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      setFault(error instanceof PopupBlocked ? 'blocked' : 'failed');
    }
  }

  return (
    <Modal
      opened
      onClose={() => {}}
      title={t('ended.title')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={1000}
    >
      <Stack>
        <Text size="sm">{t('ended.text')}</Text>
        {fault && (
          <Alert role="alert" color="red" variant="light">
            {t(`ended.${fault}`)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button data-autofocus onClick={signIn}>
            {t('signIn')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
