import { createHash, randomBytes } from 'node:crypto';
import { authorizeUrl, createBrowser, signIn } from '../support/browser-flow.js';
import type { Client, Reply } from './client.js';

/** Environment of every process of a run. */
export function environmentOf(url: string, databaseUrl: string): Record<string, string> {
  return {
    TESSERA_URL: url,
    DATABASE_URL: databaseUrl,
    TESSERA_SECRET: Buffer.alloc(32, 7).toString('base64url'),
    TESSERA_BOOTSTRAP_CLIENT_ID: bootstrap.clientId,
    TESSERA_BOOTSTRAP_CLIENT_SECRET: bootstrap.clientSecret,
    // The checks fail on purpose, thousands of times from one address.
    TESSERA_MAX_FAILURES_PER_ADDRESS: '1000000',
    TESSERA_MAX_FAILURES_PER_ACCOUNT: '1000000',
    LOG_LEVEL: 'error',
  };
}

const bootstrap = { clientId: 'crash-bootstrap', clientSecret: `tes_cs_${'1'.repeat(43)}` };
const redirectUri = 'https://app.example.com/callback';

/** RFC 6749 §4.1.2.1: what 503 is, where the answer is a redirect. */
const isAway = (answer: Response) => /[?&]error=temporarily_unavailable/.test(answer.headers.get('location') ?? '');

export interface TokenAnswer {
  access_token?: string;
  refresh_token?: string;
  error?: string;
}

/** The product as the load uses it: a public application with a person who is signed in, and the management API. */
export interface Product {
  /** Asks for a code in the signed-in browser. */
  authorize(): Promise<{ code: string; verifier: string }>;
  redeem(code: string, verifier: string): Promise<Reply<TokenAnswer>>;
  refresh(refreshToken: string): Promise<Reply<TokenAnswer>>;
  clientToken(clientId: string, clientSecret: string): Promise<Reply<TokenAnswer>>;
  /** A sign-in that fails (RFC 6749 §4.3). */
  wrongPassword(): Promise<Reply<TokenAnswer>>;
  /** Client Credentials of an application that always exists. */
  machineToken(): Promise<Reply<TokenAnswer>>;
  introspect(token: string): Promise<Reply<{ active?: boolean }>>;
  api<T>(method: string, path: string, body?: unknown): Promise<Reply<T>>;
  /** What makes an application of the run's project. */
  applicationOf(name: string): Record<string, unknown>;
}

function basic(id: string, secret: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

/** Sets a suite up through the client and signs a person in, once: a password costs more than all the rest. */
export async function setUpProduct(client: Client, url: string): Promise<Product> {
  const run = randomBytes(4).toString('hex');
  let adminToken: { value: string; until: number } | undefined;

  const form = (path: string, params: Record<string, string>, headers: Record<string, string> = {}) =>
    client.send<TokenAnswer>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(params).toString(),
    });
  const clientToken = (suite: string, id: string, secret: string, more: Record<string, string> = {}) =>
    form(`/suites/${suite}/token`, { grant_type: 'client_credentials', ...more }, basic(id, secret));

  async function api<T>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
    if (!adminToken || adminToken.until < performance.now()) {
      const { clientId, clientSecret } = bootstrap;
      const answer = await clientToken('system', clientId, clientSecret, { resource: `${url}/api` });
      if (!answer.body.access_token) throw new Error(`The admin got no token: ${answer.status}`);
      adminToken = { value: answer.body.access_token, until: performance.now() + 300_000 };
    }
    const headers = { authorization: `Bearer ${adminToken.value}`, 'content-type': 'application/json' };
    return client.send<T>(`/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  async function create<T>(path: string, body: unknown): Promise<T> {
    const answer = await api<T>('POST', path, body);
    if (answer.status !== 201)
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  const suite = await create<{ id: string; slug: string }>('/suites', { name: `Run ${run}` });
  const { id: projectId } = await create<{ id: string }>('/projects', { suiteId: suite.id, name: 'Project' });
  const applicationOf = (name: string) => ({
    suiteId: suite.id,
    projectId,
    name,
    authenticatorType: 'client_credentials',
  });
  const app = await create<{ id: string; clientId: string }>('/applications', {
    ...applicationOf('Application'),
    authenticatorType: 'authorization_pkce_flow',
    redirectUris: [redirectUri],
  });
  const prober = await create<{ clientId: string; clientSecret: string }>('/applications', applicationOf('Prober'));
  const legacy = await create<{ id: string; clientId: string; clientSecret: string }>('/applications', {
    ...applicationOf('Passwords'),
    authenticatorType: 'user_credentials',
    access: 'everyone',
  });
  const person = { email: `ana.${run}@example.com`, password: 'a long enough pass phrase' };
  await create(`/applications/${app.id}/users`, { firstName: 'Ana', ...person });

  const issuer = `${url}/suites/${suite.slug}`;
  const request = { client_id: app.clientId, redirect_uri: redirectUri, state: run, scope: 'openid' };
  const pkce = () => {
    const verifier = randomBytes(32).toString('base64url');
    return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
  };
  const authorizationOf = (challenge: string) =>
    authorizeUrl(issuer, { ...request, code_challenge: challenge, code_challenge_method: 'S256' });
  const browser = createBrowser(url);
  await signIn(browser, authorizationOf(pkce().challenge), person);
  const cookie = await browser.cookies.getCookieString(issuer);

  return {
    api,
    applicationOf,
    async authorize() {
      const { verifier, challenge } = pkce();
      const { pathname, search } = authorizationOf(challenge);
      const answer = await client.send(`${pathname}${search}`, { headers: { cookie, accept: 'text/html' } }, isAway);
      const location = answer.headers.get('location');
      const code = location ? new URL(location, url).searchParams.get('code') : null;
      if (!code) throw new Error(`No code came: ${answer.status} ${location}`);
      return { code, verifier };
    },
    redeem: (code, verifier) =>
      form(`/suites/${suite.slug}/token`, {
        grant_type: 'authorization_code',
        client_id: app.clientId,
        redirect_uri: redirectUri,
        code,
        code_verifier: verifier,
      }),
    refresh: (refreshToken) =>
      form(`/suites/${suite.slug}/token`, {
        grant_type: 'refresh_token',
        client_id: app.clientId,
        refresh_token: refreshToken,
      }),
    clientToken: (id, secret) => clientToken(suite.slug, id, secret),
    machineToken: () => clientToken(suite.slug, prober.clientId, prober.clientSecret),
    wrongPassword: () =>
      form(
        `/suites/${suite.slug}/token`,
        { grant_type: 'password', username: person.email, password: 'not the pass phrase' },
        basic(legacy.clientId, legacy.clientSecret),
      ),
    introspect: (token) =>
      client.send(`/suites/${suite.slug}/introspect`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...basic(prober.clientId, prober.clientSecret),
        },
        body: new URLSearchParams({ token }).toString(),
      }),
  };
}
