import { Code, Stack } from '@mantine/core';
import { CopyButton } from '../../../ui/copy-button';
import classes from './details.module.css';

export interface CodeBlockProps {
  text: string;
  /** In the middle of a sentence, for “Copy {what}”. */
  what: string;
  label: string;
}

/** Text to copy into a terminal or a file. */
export function CodeBlock({ text, what, label }: CodeBlockProps) {
  return (
    <Stack gap="xs" align="flex-start">
      {/* Scrolls, so it takes the focus: the arrow keys reach the rest (WCAG 2.2 §2.1.1). */}
      <Code block className={classes.code} tabIndex={0} role="region" aria-label={label} w="100%">
        {text}
      </Code>
      <CopyButton text={text} what={what} variant="button" />
    </Stack>
  );
}
