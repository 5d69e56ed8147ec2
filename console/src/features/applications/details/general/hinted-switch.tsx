import { Switch, Text } from '@mantine/core';
import { type ComponentProps, type ReactNode, useId } from 'react';

export interface HintedSwitchProps extends ComponentProps<typeof Switch> {
  hint: ReactNode;
}

/** A switch with a sentence below it; its own description would become part of the label. */
export function HintedSwitch({ hint, ...props }: HintedSwitchProps) {
  const hintId = useId();
  return (
    <div>
      <Switch size="md" {...props} aria-describedby={hintId} />
      <Text id={hintId} size="xs" c="dimmed" mt={4}>
        {hint}
      </Text>
    </div>
  );
}
