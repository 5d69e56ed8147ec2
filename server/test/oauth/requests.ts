import { createHash, randomBytes } from 'node:crypto';
import type { Refusal } from '@tessera/contract/monitor';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { expect } from 'vitest';
import { type ClientMetadata, readMetadata } from '../../src/store/client-metadata.js';
import { type Admin, createAdmin, type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser, signIn } from '../support/browser-flow.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';

export interface TokenBody {
  access_token: string;
  token_type: string;
  expires_in: number;
  scope?: string;
  refresh_token?: string;
  id_token?: string;
  error?: string;
  error_description?: string;
}

export interface Answer<T = TokenBody> {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of the body, or an empty object where there is none. */
  body: T;
}

/** Also what the sign-in form takes. */
export type Person = { email: string; password: string };

/** A server with one suite and one project, and requests as a client sends them. */
export interface World {
  server: TestServer;
  admin: Admin;
  suite: Suite;
  project: Project;
  issuer: string;
  close(): Promise<void>;
  /** Sends a form to an endpoint below the issuer. */
  post<T = TokenBody>(path: string, params: Params, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Sends a form with the application's own client authentication. */
  as<T = TokenBody>(
    app: GivenApplication,
    path: string,
    params: Params,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** A browser in which the person is signed in; `app` is one the person may use. */
  signedIn(app: GivenApplication, person: Person): Promise<Browser>;
  /** Asks for a code in a signed-in browser; answers the parameters of the redirect. */
  authorize(browser: Browser, app: GivenApplication, params?: Record<string, string>): Promise<URLSearchParams>;
  codeFor(browser: Browser, app: GivenApplication, params?: Record<string, string>): Promise<string>;
  /** A whole code flow, PKCE included; answers the token response. */
  tokensFor(browser: Browser, app: GivenApplication, params?: Record<string, string>): Promise<TokenBody>;
  userinfo(accessToken: string, headers?: Record<string, string>): Promise<Answer<Record<string, unknown>>>;
  refusals(query: string): Promise<Refusal[]>;
}

export type Params = Record<string, string> | [string, string][] | string;

/** A verifier and its S256 challenge. */
export function pkcePair(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** RFC 6749 §2.3.1: both parts are form-encoded, then joined and encoded in base64. */
export function basic(id: string, secret: string): { authorization: string } {
  const encode = (value: string) => new URLSearchParams([['', value]]).toString().slice(1);
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}` };
}

export function credentials(app: GivenApplication): { authorization: string } {
  return basic(app.clientId, app.clientSecret ?? '');
}

export function isPublic(app: GivenApplication): boolean {
  return app.authenticatorType === 'authorization_pkce_flow';
}

export async function send<T = TokenBody>(url: string, init: RequestInit): Promise<Answer<T>> {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  const text = await answer.text();
  const isJson = text !== '' && answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, text, body: (isJson ? JSON.parse(text) : {}) as T };
}

export function form(params: Params): string {
  return typeof params === 'string' ? params : new URLSearchParams(params).toString();
}

/** Starts a server and makes a suite with a project. */
export async function startWorld(options?: TestServerOptions): Promise<World> {
  const server = await startTestServer(options);
  const admin = createAdmin(server);
  const suite = await admin.givenSuite();
  const project = await admin.givenProject(suite.id);
  return worldOf(server, admin, suite, project);
}

/** Another suite of the same server. */
export async function anotherSuite(world: World): Promise<World> {
  const suite = await world.admin.givenSuite();
  return worldOf(world.server, world.admin, suite, await world.admin.givenProject(suite.id));
}

function worldOf(server: TestServer, admin: Admin, suite: Suite, project: Project): World {
  const issuer = server.issuer(suite.slug);
  const formType = { 'content-type': 'application/x-www-form-urlencoded' };

  const world: World = {
    server,
    admin,
    suite,
    project,
    issuer,
    close: () => server.close(),
    post: (path, params, headers = {}) =>
      send(`${issuer}${path}`, { method: 'POST', headers: { ...formType, ...headers }, body: form(params) }),
    as(app, path, params, headers = {}) {
      if (!isPublic(app)) return world.post(path, params, { ...credentials(app), ...headers });
      return world.post(path, `${form(params)}&${form({ client_id: app.clientId })}`, headers);
    },
    async signedIn(app, person) {
      const browser = createBrowser(server.url);
      const url = authorizeUrl(issuer, requestOf(app, { scope: 'openid' }));
      const { searchParams } = await signIn(browser, url, person);
      if (!searchParams.has('code')) throw new Error(`The sign-in brought no code: ${searchParams}`);
      return browser;
    },
    async authorize(browser, app, params = {}) {
      const view = await browser.open(authorizeUrl(issuer, requestOf(app, params)));
      if (!view.left) throw new Error(`The browser stayed on ${view.url} (${view.status}):\n${view.html}`);
      return view.url.searchParams;
    },
    async codeFor(browser, app, params) {
      const answer = await world.authorize(browser, app, params);
      const code = answer.get('code');
      if (code === null) throw new Error(`No code came: ${answer}`);
      return code;
    },
    async tokensFor(browser, app, params = {}) {
      const { verifier, challenge } = pkcePair();
      const pkce = isPublic(app) ? { code_challenge: challenge, code_challenge_method: 'S256' } : {};
      const code = await world.codeFor(browser, app, { scope: 'openid', ...pkce, ...params });
      const answer = await world.as(app, '/token', {
        ...redemption(code),
        ...(isPublic(app) ? { code_verifier: verifier } : {}),
      });
      if (answer.status !== 200) throw new Error(`No tokens came: ${answer.status} ${answer.text}`);
      return answer.body;
    },
    userinfo: (accessToken, headers = {}) =>
      send(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}`, ...headers } }),
    async refusals(query) {
      const answer = await admin.api<{ items: Refusal[] }>('GET', `/refusals?${query}`);
      return answer.body.items;
    },
  };
  return world;
}

/** The parameters of an authorization request that breaks no rule. */
export function requestOf(app: GivenApplication, params: Record<string, string> = {}): Record<string, string> {
  const pkce =
    isPublic(app) && params.code_challenge === undefined
      ? { code_challenge: pkcePair().challenge, code_challenge_method: 'S256' }
      : {};
  return { client_id: app.clientId, redirect_uri: app.redirectUris[0] ?? '', state: 'af0ifjsldkj', ...pkce, ...params };
}

/** The parameters that swap a code. */
export function redemption(code: string, params: Record<string, string> = {}): Record<string, string> {
  return { grant_type: 'authorization_code', code, redirect_uri: testRedirectUri, ...params };
}

/** The one row of the refusals log that was written for an answer. */
export async function refusalOf(world: World, answer: { headers: Headers }): Promise<Refusal> {
  const requestId = answer.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  const rows = await world.refusals(`requestId=${requestId}`);
  expect(rows).toHaveLength(1);
  return rows[0] as Refusal;
}

/** Checks a JSON refusal: what the wire says, the headers, and the row that explains it. */
export async function expectRefused(
  world: World,
  answer: Answer<unknown>,
  said: { status: number; error: string; row: Partial<Refusal> & { rule: string } },
): Promise<void> {
  expect(answer.body).toEqual({ error: said.error, error_description: expect.any(String) });
  expect(answer.status).toBe(said.status);
  // RFC 6749 §5.2: these characters only.
  expect((answer.body as TokenBody).error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  expectNotCached(answer);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await refusalOf(world, answer)).toMatchObject({ suiteId: world.suite.id, error: said.error, ...said.row });
}

/** RFC 6749 §5.1. */
export function expectNotCached(answer: { headers: Headers }): void {
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

/** How many codes, grants and tokens the database holds; to show that a refusal issued nothing. */
export async function countIssued(world: World): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['codes', 'grants', 'refreshTokens', 'accessTokens'] as const) {
    const row = await world.server.deps.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = Number(row.count);
  }
  return counts;
}

/** The claims of a JWT, unchecked. */
export function claimsOf(jwt: string | undefined): Record<string, unknown> {
  const payload = jwt?.split('.')[1];
  if (!payload) throw new Error(`Not a JWT: ${jwt}`);
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

/** Sets what only a client that registers itself can set, as its registration would. */
export async function setMetadata(world: World, app: GivenApplication, change: Partial<ClientMetadata>): Promise<void> {
  const { db, registry } = world.server.deps;
  const row = await db.selectFrom('applications').select('metadata').where('id', '=', app.id).executeTakeFirstOrThrow();
  const metadata = JSON.stringify({ ...readMetadata(row.metadata), ...change });
  await db.updateTable('applications').set({ metadata }).where('id', '=', app.id).execute();
  registry.clear();
}

/** The discovery document of the issuer. */
export async function discover(world: World): Promise<Record<string, unknown>> {
  return (await send<Record<string, unknown>>(`${world.issuer}/.well-known/openid-configuration`, {})).body;
}
