import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import { bootstrap } from '../bootstrap.js';
import type { Config } from '../config.js';
import { closeDeps, createDeps } from '../deps.js';
import { sumForWorkers } from '../operations/scrape-workers.js';
import type { Log } from '../platform/log.js';
import { announceReady, startAsWorker } from './start.js';

const maxWorkers = 256;

/** Milliseconds after which a worker that dies is replaced at once, and the longest wait before one that died sooner is. */
const settledAfter = 10_000;
const longestWait = 30_000;

interface Order {
  tessera: 'stop';
  signal: string;
}

/**
 * How many workers `--workers` asks for: a number, or `auto` for one a core. Throws where it says something else, or the
 * database cannot be shared.
 */
export function readWorkers(value: string, databaseUrl: string): number {
  const count = value === 'auto' ? availableParallelism() : Number(value);
  if (!Number.isInteger(count) || count < 1 || count > maxWorkers)
    throw new Error(`--workers is "${value}"; write a whole number from 1 to ${maxWorkers}, or auto`);
  if (databaseUrl.startsWith('file:'))
    throw new Error(
      'the embedded database has one process. Leave --workers out, or move to PostgreSQL first: tessera move --to postgres://…',
    );
  return count;
}

/**
 * Starts so many processes that listen on one port and share one PostgreSQL. This one, the primary, brings the database
 * up to date and replaces a worker that dies; a signal stops all in order.
 */
export async function startWorkers(config: Config, count: number): Promise<void> {
  if (cluster.isWorker) return startWorker(config);
  const deps = await createDeps(config);
  const { setupLink } = await bootstrap(deps).finally(() => closeDeps(deps));
  sumForWorkers();
  const workers = keepWorkers(deps.log, count);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) workers.kill();
      stopping = true;
      workers.stop(signal);
    });
  await workers.listening;
  if (!stopping) announceReady(config, setupLink);
}

/** Keeps so many workers alive. The primary ends with them: by 0 where all stopped in order. */
function keepWorkers(log: Log, count: number) {
  let order: Order | null = null;
  let allListen = false;
  let diedEarly = 0;

  function fork(): void {
    const startedAt = Date.now();
    const worker = cluster.fork();
    worker.once('listening', () => {
      // What it was told before it could hear.
      if (order) tell(worker, order);
    });
    worker.once('exit', (code, signal) => {
      if (order) {
        if (code !== 0) process.exitCode = 1;
        return;
      }
      // What is wrong with the first of them, such as a port that is taken, is wrong with all; it has said so.
      if (!allListen) {
        process.exitCode = 1;
        stop('a worker could not start');
        return;
      }
      diedEarly = Date.now() - startedAt < settledAfter ? diedEarly + 1 : 0;
      const wait = diedEarly === 0 ? 0 : Math.min(longestWait, 250 * 2 ** diedEarly);
      log.error({ worker: worker.process.pid, code, signal, wait }, 'a worker died and is replaced');
      setTimeout(() => {
        if (!order) fork();
      }, wait);
    });
  }

  function stop(signal: string): void {
    if (order) return;
    order = { tessera: 'stop', signal };
    for (const worker of living()) tell(worker, order);
  }

  let left = count;
  const listening = new Promise<void>((resolve) => {
    cluster.on('listening', () => {
      left -= 1;
      if (left > 0) return;
      allListen = true;
      resolve();
    });
  });
  for (let n = 0; n < count; n += 1) fork();
  return {
    listening,
    stop,
    kill() {
      for (const worker of living()) worker.process.kill('SIGKILL');
    },
  };
}

function tell(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order);
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

/**
 * One of the workers. A signal from a terminal or a service manager reaches the primary as well, and counts once: the
 * primary says when to stop. When that is gone, so is the port, and Node ends the workers.
 */
async function startWorker(config: Config): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  const told = new Promise<string>((resolve) => {
    process.on('message', (message: Order) => {
      if (message.tessera === 'stop') resolve(message.signal);
    });
  });
  try {
    const { stop } = await startAsWorker(config);
    await stop(await told);
  } catch (error) {
    process.stderr.write(`A worker ended: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
