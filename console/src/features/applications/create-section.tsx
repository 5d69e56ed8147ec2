import { Stack, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './create-form.module.css';

export interface CreateSectionProps {
  number: number;
  title: string;
  children: ReactNode;
}

/** One numbered part of the create page. */
export function CreateSection({ number, title, children }: CreateSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Title order={2} id={id} mb="sm">
        <span className={classes.number}>{number}</span> {title}
      </Title>
      <Stack gap="md">{children}</Stack>
    </section>
  );
}
