import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { PopupBlocked, signInWithPopup } from '../../sign-in';
import { getStepUp, onStepUpChange, settleStepUp } from '../../step-up';

/** Over the page whose action needs a sign-in of late: signs in in a second window, then the action goes on. */
export function StepUpDialog() {
  const stepUp = useSyncExternalStore(onStepUpChange, getStepUp);
  return stepUp && <AskToSignIn maxAge={stepUp.maxAge} />;
}

function AskToSignIn({ maxAge }: { maxAge: number }) {
  const { t } = useTranslation('session');
  const [fault, setFault] = useState<'blocked' | 'failed' | null>(null);
  const attempt = useRef<AbortController>(undefined);
  useEffect(() => () => attempt.current?.abort(), []);

  async function signIn() {
    // A closed window gives no sign: another press begins anew.
    attempt.current?.abort();
    attempt.current = new AbortController();
    setFault(null);
    try {
      await signInWithPopup(attempt.current.signal, { maxAge });
      settleStepUp(true);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      setFault(error instanceof PopupBlocked ? 'blocked' : 'failed');
    }
  }

  const cancel = () => settleStepUp(false);
  return (
    <Modal opened onClose={cancel} title={t('stepUp.title')} withCloseButton={false} zIndex={1000}>
      <Stack>
        <Text size="sm">{t('stepUp.text', { count: Math.max(1, Math.round(maxAge / 60)) })}</Text>
        {fault && (
          <Alert role="alert" color="red" variant="light">
            {t(`ended.${fault}`)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            {t('stepUp.cancel')}
          </Button>
          <Button data-autofocus onClick={signIn}>
            {t('signIn')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
