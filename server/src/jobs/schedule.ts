import type { Deps } from '../deps.js';
import { deleteExpired } from '../store/expired.js';

/** Runs the background work until the answered function is called; a job that fails is logged and tried again next time. */
export function startJobs(deps: Deps): () => void {
  const every = (milliseconds: number, name: string, job: () => Promise<unknown>) => {
    let running = false;
    const timer = setInterval(async () => {
      if (running) return;
      running = true;
      try {
        await job();
      } catch (error) {
        deps.log.error({ err: error, job: name }, 'a job failed');
      } finally {
        running = false;
      }
    }, milliseconds);
    timer.unref();
    return timer;
  };
  const timers = [
    every(2_000, 'usage', () => deps.usage.flush()),
    every(60_000, 'sweep-expired', () => deleteExpired(deps.db, deps.clock.now())),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
