import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../server/test/support/free-port.js';
import { program } from '../../server/test/support/tessera.js';

/** The real product, running as a process of its own on an empty folder. */
export interface Product {
  url: string;
  /** The one-time link it prints while there is no admin; empty where the environment named an admin. */
  setupLink: string;
  /** Everything it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the product with the embedded database in a new folder. `env` adds to the environment or overrides it. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-e2e-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let output = '';
  const child = spawn(process.execPath, [program, 'start'], {
    cwd: directory,
    env: { PATH: process.env.PATH, PORT: String(port), TESSERA_URL: url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    await untilReady(child, url, () => output);
    const withAdmin = env.TESSERA_ADMIN_EMAIL !== undefined;
    const setupLink = withAdmin
      ? ''
      : await untilPrinted(child, /https?:\/\/[^\s"]+\/console\/setup[^\s"]*/, () => output);
    return { url, setupLink, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  await poll(child, output, 'answer on /readyz', async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    return answer?.ok ? true : null;
  });
}

async function untilPrinted(child: ChildProcess, pattern: RegExp, output: () => string): Promise<string> {
  return poll(child, output, `print ${pattern}`, async () => pattern.exec(output())?.[0] ?? null);
}

async function poll<T>(
  child: ChildProcess,
  output: () => string,
  what: string,
  attempt: () => Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const result = await attempt();
    if (result !== null) return result;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The product did not ${what} (exit code ${child.exitCode}):\n${output()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
