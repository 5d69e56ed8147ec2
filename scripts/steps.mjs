import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs the steps in order, prints the time of each, and ends the process at the first that fails. */
export function runSteps(steps) {
  for (const [name, program, ...args] of steps) {
    console.log(`\n— ${name}`);
    const startedAt = performance.now();
    const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`— ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
    if (status !== 0) process.exit(status ?? 1);
  }
}
