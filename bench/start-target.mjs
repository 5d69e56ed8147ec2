import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './pinned-process.mjs';

/**
 * Starts a target in its folder of the run, on what an earlier start left there, and makes the clients and people that
 * the work needs. A site is a target that runs: its process, its addresses, its clients.
 */
export async function startTarget(target, { directory, ...place }) {
  const own = join(directory, target.name);
  mkdirSync(own, { recursive: true });
  const port = await freePort();
  const process = await target.launch({ ...place, directory: own, port });
  return { ...process, host: `localhost:${port}`, port, ...(await target.furnish({ directory: own, port })) };
}
