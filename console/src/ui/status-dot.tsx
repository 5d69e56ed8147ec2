import type { ReactNode } from 'react';
import classes from './status-dot.module.css';

export interface StatusDotProps {
  tone: 'good' | 'warn' | 'bad' | 'idle';
  /** The word; colour alone says nothing. */
  children: ReactNode;
}

export function StatusDot({ tone, children }: StatusDotProps) {
  return (
    <span className={classes.status} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  );
}
