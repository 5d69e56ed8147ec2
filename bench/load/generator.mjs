import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pin } from '../pinned-process.mjs';

const program = fileURLToPath(new URL('generate.mjs', import.meta.url));

/** Starts the load generator on a core; `run` sends it a job, one at a time, and resolves with what was measured. */
export function startGenerator(core) {
  const child = fork(program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  pin(child.pid, core);
  return {
    pid: child.pid,
    async run(job) {
      child.send(job);
      const [result] = await once(child, 'message');
      if (result.error) throw new Error(result.error);
      return result;
    },
    stop: () => child.disconnect(),
  };
}
