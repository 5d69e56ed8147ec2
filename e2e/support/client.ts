import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { Application } from '@tessera/contract/applications';
import { expect } from './test.js';

/** A client's own web server, to which people come back with a code or an error. */
export interface Client {
  redirectUri: string;
  close(): Promise<void>;
}

/** Listens on a free port; every page of it has the title “The application”. */
export async function startClient(): Promise<Client> {
  const server = createServer((_request, reply) => {
    reply.setHeader('content-type', 'text/html; charset=utf-8');
    reply.end(
      '<!doctype html><html lang="en"><title>The application</title><link rel="icon" href="data:,"><h1>The application</h1>',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where a client sends people to sign in (RFC 6749 §4.1.1). */
export function authorizeUrl(
  application: Pick<Application, 'issuer' | 'clientId'>,
  redirectUri: string,
  params: Record<string, string> = {},
): string {
  const url = new URL(`${application.issuer}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    ...params,
  }).toString();
  return url.href;
}

/** What the application got, once the browser has come back to it. */
export async function cameBack(page: Page, client: Client): Promise<URLSearchParams> {
  await expect(page).toHaveTitle('The application');
  const { origin, pathname, searchParams } = new URL(page.url());
  expect(origin + pathname).toBe(client.redirectUri);
  return searchParams;
}
