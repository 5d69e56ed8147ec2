import { Stack } from '@mantine/core';
import { useApplication } from '../use-application';
import { DangerZone } from './danger-zone';
import { LifeSpanForm } from './life-span-form';

/** Config: how long tokens live, and what cannot be undone. */
export function ConfigTab() {
  const application = useApplication();
  return (
    <Stack gap="xl">
      <LifeSpanForm application={application} />
      <DangerZone application={application} />
    </Stack>
  );
}
