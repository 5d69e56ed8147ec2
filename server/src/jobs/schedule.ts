import type { Deps } from '../deps.js';
import { deleteExpired } from '../store/expired.js';
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
        await job();
      } catch (error) {
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
  const keys = every(15_000, 'rotate-keys', () => rotateKeys(deps));
  // At start at once: suites of an older release lack keys.
  keys.run();
  const jobs = [
    keys,
    every(2_000, 'usage', () => deps.usage.flush()),
    every(1_000, 'deliver-logout', () => deliverLogouts(deps)),
    every(10_000, 'sweep-expired', () => deleteExpired(deps.db, deps.clock.now(), deps.config.retention)),
  ];
  return async () => {
    for (const job of jobs) job.stop();
    await Promise.all(jobs.map((job) => job.finished()));
  };
}
