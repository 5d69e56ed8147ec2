import type { Deps } from '../deps.js';
import { countSwept, noteJob } from '../platform/metrics.js';
import { deleteExpired } from '../store/expired.js';
import { runAlone } from '../store/run-alone.js';
import { deliverLogouts } from './deliver-logout.js';
import { rotateKeys } from './rotate-keys.js';

/**
 * Runs the background work until the answered function is called, which waits for what is under way; a job that fails is
 * logged and tried again next time.
 */
export function startJobs(deps: Deps): () => Promise<void> {
  const every = (milliseconds: number, name: string, job: () => Promise<unknown>) => {
    let running: Promise<void> | null = null;
    const attempt = async () => {
      try {
        // False where another process is at it.
        if ((await job()) !== false) noteJob(name, deps.clock.now(), true);
      } catch (error) {
        noteJob(name, deps.clock.now(), false);
        deps.log.error({ err: error, job: name }, 'a job failed');
      } finally {
        running = null;
      }
    };
    const run = () => {
      running ??= attempt();
    };
    const timer = setInterval(run, milliseconds);
    timer.unref();
    return { run, stop: () => clearInterval(timer), finished: () => running };
  };
  /** One process at a time does it; another takes over when that one is gone. */
  const everyAlone = (milliseconds: number, name: string, job: () => Promise<unknown>) =>
    every(milliseconds, name, () => runAlone(deps.db, name, job));
  const keys = everyAlone(15_000, 'rotate-keys', () => rotateKeys(deps));
  // At start at once: suites of an older release lack keys.
  keys.run();
  const jobs = [
    keys,
    every(2_000, 'usage', () => deps.usage.flush()),
    everyAlone(1_000, 'deliver-logout', () => deliverLogouts(deps)),
    everyAlone(10_000, 'sweep-expired', async () =>
      countSwept(await deleteExpired(deps.db, deps.clock.now(), deps.config.retention)),
    ),
  ];
  return async () => {
    for (const job of jobs) job.stop();
    await Promise.all(jobs.map((job) => job.finished()));
  };
}
