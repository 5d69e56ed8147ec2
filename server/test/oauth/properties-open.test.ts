import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testRedirectUri } from '../support/admin.js';
import { createTestOutbound } from '../support/outbound.js';
import { hostileRequests } from './hostile-requests.js';
import { givenInitialAccessToken, type Registered, registered, setRegistration } from './registrations.js';
import { startWorld, type World } from './requests.js';

// What is open to everybody: discovery, keys and registration.
vi.setConfig({ testTimeout: 120_000 });

const runs = { numRuns: 150 };
const outbound = createTestOutbound();
let world: World;
let client: Registered;
let hostile: ReturnType<typeof hostileRequests>;

beforeAll(async () => {
  world = await startWorld({ fetch: outbound, env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '1000000' } });
  await setRegistration(world, 'open');
  client = await registered(world);
  await setRegistration(world, 'token');
  // Tokens that mean something, where they mean nothing.
  const { initialAccessToken } = await givenInitialAccessToken(world);
  const known = [client.client_id, client.client_secret ?? '', testRedirectUri, `${initialAccessToken}x`];
  hostile = hostileRequests({ issuer: world.issuer, known, registered: [] });
});
afterAll(() => world.close());

const everyMethod = ['GET', 'GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

test.each(['/.well-known/openid-configuration', '/jwks'])(
  'OpenID Connect Discovery §4.1: whatever comes to %s, it is answered the same, or refused',
  async (path) => {
    const plain = await (await fetch(`${world.issuer}${path}`)).text();
    let told = 0;
    await fc.assert(
      fc.asyncProperty(hostile.requests(hostile.parameters(), everyMethod), async (request) => {
        const answer = await hostile.deliver(path, request);
        const text = await hostile.expectHarmless(answer);
        expect(answer.headers.get('location')).toBeNull();
        if (request.method === 'GET') {
          expect([answer.status, text]).toEqual([200, plain]);
          expect(answer.headers.get('access-control-allow-origin')).toBe('*');
          told += 1;
          // A content type that cannot be read is refused before the method is.
        } else expect([400, 405]).toContain(answer.status);
      }),
      runs,
    );
    expect(told).toBeGreaterThan(5);
  },
);

test('RFC 8414 §3.1: whatever issuer is asked for, there is one or there is none', async () => {
  const name = fc.oneof(
    fc.constantFrom(
      world.suite.slug,
      world.suite.slug.toUpperCase(),
      `${world.suite.slug}/`,
      '',
      '.',
      '..',
      '%2e%2e',
      '%00',
      '%ff',
      '%',
    ),
    fc.stringMatching(/^[A-Za-z0-9%._~!$&'()*+,;=:@-]{1,60}$/),
    fc.constant('x'.repeat(300)),
  );
  const places = [
    (slug: string) => `/suites/${slug}/.well-known/openid-configuration`,
    (slug: string) => `/.well-known/oauth-authorization-server/suites/${slug}`,
    (slug: string) => `/suites/${slug}/jwks`,
  ];
  await fc.assert(
    fc.asyncProperty(name, fc.constantFrom(...places), async (slug, place) => {
      const answer = await fetch(`${world.server.url}${place(slug)}`, { redirect: 'manual' });
      const text = await answer.text();
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('location')).toBeNull();
      if (slug === world.suite.slug) expect(answer.status).toBe(200);
      else if (answer.status === 200) expect(text).not.toContain(`"issuer":"${world.issuer}"`);
    }),
    runs,
  );
});

const applications = async () => (await world.server.deps.db.selectFrom('applications').select('id').execute()).length;

test('RFC 7591 §3: whatever is sent without an initial access token registers nothing', async () => {
  const before = await applications();
  const base = { redirect_uris: testRedirectUri, client_name: 'x', nothing: '1', neither: '2' };
  await fc.assert(
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['POST', 'POST', 'POST', 'GET', 'PUT']),
      async (request) => {
        const answer = await hostile.deliver('/register', request);
        await hostile.expectJsonRefusal(answer, request.method);
      },
    ),
    runs,
  );
  expect(await applications()).toBe(before);
  expect(outbound.asked).toEqual([]);
});

test('RFC 7592 §2: whatever is sent to the client configuration endpoint without its token tells and changes nothing', async () => {
  const rows = () => world.server.deps.db.selectFrom('applications').selectAll().orderBy('id').execute();
  const before = await rows();
  const base = { client_id: client.client_id, redirect_uris: testRedirectUri, nothing: '1', neither: '2' };
  await fc.assert(
    fc.asyncProperty(
      hostile.requests(hostile.nearly(base), ['GET', 'PUT', 'PUT', 'DELETE', 'POST', 'PATCH']),
      async (request) => {
        const answer = await hostile.deliver(`/register/${client.client_id}`, request);
        await hostile.expectJsonRefusal(answer, request.method);
      },
    ),
    runs,
  );
  expect(await rows()).toEqual(before);
});
