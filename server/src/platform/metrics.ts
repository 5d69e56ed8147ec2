import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What this process counted since its start. A process has one of each number, so they are made here, once. */
export const counted = new Registry();
const registers = [counted];

/** Answered requests: how many, and in how many seconds. `route` is a pattern and `status` a class, never what came. */
export const requestDuration = new Histogram({
  name: 'tessera_http_request_duration_seconds',
  help: 'Time from the head of a request to the end of its answer.',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});

/** Counts an answer of the token endpoint that carries tokens. */
export const countIssued = counterOf(
  'tessera_tokens_issued_total',
  'Answers of the token endpoint that carry tokens.',
  'grant_type',
);

/** Counts a refused protocol request; the rules are a fixed vocabulary. */
export const countRefused = counterOf('tessera_refusals_total', 'Refused protocol requests.', 'rule');

/** Counts a request that was turned away because there was too much to do. */
export const countShed = counterOf('tessera_requests_shed_total', 'Requests turned away under load.', 'reason');

const swept = new Counter({
  name: 'tessera_rows_swept_total',
  help: 'Expired rows that were deleted.',
  registers,
});

/** Counts rows that the sweeper deleted. */
export function countSwept(rows: number): void {
  swept.inc(rows);
}

/** Look-ups in what is kept in memory, as plain numbers: several at every request. */
export const cacheLookups = {
  suites: { hits: 0, misses: 0 },
  clients: { hits: 0, misses: 0 },
  origins: { hits: 0, misses: 0 },
  keys: { hits: 0, misses: 0 },
};

new Counter({
  name: 'tessera_cache_lookups_total',
  help: 'Look-ups of suites, clients, origins and signing keys in memory; a miss reads the database.',
  labelNames: ['cache', 'result'],
  registers,
  collect() {
    this.reset();
    for (const [cache, { hits, misses }] of Object.entries(cacheLookups)) {
      this.inc({ cache, result: 'hit' }, hits);
      this.inc({ cache, result: 'miss' }, misses);
    }
  },
});

const queues = new Set<() => number>();

/** Says how what waits for a database is counted, until the answered function is called. */
export function measureQueue(count: () => number): () => void {
  queues.add(count);
  return () => queues.delete(count);
}

new Gauge({
  name: 'tessera_database_waiting',
  help: 'Transactions that wait for their turn (embedded database), or for a connection of the pool (PostgreSQL).',
  registers,
  collect() {
    this.set([...queues].reduce((sum, count) => sum + count(), 0));
  },
});

const jobFinished = new Gauge({
  name: 'tessera_job_last_success_timestamp_seconds',
  help: 'When a background job last finished without an error.',
  labelNames: ['job'],
  aggregator: 'max',
  registers,
});
const jobFailed = counterOf('tessera_job_failures_total', 'Runs of a background job that ended in an error.', 'job');

/** Notes the end of a job's run at `now`, in Unix seconds. */
export function noteJob(job: string, now: number, succeeded: boolean): void {
  if (succeeded) jobFinished.set({ job }, now);
  else jobFailed(job);
}

/** A counter by one label, whose values are resolved once: this happens at every request. */
function counterOf(name: string, help: string, label: string): (value: string) => void {
  const counter = new Counter({ name, help, labelNames: [label], registers });
  const children = new Map<string, Counter.Internal>();
  return (value) => {
    const known = children.get(value);
    if (known) return known.inc();
    const child = counter.labels(value);
    children.set(value, child);
    child.inc();
  };
}
