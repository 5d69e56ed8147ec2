import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../problem';
import classes from './data-table.module.css';
import { ProblemAlert } from './problem-alert';

const keys = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`);

export function SkeletonRows({ count, width }: { count: number; width: number }) {
  const cells = keys('cell', width);
  return keys('row', count).map((row) => (
    <tr key={row} aria-hidden>
      {cells.map((cell, index) => (
        <td key={cell}>
          <Skeleton height={12} radius="xl" width={index === 0 ? '70%' : '45%'} />
        </td>
      ))}
    </tr>
  ));
}

export function MessageRow({ width, children }: { width: number; children: ReactNode }) {
  return (
    <tr className={classes.message}>
      <td colSpan={width}>{children}</td>
    </tr>
  );
}

export function ErrorRow({ error, width, onRetry }: { error: Error; width: number; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <MessageRow width={width}>
      <ProblemAlert
        problem={toProblem(error)}
        actions={
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        }
      />
    </MessageRow>
  );
}
