import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { countWaitingPasswords } from '../accounts/password.js';
import type { Deps } from '../deps.js';
import { shipped } from '../shipped-files.js';
import { listOldestSigning } from '../store/signing-keys.js';
import { estimateRows, readDatabaseSize } from '../store/size.js';

/** With more suites than keys are read, an algorithm that only younger keys have is left out. */
const keysRead = 500;

/** What is measured when somebody asks: of this server, its database and the process. */
export function createScrapedGauges(deps: Deps, countInFlight: () => number): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({
    name: 'tessera_build_info',
    help: 'The release that runs; always 1.',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers,
  }).set({ version: readVersion(), node: process.version }, 1);
  new Gauge({
    name: 'tessera_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
    collect() {
      this.set(countInFlight());
    },
  });
  new Gauge({
    name: 'tessera_password_hashes_waiting',
    help: 'Passwords that wait to be hashed.',
    registers,
    collect() {
      this.set(countWaitingPasswords());
    },
  });

  // The same for every process of a database: one of them says it.
  new Gauge({
    name: 'tessera_database_size_bytes',
    help: 'Size of the database.',
    aggregator: 'max',
    registers,
    async collect() {
      this.set(await readDatabaseSize(deps.db));
    },
  });
  new Gauge({
    name: 'tessera_database_rows',
    help: 'About how many rows a table has.',
    labelNames: ['table'],
    aggregator: 'max',
    registers,
    async collect() {
      for (const { table, rows } of await estimateRows(deps.db)) this.set({ table }, rows);
    },
  });
  new Gauge({
    name: 'tessera_signing_key_age_seconds',
    help: 'How long the oldest signing key of an algorithm has signed.',
    labelNames: ['alg'],
    aggregator: 'max',
    registers,
    async collect() {
      this.reset();
      const oldest = new Map<string, number>();
      for (const { alg, signsFrom } of (await listOldestSigning(deps.db, keysRead)).reverse())
        oldest.set(alg, signsFrom);
      for (const [alg, since] of oldest) this.set({ alg }, deps.clock.now() - since);
    },
  });
  return registry;
}

function readVersion(): string {
  const text = readFileSync(shipped.package, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
