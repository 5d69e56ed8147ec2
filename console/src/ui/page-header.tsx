import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page-header.module.css';
import { type Crumb, useSetPageTrail } from './page-trail';

export interface PageHeaderProps {
  /** The h1, the last crumb and the start of the document title. */
  title: string;
  /** Ancestors: `[{ label: 'Applications', to: '/applications' }]`. */
  trail?: Crumb[];
  description?: ReactNode;
  /** Facts under the title, such as a status dot or an id with its CopyButton. */
  facts?: ReactNode;
  /** Buttons at the end; one primary button a page, and it stands last: on a list the key `n` presses it. */
  actions?: ReactNode;
}

export function PageHeader({ title, trail = [], description, facts, actions }: PageHeaderProps) {
  useSetPageTrail(title, trail);
  const heading = useRef<HTMLHeadingElement>(null);
  // The page changed before its data was there, so the shell had no title to give the focus to.
  useEffect(() => {
    if (document.activeElement?.id === 'main') heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Title ref={heading} order={1} tabIndex={-1} className={classes.title}>
          {title}
        </Title>
        {description && (
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        )}
        {facts && (
          <Group gap="md" mt={4}>
            {facts}
          </Group>
        )}
      </div>
      {actions && (
        <Group gap="xs" data-page-actions>
          {actions}
        </Group>
      )}
    </header>
  );
}
