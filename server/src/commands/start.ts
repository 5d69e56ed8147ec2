import { createApp } from '../app.js';
import { bootstrap } from '../bootstrap.js';
import type { Config } from '../config.js';
import { closeDeps, createDeps, type Deps } from '../deps.js';
import { startJobs } from '../jobs/schedule.js';
import { claimDatabase } from '../store/claim.js';

/** Starts the server and stops it in order on SIGTERM and SIGINT. */
export async function start(config: Config): Promise<void> {
  const claim = claimDatabase(config.databaseUrl);
  const deps = await createDeps(config);
  const { app, setupLink } = await serve(deps).catch(async (error: unknown) => {
    // Connections that stay open would keep the process alive.
    await closeDeps(deps);
    throw error;
  });
  const stopJobs = startJobs(deps);
  process.stdout.write(`Tessera is ready at ${config.url}\n`);
  if (setupLink)
    process.stdout.write(`There is no admin yet. Open this link once to make the first one:\n\n  ${setupLink}\n\n`);

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    deps.log.info({ signal }, 'stopping');
    await Promise.all([stopJobs(), app.close()]);
    await closeDeps(deps);
    claim.release();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        deps.log.error({ err: error }, 'the server did not stop in order');
        process.exitCode = 1;
      });
    });
}

async function serve(deps: Deps) {
  const { setupLink } = await bootstrap(deps);
  const app = createApp(deps);
  await app.listen({ host: deps.config.host, port: deps.config.port });
  return { app, setupLink };
}
