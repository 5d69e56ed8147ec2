import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Trace, TraceStep } from '@tessera/contract/lab';
import { useTranslation } from 'react-i18next';
import classes from './token.module.css';

/** The lab and the protocol both look at the application; once is enough to read. */
function distinct(checks: TraceStep[]): TraceStep[] {
  return checks.filter(
    ({ rule, detail }, index) => checks.findIndex((each) => each.rule === rule && each.detail === detail) === index,
  );
}

/** Every check of the protocol in its order. An answer means that all were passed. */
export function TraceChecks({ traces, titles }: { traces: Trace[]; titles: string[] }) {
  const { t } = useTranslation('application-details');
  return traces.map((trace, index) => (
    <div key={trace.curl}>
      {titles[index] && (
        <Text size="sm" c="dimmed" mt={index > 0 ? 8 : 0}>
          {titles[index]}
        </Text>
      )}
      <ul className={classes.checks}>
        {distinct(trace.checks).map(({ rule, detail }) => (
          <li key={`${rule} ${detail}`}>
            <IconCheck size={14} className={classes.mark} aria-label={t('token.passed')} role="img" />
            <span>
              <code>{rule}</code> {detail}
            </span>
          </li>
        ))}
      </ul>
    </div>
  ));
}
