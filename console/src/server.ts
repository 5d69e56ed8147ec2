import { paths } from '@tessera/contract/paths';
import type { ConsoleConfig } from '@tessera/contract/session';
import * as oauth from 'oauth4webapi';
import { ApiProblem, readProblem } from './problem';

export const apiBase = '/api/v1';

export interface Server extends ConsoleConfig {
  /** Discovery is asked only when somebody signs in or out. */
  metadata: () => Promise<oauth.AuthorizationServer>;
  client: oauth.Client;
  options: { [oauth.allowInsecureRequests]: boolean };
}

let known: Promise<Server> | undefined;

/** Product name, issuer and client id of this installation; asked once, again after a failure. */
export function getServer(): Promise<Server> {
  known ??= loadServer().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

/** Forgets what is known, so that the next call sees that set-up is done. */
export function forgetServer() {
  known = undefined;
}

async function loadServer(): Promise<Server> {
  const response = await fetch(apiBase + paths.getConsoleConfig[1]).catch((cause: unknown) => {
    throw new ApiProblem({ code: 'offline' }, { cause });
  });
  if (!response.ok) throw await readProblem(response);
  const config: ConsoleConfig = await response.json();
  const issuer = new URL(config.issuer);
  const options = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
  let metadata: Promise<oauth.AuthorizationServer> | undefined;
  return {
    ...config,
    client: { client_id: config.clientId },
    options,
    metadata: () => {
      metadata ??= oauth
        .discoveryRequest(issuer, options)
        .then((answer) => oauth.processDiscoveryResponse(issuer, answer))
        .catch((error: unknown) => {
          metadata = undefined;
          throw error;
        });
      return metadata;
    },
  };
}
