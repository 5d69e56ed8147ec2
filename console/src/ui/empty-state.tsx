import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What an empty list says, with the one or two ways out of it. */
export function EmptyState({ text, children }: { text: ReactNode; children?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md">
      <Text c="dimmed" ta="center">
        {text}
      </Text>
      {children}
    </Stack>
  );
}
