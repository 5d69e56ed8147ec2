import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPasswordRight } from '../../src/accounts/password.js';
import { send, startWorld, type World } from '../oauth/requests.js';
import { databaseKind } from '../support/database.js';

const metricsToken = 'a-token-of-twenty-characters';
let world: World;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_IN_FLIGHT: '2', TESSERA_METRICS_TOKEN: metricsToken } });
});
afterAll(() => world.close());

/** A request whose body is not there yet: it is in flight until `finish`. */
async function holdOne(): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(world.server.url);
  const socket: Socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const body = 'grant_type=none';
  let received = '';
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const head = [
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
    'connection: close',
    'expect: 100-continue',
  ];
  socket.write(
    `POST /suites/${world.suite.slug}/token HTTP/1.1\r\nhost: localhost\r\n${head.join('\r\n')}\r\n\r\n${body.slice(1)}`,
  );
  // RFC 9110 §10.1.1: now it knows of the request.
  await vi.waitFor(() => expect(received).toContain('100 Continue'));
  return {
    async finish() {
      socket.write(body.slice(0, 1));
      await closed;
      return received;
    },
  };
}

/** Requests in flight, asked without a connection, on which this very answer could linger. */
async function countInFlight(): Promise<number> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  const { body } = await world.server.app.inject({ url: '/metrics', headers });
  const withThisOne = Number(/^tessera_http_requests_in_flight (\d+)$/m.exec(body)?.[1]);
  return withThisOne - 1;
}

const jwks = () => fetch(`${world.issuer}/jwks`).then((answer) => answer.status);

describe('RFC 9110 §15.6.4: with as many requests in flight as it takes on', () => {
  let held: { finish(): Promise<string> }[];
  beforeAll(async () => {
    await vi.waitFor(async () => expect(await countInFlight()).toBe(0), { timeout: 5_000 });
    held = [await holdOne(), await holdOne()];
  });

  test('a further one of a client is refused as RFC 6749 §5.2 says, with a time to come back', async () => {
    const answer = await world.post('/token', { grant_type: 'client_credentials' });
    expect(answer.status).toBe(503);
    expect(answer.body.error).toBe('temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('x-request-id')).not.toBeNull();
  });

  test('one of the management API as problem+json', async () => {
    const answer = await send(`${world.server.url}/api/v1/me`, {});
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable', status: 503 });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test.each(['/suites/default/authorize', '/suites/default/sign-in', '/console/'])(
    'one of %s as a page',
    async (path) => {
      const answer = await send(`${world.server.url}${path}`, { headers: { accept: 'text/html' } });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.text).toContain('Try again in a moment');
    },
  );

  test('health, readiness and numbers are answered all the same', async () => {
    const headers = { authorization: `Bearer ${metricsToken}` };
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect((await fetch(`${world.server.url}${path}`, { headers })).status).toBe(200);
  });

  test('those that were taken on are finished, and then others are taken on again', async () => {
    const answers = await Promise.all(held.map((one) => one.finish()));
    for (const answer of answers) expect(answer).toMatch(/HTTP\/1.1 401 /);
    await vi.waitFor(async () => expect(await jwks()).toBe(200));
  });

  test('a client that went away counts no more', async () => {
    const { hostname, port } = new URL(world.server.url);
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('POST /suites/default/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n');
      socket.destroy();
    }
    await vi.waitFor(async () => expect(await jwks()).toBe(200));
  });
});

describe.runIf(databaseKind === 'sqlite')('while the event loop runs late', () => {
  test('requests are refused, until it is in time again', async () => {
    const block = () => {
      const until = performance.now() + 1_200;
      while (performance.now() < until);
    };
    let blocks = true;
    const turn = () => {
      block();
      if (blocks) setImmediate(turn);
    };
    turn();
    try {
      await vi.waitFor(async () => expect(await jwks()).toBe(503), { timeout: 18_000 });
    } finally {
      blocks = false;
    }
    await vi.waitFor(async () => expect(await jwks()).toBe(200), { timeout: 5_000 });
  });
});

describe('while too many passwords wait to be hashed', () => {
  test('a sign-in is refused with 503 and is no failed attempt; afterwards it succeeds', async () => {
    const app = await world.admin.givenApplication(world.project, 'user_credentials', { access: 'everyone' });
    const { email, password } = await world.admin.givenUser(app.id);
    const signIn = () => world.as(app, '/token', { grant_type: 'password', username: email, password });
    // Those that run take a second or two, those that wait no time.
    const hard = await hash('x', { memoryCost: 19_456, timeCost: 40, parallelism: 1 });
    const easy = await hash('x', { memoryCost: 8, timeCost: 1, parallelism: 1 });
    const others = [hard, hard, hard, ...Array<string>(200).fill(easy)].map((one) => isPasswordRight('x', one));
    const finished = Promise.allSettled(others);

    const answer = await signIn();
    expect(answer.status).toBe(503);
    expect(answer.body.error).toBe('temporarily_unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    await finished;
    const failures = await world.server.deps.db.selectFrom('throttles').select('failures').execute();
    expect(failures.every((row) => row.failures === 0)).toBe(true);
    expect((await signIn()).status).toBe(200);
  });
});
