import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.js';

/** What somebody sent to a listener. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Reply {
  status?: number;
  type?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** A web server of somebody else: a client's, as the product sees it from outside. */
export interface Listener {
  url: string;
  received: Received[];
  /** Says what is answered from now on. */
  answer(reply: Reply | ((received: Received) => Reply | Promise<Reply>)): void;
  close(): void;
}

/** A certificate for localhost, and what makes the product trust it and reach this machine. */
export interface LocalTrust {
  certificate: { cert: string; key: string };
  env: Record<string, string>;
  remove(): void;
}

export function makeLocalTrust(): LocalTrust {
  const certificate = makeCertificate();
  const directory = mkdtempSync(join(tmpdir(), 'tessera-ca-'));
  const path = join(directory, 'ca.pem');
  writeFileSync(path, certificate.cert);
  return {
    certificate,
    env: { TESSERA_OUTBOUND_ALLOW: '127.0.0.1', TESSERA_OUTBOUND_CA: path },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Listens on a free port of this machine: over TLS with a certificate, else over http. */
export async function listen(certificate?: LocalTrust['certificate']): Promise<Listener> {
  let respond: (received: Received) => Reply | Promise<Reply> = () => ({});
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    const reply = await respond(one);
    response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'application/json', ...reply.headers });
    response.end(reply.body ?? '');
  };
  const server = certificate ? createHttps(certificate, listener) : createHttp(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'https' : 'http'}://localhost:${port}`,
    received,
    answer(reply) {
      respond = typeof reply === 'function' ? reply : () => reply;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
