import { useState } from 'react';
import { type ApiProblem, toProblem } from '../../../../problem';

export type Run = ReturnType<typeof useRun>;

/** One step against the server. Plain state, no cache: passwords, codes and tokens go with the component. */
export function useRun() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  async function start(work: () => Promise<void>) {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return {
    busy,
    problem,
    start,
    clear: () => setProblem(null),
    faultOf: (field: string) => problem?.errors.find((each) => each.field === field)?.message,
  };
}
