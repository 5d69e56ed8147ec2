import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { program } from '../support/tessera.js';

/** The built product as `npm start` runs it, in a process of its own, which can be killed and started again on the same port. */
export interface ServerProcess {
  origin: string;
  /** Resolves when it has said that it is ready. */
  start(): Promise<void>;
  /** `kill -9`: nothing of it can run any more, not even a last commit. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  pid(): number | undefined;
  /** Errors it logged since its last start. */
  errors(): string[];
}

/** Describes a process; `start` starts it. `died` hears of an end that nobody asked for. */
export function serverProcess(
  port: number,
  environment: Record<string, string>,
  { flags = [], died = () => {} }: { flags?: readonly string[]; died?: (output: string) => void } = {},
): ServerProcess {
  if (!existsSync(program)) throw new Error('The server is not built. Run: npm run build');
  let child: ChildProcess | undefined;
  let output = '';

  let asked = false;

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    asked = true;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await ended)[0];
  }

  process.once('exit', () => child?.kill('SIGKILL'));
  return {
    origin: `http://localhost:${port}`,
    pid: () => child?.pid,
    errors: () => output.split('\n').filter((line) => line.startsWith('{"level":50')),
    async start() {
      output = '';
      asked = false;
      const started = spawn(
        process.execPath,
        ['--max-semi-space-size=4', '--heap-growing-percent=30', program, 'start', ...flags],
        {
          env: { PATH: process.env.PATH, ...environment, HOST: '127.0.0.1', PORT: String(port) },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      child = started;
      await new Promise<void>((resolve, reject) => {
        const read = (chunk: unknown) => {
          output = (output + String(chunk)).slice(-1_000_000);
          if (output.includes('is ready at')) resolve();
        };
        started.stdout.on('data', read);
        started.stderr.on('data', read);
        started.once('exit', (code, signal) => {
          const end = `A server ended by itself (${code ?? signal}):\n${output}`;
          reject(new Error(end));
          if (!asked) died(end);
        });
      });
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
