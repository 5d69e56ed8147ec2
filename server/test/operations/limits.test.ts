import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startTestServer({ env: { TESSERA_REQUEST_TIMEOUT: '1', TESSERA_MAX_CONNECTIONS: '3' } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await vi.waitFor(async () => expect(await countConnections()).toBe(0), { timeout: 5_000 });
});
afterAll(() => server.close());

const countConnections = () =>
  new Promise<number>((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));

/** A connection of its own; `answer` resolves with what came until the server closed it. */
async function open(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  // A reset is a way to close, too.
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return { socket, answer };
}

/** Sends a little now and then, for ever. */
function trickle(socket: Socket, bit: string): void {
  const timer = setInterval(() => socket.write(bit), 100);
  socket.once('close', () => clearInterval(timer));
}

describe('a connection that is slow on purpose is closed', () => {
  test('with a head that never ends', async () => {
    const { socket, answer } = await open();
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n');
    trickle(socket, 'x-more: y\r\n');
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('with a body that never ends', async () => {
    const { socket, answer } = await open();
    socket.write('POST /suites/default/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000\r\n\r\n');
    trickle(socket, 'a');
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('that says nothing at all', async () => {
    const { answer } = await open();
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });
});

test('RFC 6585 §5: a head of more than 16 KiB is refused', async () => {
  const { socket, answer } = await open();
  socket.write(`GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: ${'a'.repeat(17 * 1024)}\r\n\r\n`);
  expect(await answer).toMatch(/^HTTP\/1.1 431 /);
});

test('with as many connections as it takes on, a further one is closed unanswered, until one leaves', async () => {
  const held = [await open(), await open(), await open()];
  await vi.waitFor(async () => expect(await countConnections()).toBe(3));
  const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  const further = await open();
  further.socket.write(get);
  expect(await further.answer).toBe('');
  held[0]?.socket.destroy();
  await vi.waitFor(async () => {
    const next = await open();
    next.socket.write(get);
    expect(await next.answer).toMatch(/^HTTP\/1.1 200 /);
  });
});
