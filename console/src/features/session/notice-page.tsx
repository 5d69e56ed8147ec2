import { Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './notice-page.module.css';

/** A page outside the shell: a title, a few words, at most a few buttons. */
export function NoticePage({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className={classes.page}>
      <Paper withBorder className={classes.card}>
        <Stack gap="md" align="flex-start">
          <Title order={1}>{title}</Title>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}

export function NoticeText({ children }: { children: ReactNode }) {
  return <Text>{children}</Text>;
}
