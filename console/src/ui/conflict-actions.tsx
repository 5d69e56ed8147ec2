import { Button, Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, isProblemCode, toProblem } from '../problem';
import classes from './conflict-actions.module.css';
import { ProblemAlert } from './problem-alert';
import type { Form } from './use-form';

export interface ConflictActionsProps<V extends object, O extends { version: number }> {
  form: Form<V>;
  labels: { [name in keyof V & string]?: string };
  /** Reads the object as it is now. */
  read: () => Promise<O>;
  toValues: (object: O) => V;
  /** The version that the next save names. */
  onVersion: (version: number) => void;
}

/** For `problemActions` of a form: after 412, [See differences] [Overwrite] [Discard mine]; otherwise nothing. */
export function ConflictActions<V extends object, O extends { version: number }>(props: ConflictActionsProps<V, O>) {
  const { t } = useTranslation();
  const { form, labels, toValues } = props;
  const [theirs, setTheirs] = useState<V | null>(null);
  const [fault, setFault] = useState<ApiProblem | null>(null);
  if (!isProblemCode(form.problem, 'version_conflict')) return null;

  async function withNewest(then: (object: O) => unknown) {
    setFault(null);
    try {
      await then(await props.read());
    } catch (error) {
      setFault(toProblem(error));
    }
  }

  function overwrite(object: O) {
    props.onVersion(object.version);
    return form.submit();
  }

  function discard(object: O) {
    props.onVersion(object.version);
    form.reset(toValues(object));
  }

  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => withNewest((object) => setTheirs(toValues(object)))}>
        {t('conflict.differences')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => withNewest(overwrite)}>
        {t('conflict.overwrite')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => withNewest(discard)}>
        {t('conflict.discard')}
      </Button>
      {fault && <ProblemAlert problem={fault} />}
      {theirs && <Differences theirs={theirs} mine={form.values} labels={labels} />}
    </>
  );
}

interface DifferencesProps<V extends object> {
  theirs: V;
  mine: V;
  labels: { [name in keyof V & string]?: string };
}

function Differences<V extends object>({ theirs, mine, labels }: DifferencesProps<V>) {
  const { t } = useTranslation();
  const show = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value ?? '')) || '—';
  const names = Object.keys(labels) as (keyof V & string)[];
  const different = names.filter((name) => JSON.stringify(theirs[name]) !== JSON.stringify(mine[name]));
  if (different.length === 0) return <span>{t('conflict.same')}</span>;
  return (
    <Table aria-label={t('conflict.differences')} fz="sm" className={classes.differences}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('conflict.field')}</Table.Th>
          <Table.Th>{t('conflict.theirs')}</Table.Th>
          <Table.Th>{t('conflict.mine')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {different.map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{labels[name]}</Table.Th>
            <Table.Td>{show(theirs[name])}</Table.Td>
            <Table.Td>{show(mine[name])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
