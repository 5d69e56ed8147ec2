import { Stack } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenCardProps } from './card';
import { ConfirmStep } from './confirm-step';
import { type StartedDevice, StartStep } from './device-start-step';
import { type Issued, TokenResult } from './result';
import type { StepHandle } from './step-form';
import classes from './token.module.css';

/** Device Flow: the console plays the device (RFC 8628) and waits until somebody has confirmed its code. */
export function DeviceFlow({ application, email, onCreateUser }: TokenCardProps) {
  const { t } = useTranslation('application-details');
  const [device, setDevice] = useState<StartedDevice | null>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const firstStep = useRef<StepHandle>(null);

  function start(next: StartedDevice | null) {
    setDevice(next);
    setIssued(null);
  }

  function restart() {
    start(null);
    firstStep.current?.focus();
  }

  return (
    <div className={classes.flow}>
      <Stack gap="lg">
        <StartStep ref={firstStep} application={application} focusFirst={email !== ''} onDevice={start} />
        {device && (
          <ConfirmStep
            key={device.deviceCode}
            application={application}
            device={device}
            email={email}
            onCreateUser={onCreateUser}
            onIssued={setIssued}
            onRestart={restart}
          />
        )}
      </Stack>
      <TokenResult application={application} issued={issued} steps={[t('device.step1'), t('device.step2')]} />
    </div>
  );
}
