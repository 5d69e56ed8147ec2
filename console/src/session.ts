import * as oauth from 'oauth4webapi';
import { ApiProblem } from './problem';
import { getServer } from './server';

/** `ended`: the server no longer accepts the tokens; the page stays until somebody signs in again. */
export type SessionState = 'none' | 'active' | 'ended';

interface Tokens {
  access: string;
  refresh: string | undefined;
  id: string | undefined;
  /** Milliseconds, by the clock of this browser. */
  expiresAt: number;
}

/** Refreshed this long before expiry, so that a request on its way does not arrive too late. */
const leadTime = 30_000;

// In memory only: neither local nor session storage ever sees a token.
let tokens: Tokens | undefined;
let state: SessionState = 'none';
let refreshing: Promise<void> | undefined;
const listeners = new Set<() => void>();

export function getSessionState(): SessionState {
  return state;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setState(next: SessionState) {
  state = next;
  for (const listener of listeners) listener();
}

/** Takes over what the token endpoint answered. */
export function startSession(answer: oauth.TokenEndpointResponse) {
  tokens = {
    access: answer.access_token,
    refresh: answer.refresh_token ?? tokens?.refresh,
    id: answer.id_token ?? tokens?.id,
    expiresAt: Date.now() + (answer.expires_in ?? 300) * 1000,
  };
  setState('active');
}

export function endSession() {
  if (state === 'active') setState('ended');
}

/** An access token that is good for the next seconds. Throws `unauthenticated` when there is none to be had. */
export async function accessToken(): Promise<string> {
  if (tokens && state === 'active' && tokens.expiresAt - leadTime < Date.now()) await refreshSession();
  if (!tokens || state !== 'active') throw new ApiProblem({ code: 'unauthenticated', status: 401 });
  return tokens.access;
}

/** Says whose session this is, so that nobody else signs in in their place (`id_token_hint`, OpenID Connect Core §3.1.2.1). */
export function idTokenHint(): string | undefined {
  return tokens?.id;
}

/** Swaps the refresh token, one swap in flight at a time. Ends the session when the server refuses. */
export function refreshSession(): Promise<void> {
  refreshing ??= swapRefreshToken().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function swapRefreshToken() {
  if (!tokens?.refresh) return endSession();
  const server = await getServer();
  try {
    const as = await server.metadata();
    const response = await oauth.refreshTokenGrantRequest(
      as,
      server.client,
      oauth.None(),
      tokens.refresh,
      server.options,
    );
    startSession(await oauth.processRefreshTokenResponse(as, server.client, response));
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return endSession();
    throw new ApiProblem({ code: 'offline' }, { cause: error });
  }
}

/** Forgets the tokens and ends the single sign-on session at the issuer (OpenID Connect RP-Initiated Logout 1.0 §2). */
export async function signOut() {
  const idToken = tokens?.id;
  const landing = `${location.origin}/console/signed-out`;
  const server = await getServer();
  const { end_session_endpoint: endpoint } = await server.metadata();
  tokens = undefined;
  state = 'none';
  if (!endpoint) return location.assign(landing);
  const url = new URL(endpoint);
  if (idToken) url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('client_id', server.clientId);
  url.searchParams.set('post_logout_redirect_uri', landing);
  location.assign(url);
}
