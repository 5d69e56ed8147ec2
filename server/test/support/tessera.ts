import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built product: the program that `tessera` starts. */
export const program = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built `tessera` command as a process of its own; `within` is a command line it is run by, such as one that sets limits. */
export async function runTessera(
  args: readonly string[],
  env: Record<string, string>,
  { cwd, within = [] }: { cwd?: string; within?: readonly string[] } = {},
): Promise<Ended> {
  const [command = '', ...rest] = [...within, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    ended.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    ended.stderr += String(chunk);
  });
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}
