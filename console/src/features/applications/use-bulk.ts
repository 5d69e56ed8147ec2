import { useQueryClient } from '@tanstack/react-query';
import type { Application } from '@tessera/contract/applications';
import { useState } from 'react';
import { call } from '../../api';
import { type ApiProblem, toProblem } from '../../problem';

export type BulkAct = 'enable' | 'disable' | 'delete';

export interface BulkOutcome {
  application: Application;
  /** Null where it was done. */
  problem: ApiProblem | null;
}

function act(what: BulkAct, { id, version }: Application): Promise<unknown> {
  const params = { id };
  if (what === 'delete') return call('deleteApplication', { params, ifMatch: version });
  const status = what === 'enable' ? 'active' : 'disabled';
  return call('updateApplication', { params, body: { status }, ifMatch: version });
}

/** Does one thing to many applications, one after the other, and tells what became of each. */
export function useBulk() {
  const client = useQueryClient();
  const [done, setDone] = useState(0);

  async function run(what: BulkAct, rows: Application[]): Promise<BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for (const application of rows) {
      const problem = await act(what, application).then(() => null, toProblem);
      outcomes.push({ application, problem });
      setDone(outcomes.length);
    }
    await client.invalidateQueries();
    return outcomes;
  }

  return { run, done };
}
