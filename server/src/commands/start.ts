import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../app.js';
import { bootstrap } from '../bootstrap.js';
import type { Config } from '../config.js';
import { closeDeps, createDeps, type Deps } from '../deps.js';
import { startJobs } from '../jobs/schedule.js';
import { claimDatabase } from '../store/claim.js';

/** Milliseconds that requests in flight have to finish: less than the ten seconds after which containers are killed. */
const finishWithin = 8_000;

/** A server that runs; `stop` says why it has to end, and resolves when it has. */
export interface Running {
  stop(signal: string): Promise<void>;
}

/** Starts the server and stops it in order on SIGTERM and SIGINT; a second signal ends it at once. */
export async function start(config: Config): Promise<void> {
  const { stop, log, setupLink } = await run(config, bootstrap);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, 'the server did not stop in order');
        process.exitCode = 1;
      });
    });
  announceReady(config, setupLink);
}

/** Starts the server in one of several processes whose primary has prepared the database and says when to stop. */
export function startAsWorker(config: Config): Promise<Running> {
  return run(config, async () => ({ setupLink: null }));
}

/** Tells the terminal where the server is, and how to make the first admin while there is none. */
export function announceReady(config: Config, setupLink: string | null): void {
  process.stdout.write(`Tessera is ready at ${config.url}\n`);
  if (setupLink)
    process.stdout.write(`There is no admin yet. Open this link once to make the first one:\n\n  ${setupLink}\n\n`);
}

async function run(config: Config, prepare: typeof bootstrap) {
  const claim = claimDatabase(config.databaseUrl);
  const deps = await createDeps(config);
  let stopping = false;
  const { app, setupLink } = await serve(deps, prepare, () => stopping).catch(async (error: unknown) => {
    // Connections that stay open would keep the process alive.
    await closeDeps(deps);
    throw error;
  });
  const stopJobs = startJobs(deps);
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    deps.log.info({ signal }, 'stopping');
    // Balancers see by /readyz that they have to send requests elsewhere. A person at the terminal does not wait for that.
    if (signal === 'SIGTERM') await sleep(config.drainSeconds * 1_000);
    await Promise.all([stopJobs(), finishRequests(app)]);
    await closeDeps(deps);
    claim.release();
  };
  return { stop, log: deps.log, setupLink };
}

/** Takes on no new connection, and waits for the requests in flight. */
async function finishRequests(app: FastifyInstance): Promise<void> {
  // A connection that was busy when the door was closed stays open for further requests.
  const leaving = setInterval(() => app.server.closeIdleConnections(), 50);
  const late = setTimeout(() => app.server.closeAllConnections(), finishWithin);
  await app.close();
  clearInterval(leaving);
  clearTimeout(late);
}

async function serve(deps: Deps, prepare: typeof bootstrap, isDraining: () => boolean) {
  const { setupLink } = await prepare(deps);
  const app = createApp(deps, isDraining);
  await app.listen({ host: deps.config.host, port: deps.config.port });
  return { app, setupLink };
}
