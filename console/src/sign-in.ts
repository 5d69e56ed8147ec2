import * as oauth from 'oauth4webapi';
import { getServer } from './server';
import { idTokenHint, startSession } from './session';
import type { StepUp } from './step-up';

const redirectUri = `${location.origin}/console/callback`;
const scope = 'openid profile email offline_access';
const storageKey = 'tessera.sign-in';
const channelName = 'tessera.sign-in';
/** The state of a sign-in in a popup starts so; the callback then hands its answer to the window that waits. */
const popupPrefix = 'popup.';

interface PendingSignIn {
  state: string;
  nonce: string;
  verifier: string;
  /** Path below /console. */
  returnTo: string;
}

async function prepare(options: {
  returnTo: string;
  prompt?: 'login';
  popup?: boolean;
  stepUp?: StepUp;
}): Promise<{ url: URL; pending: PendingSignIn }> {
  const server = await getServer();
  const as = await server.metadata();
  if (!as.authorization_endpoint) throw new Error('The issuer has no authorization endpoint.');
  const verifier = oauth.generateRandomCodeVerifier();
  const state = (options.popup ? popupPrefix : '') + oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(as.authorization_endpoint);
  const params = {
    response_type: 'code',
    // A fragment never reaches a server, so the code stands in no access log.
    response_mode: 'fragment',
    client_id: server.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(options.prompt && { prompt: options.prompt }),
    ...(options.stepUp && stepUpParams(options.stepUp)),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { url, pending: { state, nonce, verifier, returnTo: options.returnTo } };
}

/** The same person, and a sign-in of late (RFC 9470 §4). */
function stepUpParams({ maxAge }: StepUp): Record<string, string> {
  const hint = idTokenHint();
  return { max_age: String(maxAge), ...(hint === undefined ? {} : { id_token_hint: hint }) };
}

/** Leaves for the sign-in page. What is needed to come back waits in session storage, without any token. */
export async function beginSignIn(options: { returnTo: string; prompt?: 'login' }) {
  const { url, pending } = await prepare(options);
  sessionStorage.setItem(storageKey, JSON.stringify(pending));
  // In place of this entry of the history: Back leads to the page before, not through another sign-in to this one.
  location.replace(url);
}

/** Finishes the sign-in that `beginSignIn` began; answers with the path to go back to. */
export async function finishSignIn(params: URLSearchParams): Promise<string> {
  const stored = sessionStorage.getItem(storageKey);
  sessionStorage.removeItem(storageKey);
  if (!stored) throw new Error('This window did not ask for a sign-in.');
  const pending: PendingSignIn = JSON.parse(stored);
  await redeem(params, pending);
  return pending.returnTo;
}

async function redeem(params: URLSearchParams, pending: PendingSignIn) {
  const server = await getServer();
  const as = await server.metadata();
  const checked = oauth.validateAuthResponse(as, server.client, params, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    server.client,
    oauth.None(),
    checked,
    redirectUri,
    pending.verifier,
    server.options,
  );
  startSession(
    await oauth.processAuthorizationCodeResponse(as, server.client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    }),
  );
}

export class PopupBlocked extends Error {
  override readonly name = 'PopupBlocked';
}

/**
 * Signs in in a second window; the page behind, with its forms, stays. With `stepUp` the same person signs in anew. Call
 * it from a click.
 */
export async function signInWithPopup(signal: AbortSignal, stepUp?: StepUp): Promise<void> {
  // Opened before the first await: later the browser no longer sees the click.
  const popup = window.open('about:blank', 'tessera-sign-in', 'popup,width=480,height=720');
  if (!popup) throw new PopupBlocked();
  const { url, pending } = await prepare({ returnTo: '/', popup: true, ...(stepUp && { stepUp }) });
  const answer = waitForAnswer(pending.state, signal);
  popup.location.href = url.href;
  await redeem(await answer, pending);
}

function waitForAnswer(state: string, signal: AbortSignal): Promise<URLSearchParams> {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(channelName);
    const abort = () => {
      channel.close();
      reject(new DOMException('Another sign-in was begun.', 'AbortError'));
    };
    signal.addEventListener('abort', abort, { once: true });
    channel.onmessage = (event: MessageEvent<string>) => {
      const params = new URLSearchParams(event.data);
      if (params.get('state') !== state) return;
      signal.removeEventListener('abort', abort);
      channel.close();
      resolve(params);
    };
  });
}

/** In the popup: hands the answer over and says whether this window is one. */
export function handOverAnswer(params: URLSearchParams): boolean {
  if (!params.get('state')?.startsWith(popupPrefix)) return false;
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(params.toString());
  channel.close();
  window.close();
  return true;
}
