import type { FastifyInstance } from 'fastify';
import { createApp } from '../../src/app.js';
import { bootstrap } from '../../src/bootstrap.js';
import { readConfig } from '../../src/config.js';
import { closeDeps, createDeps, type Deps } from '../../src/deps.js';
import { createLog, type Log } from '../../src/platform/log.js';
import type { OutboundFetch } from '../../src/platform/outbound-fetch.js';
import { createTestClock, type TestClock } from './clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { freePort } from './free-port.js';

export const testAdmin = { email: 'owner@tessera.test', password: 'correct horse battery staple' };
export const testClient = { clientId: 'test-bootstrap', clientSecret: `tes_cs_${'0'.repeat(43)}` };

/** One for all, so that a second server can open what the first one sealed. */
const masterKey = Buffer.alloc(32, 7).toString('base64url');

export interface TestServer {
  /** Public base URL; it really listens there. */
  url: string;
  clock: TestClock;
  database: TestDatabase;
  app: FastifyInstance;
  deps: Deps;
  issuer(suiteSlug: string): string;
  /** Stops listening and drops the database, unless a second server shall start on it. */
  close(options?: { keepDatabase?: boolean }): Promise<void>;
}

export interface TestServerOptions {
  /** Added to the environment, or overrides it. An empty value takes a variable away. */
  env?: Record<string, string>;
  /** Unix seconds at which the clock stands; the real time by default. */
  startsAt?: number;
  /** The database of a server that was closed with `keepDatabase`. */
  database?: TestDatabase;
  log?: Log;
  /** In place of the way out to addresses that clients name. */
  fetch?: OutboundFetch;
}

/** Starts the real product with a fresh database, a clock of its own and an owner, listening on a free port. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.database ?? (await createTestDatabase());
  const port = await freePort();
  const url = `${options.env?.TLS_CERT ? 'https' : 'http'}://localhost:${port}`;
  const clock = createTestClock(options.startsAt);
  const config = readConfig({
    TESSERA_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: database.url,
    TESSERA_SECRET: masterKey,
    TESSERA_ADMIN_EMAIL: testAdmin.email,
    TESSERA_ADMIN_PASSWORD: testAdmin.password,
    TESSERA_BOOTSTRAP_CLIENT_ID: testClient.clientId,
    TESSERA_BOOTSTRAP_CLIENT_SECRET: testClient.clientSecret,
    ...options.env,
  });
  const deps = await createDeps(config, {
    clock,
    log: options.log ?? createLog('silent'),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  await bootstrap(deps).catch(async (error: unknown) => {
    await closeDeps(deps);
    throw error;
  });
  const app = createApp(deps);
  await app.listen({ host: config.host, port });
  return {
    url,
    clock,
    database,
    app,
    deps,
    issuer: (slug) => `${url}/suites/${slug}`,
    async close({ keepDatabase = false } = {}) {
      await app.close();
      await closeDeps(deps);
      if (!keepDatabase) await database.drop();
    },
  };
}
