import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJobs } from '../../src/jobs/schedule.js';
import { startWorld, type World } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { databaseKind } from '../support/database.js';

const token = 'a-token-of-twenty-characters';

let world: World;
let machine: GivenApplication;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_METRICS_TOKEN: token } });
  machine = await world.admin.givenApplication(world.project, 'client_credentials');
});
afterAll(() => world.close());

/** Every sample of a scrape, by its name with labels. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await fetch(`${world.server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** By how much samples grew while something happened; the numbers are those of the process, which other servers share. */
async function growthOf(work: () => Promise<unknown>): Promise<(name: string) => number> {
  const before = await scrape();
  await work();
  const after = await scrape();
  return (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
}

const labels = (values: Record<string, string>) =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
const requests = (route: string, method: string, status: string) =>
  `tessera_http_request_duration_seconds_count${labels({ route, method, status })}`;

describe('who may read /metrics', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer a-token-of-twenty-character5' }],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` }],
  ])('%s gets 401 and no number', async (_case, headers) => {
    const answer = await fetch(`${world.server.url}/metrics`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
    expect(await answer.text()).not.toMatch(/tessera_/);
  });

  test('without TESSERA_METRICS_TOKEN there is no /metrics', async () => {
    const quiet = await startWorld();
    try {
      const answer = await fetch(`${quiet.server.url}/metrics`, { headers: { authorization: 'Bearer ' } });
      expect(answer.status).toBe(404);
    } finally {
      await quiet.close();
    }
  });
});

describe('what is counted', () => {
  const ask = (params: Record<string, string> = { grant_type: 'client_credentials' }) =>
    world.as(machine, '/token', params);

  test('requests by route pattern, method and class of status, with their time', async () => {
    const growth = await growthOf(async () => {
      await ask();
      await ask();
      await ask({ grant_type: 'none' });
    });
    const route = '/suites/:slug/token';
    expect(growth(requests(route, 'POST', '2xx'))).toBe(2);
    expect(growth(requests(route, 'POST', '4xx'))).toBe(1);
    const series = { route, method: 'POST', status: '2xx' };
    expect(growth(`tessera_http_request_duration_seconds_bucket${labels({ le: '+Inf', ...series })}`)).toBe(2);
    expect(growth(`tessera_http_request_duration_seconds_sum${labels(series)}`)).toBeGreaterThan(0);
  });

  test('a HEAD request is counted once, like the GET beside it', async () => {
    const growth = await growthOf(() => fetch(`${world.server.url}/healthz`, { method: 'HEAD' }));
    expect(growth(requests('/healthz', 'HEAD', '2xx'))).toBe(1);
  });

  test('whatever paths, hosts and ids come, no label has them', async () => {
    const marks = ['mark-of-a-path', 'mark-of-a-suite', 'mark-of-a-client', 'mark-of-an-origin'];
    const growth = await growthOf(async () => {
      await fetch(`${world.server.url}/${marks[0]}`);
      await fetch(`${world.server.url}/suites/${marks[1]}/token`, { method: 'POST' });
      await world.post('/token', { grant_type: 'client_credentials', client_id: `${marks[2]}` });
      await ask({ grant_type: 'mark-of-a-grant' });
      await world.as(machine, '/token', { grant_type: 'client_credentials' }, { origin: `https://${marks[3]}` });
    });
    expect(growth(requests('(none)', 'GET', '4xx'))).toBe(1);
    const names = [...(await scrape()).keys()].join('\n');
    expect(names).not.toMatch(/mark-of/);
  });

  test('tokens by grant type, and refusals by rule', async () => {
    const growth = await growthOf(async () => {
      await ask();
      await ask({ grant_type: 'none' });
    });
    expect(growth('tessera_tokens_issued_total{grant_type="client_credentials"}')).toBe(1);
    expect(growth('tessera_refusals_total{rule="grant.unknown"}')).toBe(1);
  });

  test('look-ups in memory: hits, and misses after it was forgotten', async () => {
    await ask();
    const warm = await growthOf(ask);
    expect(warm('tessera_cache_lookups_total{cache="clients",result="hit"}')).toBeGreaterThan(0);
    expect(warm('tessera_cache_lookups_total{cache="clients",result="miss"}')).toBe(0);
    expect(warm('tessera_cache_lookups_total{cache="keys",result="hit"}')).toBeGreaterThan(0);
    const cold = await growthOf(() => {
      world.server.deps.registry.clear();
      world.server.deps.keys.clear();
      return ask();
    });
    expect(cold('tessera_cache_lookups_total{cache="clients",result="miss"}')).toBe(1);
    expect(cold('tessera_cache_lookups_total{cache="suites",result="miss"}')).toBe(1);
    expect(cold('tessera_cache_lookups_total{cache="keys",result="miss"}')).toBe(1);
  });

  test('jobs: when each last ended well', async () => {
    const stop = startJobs(world.server.deps);
    await stop();
    const at = (await scrape()).get('tessera_job_last_success_timestamp_seconds{job="rotate-keys"}');
    expect(at).toBe(world.server.clock.now());
  });
});

describe('what is measured at the scrape', () => {
  test('the age of the oldest key that signs, by algorithm', async () => {
    const name = 'tessera_signing_key_age_seconds{alg="ES256"}';
    const before = (await scrape()).get(name) ?? Number.NaN;
    world.server.clock.advance(1_000);
    expect((await scrape()).get(name)).toBe(before + 1_000);
  });

  test('queues, database, process and release', async () => {
    const samples = await scrape();
    // The scrape itself.
    expect(samples.get('tessera_http_requests_in_flight')).toBe(1);
    expect(samples.get('tessera_database_waiting')).toBe(0);
    expect(samples.get('tessera_password_hashes_waiting')).toBe(0);
    expect(samples.get('tessera_database_size_bytes')).toBeGreaterThan(100_000);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
    const names = [...samples.keys()];
    expect(names.find((name) => name.startsWith('tessera_build_info{version="'))).toContain(process.version);
  });

  test('about how many rows the tables have', async () => {
    // PostgreSQL estimates after its statistics were taken.
    if (databaseKind === 'postgres') await sql`analyze`.execute(world.server.deps.db);
    const samples = await scrape();
    const { db } = world.server.deps;
    const { count } = await db
      .selectFrom('applications')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(samples.get('tessera_database_rows{table="applications"}')).toBe(Number(count));
    expect(samples.get('tessera_database_rows{table="codes"}')).toBe(0);
  });
});
