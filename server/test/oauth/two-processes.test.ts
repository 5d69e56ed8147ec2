import type { SigningKey } from '@tessera/contract/keys';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkEvery } from '../../src/store/cache-version.js';
import type { GivenApplication } from '../support/admin.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { openWay, type Way } from '../support/way.js';
import { credentials, send, startWorld, type TokenBody, type World } from './requests.js';
import { kidOf } from './signing-keys.js';

const origin = 'https://spa.example.com';

/** As soon as the promise of one second; polled, since the other process learns of it by itself. */
const within = (milliseconds: number, check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: milliseconds, interval: 25 });

/** An embedded database has one process; these are of the database that several share. */
describe.runIf(databaseKind === 'postgres').each([
  { notified: true, bound: 1_000 },
  { notified: false, bound: checkEvery + 500 },
])('two processes on one database, notifications arrive: $notified; in time is $bound ms', ({ notified, bound }) => {
  let first: World;
  let second: TestServer;
  let machine: GivenApplication;

  beforeAll(async () => {
    const database = await createTestDatabase();
    if (!notified) await loseNotifications(database);
    first = await startWorld({ database });
    second = await startTestServer({ database, env: { TESSERA_URL: first.server.url } });
  });
  afterAll(async () => {
    await second.close({ keepDatabase: true });
    await first.close();
  });

  const issuer = () => second.issuer(first.suite.slug);
  const given = async () => {
    machine = await first.admin.givenApplication(first.project, 'client_credentials');
    expect((await ask()).status).toBe(200);
    return machine;
  };
  /** A token from the process that did not make the change. */
  const ask = () => askForToken(issuer(), machine);
  const refused = async () => expect((await ask()).status).toBeGreaterThanOrEqual(400);
  const keysPath = () => `/suites/${first.suite.id}/keys`;

  test('a client that is disabled at one is refused by the other in time', async () => {
    const { id } = await given();
    await first.admin.api('PATCH', `/applications/${id}`, { status: 'disabled' });
    await within(bound, refused);
  });

  test('a secret that is revoked at one is refused by the other in time', async () => {
    const { id } = await given();
    const { body } = await first.admin.api<{ items: { id: string }[] }>('GET', `/applications/${id}/secrets`);
    await first.admin.api('DELETE', `/applications/${id}/secrets/${body.items[0]?.id}?confirmLast=true`);
    await within(bound, refused);
  });

  test('an origin that is removed at one is refused by the other in time', async () => {
    const spa = await first.admin.givenApplication(first.project, 'authorization_pkce_flow', {
      redirectUris: [`${origin}/callback`],
      allowedOrigins: [origin],
    });
    const allowed = async () => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const answer = await send(`${issuer()}/token`, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin');
    };
    await within(bound, async () => expect(await allowed()).toBe(origin));
    await first.admin.api('PATCH', `/applications/${spa.id}`, { allowedOrigins: [] });
    await within(bound, async () => expect(await allowed()).toBeNull());
  });

  test('after a rotation at one, the other signs with the next key in time', async () => {
    await given();
    const before = kidOf((await ask()).body.access_token);
    const answer = await first.admin.api<{ changed: { to: string }[] }>('POST', `${keysPath()}/rotate`, {
      alg: 'ES256',
    });
    const next = answer.body.changed[0]?.to;
    expect(next).not.toBe(before);
    await within(bound, async () => expect(kidOf((await ask()).body.access_token)).toBe(next));
  });

  test('a key that is revoked at one is gone from the other in time', async () => {
    const kids = async () =>
      (await send<{ keys: { kid: string }[] }>(`${issuer()}/jwks`, {})).body.keys.map(({ kid }) => kid);
    const { body } = await first.admin.api<{ items: SigningKey[] }>('GET', keysPath());
    const { kid } = body.items.find((key) => key.alg === 'ES256' && key.status === 'signing') as SigningKey;
    expect(await kids()).toContain(kid);
    expect((await first.admin.api('POST', `${keysPath()}/${kid}/revoke`)).status).toBe(200);
    await within(bound, async () => expect(await kids()).not.toContain(kid));
  });
});

/** A function of that name which is found first and does nothing, for every connection from now on. */
async function loseNotifications(database: TestDatabase): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await runOn(database.url, `ALTER DATABASE ${name} SET search_path = public, pg_catalog`);
  await runOn(database.url, "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''");
}

function askForToken(issuer: string, machine: GivenApplication) {
  return send<TokenBody>(`${issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...credentials(machine) },
    body: 'grant_type=client_credentials',
  });
}

describe.runIf(databaseKind === 'postgres')('a process that loses its database', () => {
  let first: World;
  let second: TestServer;
  let machine: GivenApplication;
  let way: Way;

  beforeAll(async () => {
    first = await startWorld();
    way = await openWay(first.server.database.url);
    const database = { ...first.server.database, url: way.url };
    second = await startTestServer({ database, env: { TESSERA_URL: first.server.url } });
  });
  afterAll(async () => {
    await second.close({ keepDatabase: true });
    await first.close();
    await way.cut();
  });

  const issuer = () => second.issuer(first.suite.slug);
  const given = async () => {
    machine = await first.admin.givenApplication(first.project, 'client_credentials');
    expect((await ask()).status).toBe(200);
    return machine;
  };
  const ask = () => askForToken(issuer(), machine);
  const refused = async () => expect((await ask()).status).toBeGreaterThanOrEqual(400);

  test('where the listening connection breaks, the next change is obeyed and it listens again', async () => {
    const { id } = await given();
    const listeners = () =>
      onDatabase<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and query like 'LISTEN%'",
      );
    expect(await listeners()).toEqual([{ count: 2 }]);
    await onDatabase(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'",
    );
    await first.admin.api('PATCH', `/applications/${id}`, { status: 'disabled' });
    await within(checkEvery + 500, refused);
    await within(5_000, async () => expect(await listeners()).toEqual([{ count: 2 }]));
  });

  test('RFC 9110 §15.6.4: while the database is away, nothing is issued from memory; it is again once it is back', async () => {
    await given();
    await way.cut();
    await within(2 * checkEvery + 500, async () => {
      const answer = await ask();
      expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    });
    // The management API and the pages say it in their ways.
    const headers = { authorization: `Bearer ${await first.admin.token()}` };
    const api = await send(`${second.url}/api/v1/applications`, { headers });
    expect(JSON.parse(api.text)).toMatchObject({ status: 503, code: 'unavailable' });
    const page = await send(`${issuer()}/authorize?client_id=${machine.clientId}`, {
      headers: { accept: 'text/html' },
    });
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
    for (const answer of [api, page]) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(`${second.url}/readyz`, {})).status).toBe(503);
    expect((await send(`${second.url}/healthz`, {})).status).toBe(200);
    await way.mend();
    await within(5_000, async () => expect((await ask()).status).toBe(200));
    expect((await send(`${second.url}/readyz`, {})).status).toBe(200);
  });

  const onDatabase = <T>(sql: string) => runOn<T>(first.server.database.url, sql);
});

async function runOn<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}
