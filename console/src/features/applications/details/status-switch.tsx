import { Switch } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DisableApplication } from '../disable-application';
import { useSetStatus } from '../use-set-status';
import classes from './switch.module.css';

/** “Active”: off asks first, on is done at once and can be undone. */
export function StatusSwitch({ application }: { application: Application }) {
  const { t } = useTranslation('applications');
  const setStatus = useSetStatus();
  const [asking, setAsking] = useState(false);
  const active = application.status === 'active';

  function change(next: boolean) {
    if (next) setStatus.change(application, 'active').catch(setStatus.tell);
    else setAsking(true);
  }

  return (
    <>
      <Switch
        size="md"
        classNames={{ input: classes.input }}
        label={t('status.active')}
        checked={active || setStatus.isPending}
        disabled={application.builtIn}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {asking && <DisableApplication application={application} onClose={() => setAsking(false)} />}
    </>
  );
}
