import { TextInput } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import type { LabDeviceAnswer } from '@tessera/contract/lab';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../../api';
import { announce } from '../../../../ui/live-region';
import { LabProblem } from './lab-problem';
import { StepForm, type StepHandle } from './step-form';
import { useRun } from './use-run';

/** The codes of a device that was started here. */
export interface StartedDevice extends LabDeviceAnswer {
  /** Milliseconds, by the clock of this browser. */
  expiresAt: number;
}

export interface StartStepProps {
  application: Application;
  focusFirst: boolean;
  /** Null when another attempt begins. */
  onDevice: (device: StartedDevice | null) => void;
  ref?: Ref<StepHandle>;
}

/** Step 1 of Device Flow: the device asks for its codes (RFC 8628 §3.1). */
export function StartStep({ application, focusFirst, onDevice, ref }: StartStepProps) {
  const { t } = useTranslation('application-details');
  const [scope, setScope] = useState('openid profile email');
  const run = useRun();

  function submit() {
    onDevice(null);
    run.start(async () => {
      const { data } = await call('labDevice', {
        params: { id: application.id },
        body: { ...(scope.trim() && { scope: scope.trim() }) },
      });
      onDevice({ ...data, expiresAt: Date.now() + data.expiresIn * 1000 });
      announce(t('device.received', { code: data.userCode }));
    });
  }

  return (
    <StepForm
      ref={ref}
      title={t('device.step1')}
      submitLabel={t('device.start')}
      run={run}
      onSubmit={submit}
      focusFirst={focusFirst}
      problem={<LabProblem application={application} run={run} />}
    >
      <TextInput
        label={t('token.scope')}
        description={t('device.scopeHint')}
        value={scope}
        error={run.faultOf('scope')}
        onChange={(event) => setScope(event.currentTarget.value)}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
      />
    </StepForm>
  );
}
