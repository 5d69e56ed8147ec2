import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../test/support/certificate.js';
import { parseOutboundAllow } from './outbound-allow.js';
import { createOutboundFetch, OutboundError } from './outbound-fetch.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(listener: RequestListener, tls?: { cert: string; key: string }): Promise<number> {
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  server.listen(0, '127.0.0.1');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function outbound(allow = '127.0.0.1', options: { ca?: string; timeout?: number } = {}) {
  return createOutboundFetch({ allow: parseOutboundAllow(allow), ca: null, ...options });
}

async function refusal(promise: Promise<unknown>): Promise<OutboundError> {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(OutboundError);
  return error as OutboundError;
}

describe('the way out', () => {
  test.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '10.1.2.3',
    '0x7f.1',
    '2130706433',
    'localhost',
    'LOCALHOST',
    '0.0.0.0',
    '[fe80::1]',
  ])('RFC 9700 §4.11: refuses https://%s, which is not public', async (host) => {
    let called = false;
    const port = await listen(() => {
      called = true;
    });
    for (const protocol of ['https', 'http'])
      expect(await refusal(outbound('').get(`${protocol}://${host}:${port}/`, '*/*'))).toMatchObject({
        reason: 'blocked',
      });
    expect(called).toBe(false);
  });

  test('a public address is not reached without TLS', async () => {
    expect(await refusal(outbound('').get('http://93.184.216.34/', '*/*'))).toMatchObject({ reason: 'blocked' });
  });

  test('what an operator lists is reached: by name, by the address a name resolves to, by range', async () => {
    const port = await listen((request, reply) =>
      reply.setHeader('content-type', 'Application/JSON; charset=utf-8').end(JSON.stringify(request.headers)),
    );
    for (const [allow, host] of [
      ['localhost', 'localhost'],
      ['127.0.0.0/8', 'localhost'],
      ['127.0.0.1', '127.0.0.1'],
    ] as const) {
      const answer = await outbound(allow).get(`http://${host}:${port}/a?b=c`, 'application/json');
      expect(answer).toMatchObject({ status: 200, contentType: 'application/json' });
      const headers = JSON.parse(answer.body) as Record<string, string>;
      expect(headers).toMatchObject({ accept: 'application/json', 'user-agent': 'Tessera', connection: 'close' });
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('cookie');
    }
    expect(await refusal(outbound('127.0.0.2').get(`http://localhost:${port}/`, '*/*'))).toMatchObject({
      reason: 'blocked',
    });
  });

  test('a redirect is not followed', async () => {
    let calls = 0;
    const port = await listen((_request, reply) => {
      calls += 1;
      reply.writeHead(302, { location: `http://127.0.0.1:${port}/again` }).end();
    });
    expect(await refusal(outbound().get(`http://127.0.0.1:${port}/`, '*/*'))).toMatchObject({ reason: 'status' });
    expect(await outbound().post(`http://127.0.0.1:${port}/`, {})).toMatchObject({ status: 302 });
    expect(calls).toBe(2);
  });

  test('an answer that is slow, in its head or in its body, is given up', async () => {
    const port = await listen((request, reply) => {
      if (request.url === '/body') reply.write('{');
    });
    for (const path of ['/head', '/body'])
      expect(
        await refusal(outbound('127.0.0.1', { timeout: 80 }).get(`http://127.0.0.1:${port}${path}`, '*/*')),
      ).toMatchObject({
        reason: 'too_slow',
      });
  });

  test('an answer of more than 64 KB is given up, whatever it says about its length', async () => {
    const port = await listen((request, reply) => {
      const size = Number(request.url?.slice(1));
      reply.end(Buffer.alloc(size, 'a'));
    });
    const get = (size: number) => outbound().get(`http://127.0.0.1:${port}/${size}`, '*/*');
    expect((await get(65_536)).body).toHaveLength(65_536);
    expect(await refusal(get(65_537))).toMatchObject({ reason: 'too_large' });
    expect(await refusal(get(5_000_000))).toMatchObject({ reason: 'too_large' });
  });

  test('RFC 9110 §4.2.4: no user name, no other scheme', async () => {
    for (const url of ['https://a:b@example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'no url', 'data:,x'])
      expect(await refusal(outbound().get(url, '*/*'))).toMatchObject({ reason: 'url' });
  });

  test('a host that is not there is an error like the others', async () => {
    const port = await listen(() => undefined);
    closing.splice(0).forEach((close) => {
      close();
    });
    expect(await refusal(outbound().get(`http://127.0.0.1:${port}/`, '*/*'))).toMatchObject({ reason: 'unreachable' });
  });

  test('posts a form and answers the status', async () => {
    const port = await listen(async (request, reply) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      reply
        .writeHead(400, { 'content-type': 'text/plain' })
        .end(`${request.method} ${request.headers['content-type']} ${body}`);
    });
    expect(await outbound().post(`http://127.0.0.1:${port}/`, { logout_token: 'a b&c' })).toEqual({
      status: 400,
      contentType: 'text/plain',
      body: 'POST application/x-www-form-urlencoded logout_token=a+b%26c',
    });
  });

  test('TLS: a certificate counts when a known authority or TESSERA_OUTBOUND_CA signed it', async () => {
    const certificate = makeCertificate();
    const port = await listen((_request, reply) => reply.end('over TLS'), certificate);
    const url = `https://localhost:${port}/`;
    expect(await refusal(outbound().get(url, '*/*'))).toMatchObject({ reason: 'unreachable' });
    expect((await outbound('127.0.0.1', { ca: certificate.cert }).get(url, '*/*')).body).toBe('over TLS');
    expect(await refusal(outbound('127.0.0.1', { ca: makeCertificate().cert }).get(url, '*/*'))).toMatchObject({
      reason: 'unreachable',
    });
  });
});
