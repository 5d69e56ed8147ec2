import type { SigningKey } from '@tessera/contract/keys';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkEvery } from '../../src/store/cache-version.js';
import type { GivenApplication } from '../support/admin.js';
import { databaseKind } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { openWay, type Way } from '../support/way.js';
import { credentials, send, startWorld, type TokenBody, type World } from './requests.js';

const origin = 'https://spa.example.com';

/** As soon as the promise of one second; polled, since the other process learns of it by itself. */
const within = (milliseconds: number, check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: milliseconds, interval: 25 });

/** An embedded database has one process; these are of the database that several share. */
describe.runIf(databaseKind === 'postgres')('two processes on one database', () => {
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
  /** A token from the process that did not make the change. */
  const ask = (secret = credentials(machine)) =>
    send<TokenBody>(`${issuer()}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...secret },
      body: 'grant_type=client_credentials',
    });
  const refused = async () => expect((await ask()).status).toBeGreaterThanOrEqual(400);

  test('a client that is disabled at one is refused by the other within 1 s', async () => {
    const { id } = await given();
    await first.admin.api('PATCH', `/applications/${id}`, { status: 'disabled' });
    await within(1_000, refused);
  });

  test('a secret that is revoked at one is refused by the other within 1 s', async () => {
    const { id } = await given();
    const { body } = await first.admin.api<{ items: { id: string }[] }>('GET', `/applications/${id}/secrets`);
    await first.admin.api('DELETE', `/applications/${id}/secrets/${body.items[0]?.id}?confirmLast=true`);
    await within(1_000, refused);
  });

  test('an origin that is removed at one is refused by the other within 1 s', async () => {
    const spa = await first.admin.givenApplication(first.project, 'authorization_pkce_flow', {
      redirectUris: [`${origin}/callback`],
      allowedOrigins: [origin],
    });
    const allowed = async () => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const answer = await send(`${issuer()}/token`, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin');
    };
    await within(1_000, async () => expect(await allowed()).toBe(origin));
    await first.admin.api('PATCH', `/applications/${spa.id}`, { allowedOrigins: [] });
    await within(1_000, async () => expect(await allowed()).toBeNull());
  });

  test('a key that is revoked at one is gone from the other within 1 s', async () => {
    const kids = async () =>
      (await send<{ keys: { kid: string }[] }>(`${issuer()}/jwks`, {})).body.keys.map(({ kid }) => kid);
    const path = `/suites/${first.suite.id}/keys`;
    const { body } = await first.admin.api<{ items: SigningKey[] }>('GET', path);
    const { kid } = body.items.find((key) => key.alg === 'ES256' && key.status === 'signing') as SigningKey;
    expect(await kids()).toContain(kid);
    expect((await first.admin.api('POST', `${path}/${kid}/revoke`)).status).toBe(200);
    await within(1_000, async () => expect(await kids()).not.toContain(kid));
  });

  test('where the notification is lost, the change is obeyed within the bound all the same', async () => {
    const { id } = await given();
    const { db } = first.server.deps;
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('applications').set({ status: 'disabled' }).where('id', '=', id).execute();
      await tx
        .updateTable('cacheVersion')
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .execute();
    });
    await within(checkEvery + 500, refused);
  });

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
    await way.mend();
    await within(5_000, async () => expect((await ask()).status).toBe(200));
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
