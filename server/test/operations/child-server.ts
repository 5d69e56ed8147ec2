import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { testClient } from '../support/server.js';
import { program } from '../support/tessera.js';

/** The built product as a process of its own. */
export interface ChildServer {
  url: string;
  port: number;
  child: ChildProcess;
  /** The exit code; null where a signal ended it. */
  ended: Promise<number | null>;
  output(): string;
  /** Kills it where it still runs, and drops its database. */
  remove(): Promise<void>;
}

export async function startChildServer(
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<ChildServer> {
  const database = await createTestDatabase();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, [program, 'start', ...flags], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      TESSERA_URL: url,
      DATABASE_URL: database.url,
      TESSERA_SECRET: Buffer.alloc(32, 7).toString('base64url'),
      TESSERA_BOOTSTRAP_CLIENT_ID: testClient.clientId,
      TESSERA_BOOTSTRAP_CLIENT_SECRET: testClient.clientSecret,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let output = '';
  const server: ChildServer = {
    url,
    port,
    child,
    ended,
    output: () => output,
    async remove() {
      kill();
      await ended;
      process.removeListener('exit', kill);
      await database.drop();
    },
  };
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes('is ready at')) resolve();
      });
  });
  const isReady = await Promise.race([ready.then(() => true), ended.then(() => false)]);
  if (isReady) return server;
  await database.drop();
  throw new Error(`The server did not start:\n${output}`);
}
