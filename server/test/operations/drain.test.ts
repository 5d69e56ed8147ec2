import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { databaseKind } from '../support/database.js';
import { testClient } from '../support/server.js';
import { type ChildServer, startChildServer } from './child-server.js';

let server: ChildServer;
afterEach(() => server.remove());

const body = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: testClient.clientId,
  client_secret: testClient.clientSecret,
}).toString();
const path = '/suites/system/token';
const formType = 'application/x-www-form-urlencoded';

/** Asks for a token over the agent's connections; answers the status, or what went wrong. */
async function askForToken(agent: Agent): Promise<number | string> {
  const asked = request(`${server.url}${path}`, { agent, method: 'POST', headers: { 'content-type': formType } });
  asked.end(body);
  try {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await text(answer);
    return answer.statusCode ?? 0;
  } catch (error) {
    return String(error);
  }
}

const readiness = () =>
  fetch(`${server.url}/readyz`).then(
    (answer) => answer.status,
    () => 0,
  );

/** Sends bytes on a connection of its own and collects what comes back. */
async function open(): Promise<{ socket: Socket; received(): string; closed: Promise<unknown> }> {
  const socket = connect(server.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  return { socket, received: () => received, closed };
}

const isRefused = async () => {
  const socket = connect(server.port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return outcome;
};

test('under load, SIGTERM loses no request: /readyz says 503 first, what was begun is answered, the exit code is 0', async () => {
  server = await startChildServer({ TESSERA_DRAIN_SECONDS: '3' });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  let isBalanced = true;
  const outcomes: (number | string)[] = [];
  // Twenty clients behind a balancer, which sends nothing more to a server that is not ready.
  const clients = Array.from({ length: 20 }, async () => {
    while (isBalanced) outcomes.push(await askForToken(agent));
  });
  await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(100), { timeout: 10_000 });
  server.child.kill('SIGTERM');
  await vi.waitFor(async () => expect(await readiness()).toBe(503), { timeout: 3_000, interval: 20 });
  isBalanced = false;
  await Promise.all(clients);
  agent.destroy();
  expect(
    outcomes.filter((outcome) => outcome !== 200),
    server.output(),
  ).toEqual([]);
  expect(await server.ended).toBe(0);
});

describe.runIf(databaseKind === 'sqlite')('whatever the database is', () => {
  test('while it drains, an open connection is still answered and told to close; then new ones are refused', async () => {
    server = await startChildServer({ TESSERA_DRAIN_SECONDS: '3' });
    const { socket, received, closed } = await open();
    const get = 'GET /suites/system/jwks HTTP/1.1\r\nhost: localhost\r\n\r\n';
    socket.write(get);
    await vi.waitFor(() => expect(received()).toMatch(/^HTTP\/1.1 200 .*connection: keep-alive/is));
    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await readiness()).toBe(503), { interval: 20 });
    socket.write(get);
    await closed;
    expect(received().slice(received().lastIndexOf('HTTP/1.1'))).toMatch(/^HTTP\/1.1 200 .*connection: close/is);
    await vi.waitFor(async () => expect(await isRefused()).toBe(true), { timeout: 5_000 });
    expect(await server.ended).toBe(0);
  });

  test('a request that is on its way when the door closes is answered', async () => {
    server = await startChildServer({ TESSERA_DRAIN_SECONDS: '0' });
    const { socket, received, closed } = await open();
    const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${formType}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head + body.slice(0, 10));
    // The server has seen the head: it answers a later connection.
    expect(await readiness()).toBe(200);
    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await isRefused()).toBe(true), { timeout: 5_000 });
    socket.write(body.slice(10));
    await closed;
    expect(received()).toMatch(/^HTTP\/1.1 200 .*"access_token"/is);
    expect(await server.ended).toBe(0);
  });

  test('a second signal ends it at once', async () => {
    server = await startChildServer({ TESSERA_DRAIN_SECONDS: '60' });
    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await readiness()).toBe(503), { interval: 20 });
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(1);
  });

  test('SIGINT, of a person at the terminal, does not wait for balancers', async () => {
    server = await startChildServer({ TESSERA_DRAIN_SECONDS: '60' });
    server.child.kill('SIGINT');
    expect(await server.ended).toBe(0);
  });
});
