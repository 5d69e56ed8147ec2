import { Code } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';
import classes from './facts.module.css';

export interface Fact {
  label: string;
  value: ReactNode;
}

/** What is known about an object, as a list of terms and values. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ label, value }) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An id, URL or key in mono, with [Copy {what}]. */
export function CopyValue({ text, what }: { text: string; what: string }) {
  return (
    <span className={classes.copy}>
      <Code className={classes.code}>{text}</Code>
      <CopyButton text={text} what={what} />
    </span>
  );
}
