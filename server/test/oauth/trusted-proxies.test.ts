import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { makeProofKey } from './proofs.js';
import { discover, startWorld, type World } from './requests.js';

let world: World;
let app: GivenApplication;

async function start(proxies?: string): Promise<void> {
  world = await startWorld(proxies === undefined ? {} : { env: { TESSERA_TRUSTED_PROXIES: proxies } });
  app = await world.admin.givenApplication(world.project, 'client_credentials');
}

/** The address that a refused request is put down to. */
async function addressOf(headers: Record<string, string>): Promise<string | null> {
  const answer = await world.post('/token', { grant_type: 'none' }, headers);
  const row = await world.server.deps.db
    .selectFrom('refusals')
    .select('address')
    .where('requestId', '=', answer.headers.get('x-request-id') ?? '')
    .executeTakeFirstOrThrow();
  return row.address;
}

describe('RFC 9700 §4.13: without trusted proxies', () => {
  beforeAll(() => start());
  afterAll(() => world.close());

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip'])(
    '%s says nothing about who calls',
    async (name) => {
      expect(await addressOf({ [name]: '203.0.113.9' })).toBe('127.0.0.1');
    },
  );

  test('a new address each time is no way round the throttle', async () => {
    const guessing = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '3' } });
    try {
      const backEnd = await guessing.admin.givenApplication(guessing.project, 'user_credentials');
      const guess = (n: number) =>
        guessing.as(
          backEnd,
          '/token',
          { grant_type: 'password', username: `nobody${n}@example.com`, password: 'wrong' },
          { 'x-forwarded-for': `203.0.113.${n}` },
        );
      const statuses: number[] = [];
      for (let n = 1; n <= 4; n += 1) statuses.push((await guess(n)).status);
      expect(statuses).toEqual([400, 400, 400, 429]);
    } finally {
      await guessing.close();
    }
  });
});

describe('RFC 9700 §4.13: with a trusted proxy', () => {
  beforeAll(() => start('127.0.0.1, 10.0.0.0/8'));
  afterAll(() => world.close());

  test('the caller is the last address that is no trusted proxy, whatever stands before it', async () => {
    expect(await addressOf({ 'x-forwarded-for': '198.51.100.1, 203.0.113.9' })).toBe('203.0.113.9');
    expect(await addressOf({ 'x-forwarded-for': '127.0.0.1, 203.0.113.9, 10.1.2.3' })).toBe('203.0.113.9');
    expect(await addressOf({})).toBe('127.0.0.1');
  });

  test('issuer, endpoints and htu are those of TESSERA_URL, whatever host or scheme the proxy names', async () => {
    const spoofed = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '444' };
    const answer = await fetch(`${world.issuer}/.well-known/openid-configuration`, { headers: spoofed });
    expect(await answer.json()).toEqual(await discover(world));
    const key = await makeProofKey(world);
    const ask = (url: string) => async () =>
      world.as(app, '/token', { grant_type: 'client_credentials' }, { ...spoofed, dpop: await key.proof({ url }) });
    expect((await ask('https://evil.example/suites/x/token')()).body.error).toBe('invalid_dpop_proof');
    expect((await ask(`${world.issuer}/token`)()).status).toBe(200);
  });
});
