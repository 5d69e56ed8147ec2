import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose';
import { parse } from 'node-html-parser';
import { expect } from 'vitest';
import {
  type Answer,
  credentials,
  type Person,
  send,
  startWorld,
  type TokenBody,
  type World,
} from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { type Browser, createBrowser, type View } from '../support/browser-flow.js';
import { changeClient, setClaims } from '../support/client-settings.js';
import type { TestServerOptions } from '../support/server.js';

/** The addresses that the tester's static clients use, below one base. */
export const base = 'https://suite.example/test/a/tessera';
export const callback = `${base}/callback`;
export const postLogoutRedirect = `${base}/post_logout_redirect`;

/** Two clients as they register themselves: third parties, of which a person is asked. */
export interface Plan extends World {
  /** Authenticates with client_secret_basic. */
  client: GivenApplication;
  /** Authenticates with client_secret_post; its redirect URI has a query. */
  second: GivenApplication;
  person: Person & { accountId: string };
  newBrowser(): Browser;
  visit(browser: Browser, params?: Changes, options?: VisitOptions): Promise<Visit>;
  /** A code flow with all that every module checks (protocol.md, 1.0). */
  flow(browser: Browser, params?: Changes, options?: VisitOptions): Promise<Flow>;
  redeem(app: GivenApplication, code: string, params?: Changes): Promise<Answer>;
  checkIdToken(jwt: string | undefined, app: GivenApplication, nonce: string | undefined): Promise<Claims>;
  checkUserinfo(accessToken: string): Promise<Claims>;
}

/** Parameters of a request; undefined leaves one out. */
export type Changes = Record<string, string | undefined>;
export type Claims = Record<string, unknown>;

interface VisitOptions {
  app?: GivenApplication;
  /** Who signs in where that is asked for. */
  person?: Person;
  method?: 'GET' | 'POST';
}

export interface Visit {
  sent: Record<string, string>;
  /** The pages that a person had to deal with. */
  asked: string[];
  view: View;
}

export interface Flow extends Visit {
  code: string;
  tokens: TokenBody;
  idToken: Claims;
  userinfo: Claims;
}

/** Letters and digits, as the tester draws them. */
export function random(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}

export async function startPlan(options?: TestServerOptions): Promise<Plan> {
  const world = await startWorld(options);
  const { admin, project, server } = world;
  const fields = { access: 'everyone' as const, postLogoutRedirectUris: [postLogoutRedirect] };
  const client = await admin.givenApplication(project, 'authorization_flow', { ...fields, redirectUris: [callback] });
  const second = await admin.givenApplication(project, 'authorization_flow', {
    ...fields,
    redirectUris: [`${callback}?dummy1=lorem&dummy2=ipsum`],
  });
  for (const { id } of [client, second]) await changeClient(server, id, { firstParty: false });
  const person = await admin.givenUser(client.id, { firstName: 'Ana', lastName: 'Berg' });
  await setClaims(server, person.accountId);

  const plan: Plan = {
    ...world,
    client,
    second,
    person,
    newBrowser: () => createBrowser(server.url),
    async visit(browser, changes = {}, { app = client, method = 'GET', person: who = person } = {}) {
      const sent = requestFor(app, changes);
      const asked: string[] = [];
      let view = await open(browser, `${world.issuer}/authorize`, sent, method);
      for (let page = pageOf(view); page !== null && asked.length < 4; page = pageOf(view)) {
        asked.push(page);
        view =
          page === 'sign-in'
            ? await browser.submit(view, { email: who.email, password: who.password })
            : await browser.submit(view, {}, { name: 'decision', value: 'allow' });
      }
      return { sent, asked, view };
    },
    async flow(browser, changes, options = {}) {
      const app = options.app ?? client;
      const visit = await plan.visit(browser, changes, options);
      const code = checkCallback(plan, visit.sent, visit.view);
      const answer = await plan.redeem(app, code);
      const tokens = checkTokens(answer);
      const idToken = await plan.checkIdToken(tokens.id_token, app, visit.sent.nonce);
      checkAccessTokenHash(tokens, idToken);
      const userinfo = await plan.checkUserinfo(tokens.access_token);
      expect(userinfo.sub).toBe(idToken.sub);
      return { ...visit, code, tokens, idToken, userinfo };
    },
    redeem(app, code, changes = {}) {
      const params = { grant_type: 'authorization_code', code, redirect_uri: app.redirectUris[0], ...changes };
      return authenticated(plan, app, '/token', defined(params));
    },
    checkIdToken: (jwt, app, nonce) => checkIdToken(plan, jwt, app, nonce),
    async checkUserinfo(accessToken) {
      const answer = await world.userinfo(accessToken);
      return checkUserinfoAnswer(answer, server.clock.now());
    },
  };
  return plan;
}

/** OpenID Connect Core §3.1.3.6: optional in this flow, but right where it is there; EdDSA hashes with SHA-512. */
function checkAccessTokenHash(tokens: TokenBody, { at_hash: found }: Claims): void {
  const { alg } = decodeProtectedHeader(tokens.id_token ?? '');
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(tokens.access_token)
    .digest();
  if (found !== undefined) expect(found).toBe(digest.subarray(0, digest.length / 2).toString('base64url'));
}

/** The request of a module, before what it changes. */
function requestFor(app: GivenApplication, changes: Changes): Record<string, string> {
  return defined({
    client_id: app.clientId,
    redirect_uri: app.redirectUris[0],
    scope: 'openid',
    state: random(10),
    nonce: random(10),
    response_type: 'code',
    ...changes,
  });
}

function defined(changes: Changes): Record<string, string> {
  return Object.fromEntries(Object.entries(changes).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** The second client sends its secret in the body, the first in the header. */
export function authenticated<T = TokenBody>(
  plan: Plan,
  app: GivenApplication,
  path: string,
  params: Record<string, string>,
): Promise<Answer<T>> {
  if (app !== plan.second) return plan.post<T>(path, params, credentials(app));
  return plan.post<T>(path, { ...params, client_id: app.clientId, client_secret: app.clientSecret ?? '' });
}

/** By POST a browser submits a form of another site: with Lax cookies that means without any. */
async function open(
  browser: Browser,
  url: string,
  sent: Record<string, string>,
  method: 'GET' | 'POST',
): Promise<View> {
  const query = new URLSearchParams(sent);
  if (method === 'GET') return browser.open(`${url}?${query}`);
  const answer = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://suite.example' },
    body: query.toString(),
  });
  for (const line of answer.headers.getSetCookie()) await browser.cookies.setCookie(line, url);
  return browser.open(new URL(answer.headers.get('location') ?? '', url));
}

/** By where its form goes: a page that posts itself to the client has the address of the form before. */
function pageOf(view: View): 'sign-in' | 'consent' | null {
  const action = parse(view.html).querySelector('form')?.getAttribute('action') ?? '';
  const [, page] = /^\/suites\/[^/]+\/(sign-in|consent)$/.exec(action) ?? [];
  return page === 'sign-in' || page === 'consent' ? page : null;
}

/** Checks an answer at the redirect URI; answers its code. */
export function checkCallback(plan: Plan, sent: Record<string, string>, view: View): string {
  const answer = answerAt(plan, sent, view);
  expect(answer.get('error')).toBeNull();
  const code = answer.get('code') ?? '';
  expect(code.length).toBeGreaterThanOrEqual(16);
  return code;
}

/** Checks an error at the redirect URI; answers it. */
export function checkError(plan: Plan, sent: Record<string, string>, view: View): string {
  const answer = answerAt(plan, sent, view);
  checkErrorParams(answer, new URL(sent.redirect_uri ?? callback).searchParams);
  return answer.get('error') ?? '';
}

/** protocol.md 1.0: what an error response may have, and how it may be written. */
export function checkErrorParams(answer: URLSearchParams, registered = new URLSearchParams()): void {
  expect(answer.get('error')).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
  expect(answer.get('code')).toBeNull();
  const known = ['error', 'error_description', 'error_uri', 'state', 'session_state', 'iss', ...registered.keys()];
  expect([...answer.keys()].filter((name) => !known.includes(name))).toEqual([]);
  expect(answer.get('error_description') ?? 'none').toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
}

function answerAt(plan: Plan, sent: Record<string, string>, view: View): URLSearchParams {
  expect([view.left, view.html]).toEqual([true, '']);
  const registered = new URL(sent.redirect_uri ?? callback);
  expect(view.url.origin + view.url.pathname).toBe(registered.origin + registered.pathname);
  expect(view.url.hash).toBe('');
  const answer = view.url.searchParams;
  for (const [name, value] of registered.searchParams) expect(answer.get(name)).toBe(value);
  expect(answer.get('iss')).toBe(plan.issuer);
  expect(answer.get('state')).toBe(sent.state ?? null);
  return answer;
}

/** Checks a token response (protocol.md 1.0). */
export function checkTokens(answer: Answer): TokenBody {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { body } = answer;
  expect(body.token_type.toLowerCase()).toBe('bearer');
  expect(body.access_token.length).toBeGreaterThan(16);
  expect(entropyOf(body.access_token)).toBeGreaterThan(96);
  expect(body.expires_in).toBeGreaterThan(0);
  expect(body.expires_in).toBeLessThanOrEqual(31_536_000);
  return body;
}

/** The tester's estimate of entropy: Shannon's, over the characters there are. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / value.length);
  return value.length * -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

async function checkIdToken(
  plan: Plan,
  jwt: string | undefined,
  app: GivenApplication,
  nonce: string | undefined,
): Promise<Claims> {
  const { keys } = (await send<{ keys: JWK[] }>(`${plan.issuer}/jwks`, {})).body;
  const { kid, alg } = decodeProtectedHeader(jwt ?? '');
  expect(keys.filter((key) => key.kid === kid && key.alg === alg && key.use === 'sig')).toHaveLength(1);
  const now = plan.server.clock.now();
  const { payload } = await jwtVerify(jwt ?? '', createLocalJWKSet({ keys }), {
    issuer: plan.issuer,
    audience: app.clientId,
    requiredClaims: ['sub', 'iat', 'exp'],
    currentDate: new Date(now * 1000),
  });
  expect(payload.exp).toBeLessThan(now + 50 * 31_536_000);
  expect(Math.abs((payload.iat ?? 0) - now)).toBeLessThan(300);
  expect(payload.nonce).toBe(nonce);
  expect(payload.sub).toMatch(/^.+$/);
  expect(payload.acr).toMatch(/^.+$/);
  const { auth_time: authTime } = payload;
  expect(authTime).toBeTypeOf('number');
  expect(authTime as number).toBeLessThanOrEqual(now);
  expect(authTime as number).toBeGreaterThan(now - 31_536_000);
  checkClaimTypes(payload, now);
  return payload;
}

/** Checks an answer of userinfo in plain JSON; `now` in Unix seconds. */
export function checkUserinfoAnswer(answer: Answer<Claims>, now: number): Claims {
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.body.sub).toMatch(/^.+$/);
  checkClaimTypes(answer.body, now);
  return answer.body;
}

/** Standard claims have the right types and likely values, and none is empty (OpenID Connect Core §5.1, §5.3.2). */
export function checkClaimTypes(claims: Claims, now: number): void {
  for (const [name, value] of Object.entries(claims)) {
    expect(value, name).not.toBeNull();
    if (typeof value === 'string') expect(value, name).toMatch(/^(?!null$)[\s\S]*\S/);
    const expected = typeOf(name);
    if (expected !== null) expect(typeof value, name).toBe(expected);
  }
  const { birthdate, updated_at: updatedAt, address } = claims;
  if (birthdate !== undefined) {
    const [, year] = /^(\d{4})(-\d{2}-\d{2})?$/.exec(String(birthdate)) ?? [];
    if (year !== '0000') expect(Number(year)).toBeGreaterThanOrEqual(1850);
    expect(Number(year)).toBeLessThanOrEqual(new Date(now * 1000).getUTCFullYear());
  }
  if (updatedAt !== undefined) {
    expect(updatedAt as number).toBeGreaterThan(631_152_000);
    expect(updatedAt as number).toBeLessThanOrEqual(now);
  }
  if (address === undefined) return;
  expect(Array.isArray(address) || Object.keys(address as object).length === 0).toBe(false);
  for (const part of Object.values(address as object)) expect(part).toMatch(/\S/);
}

const texts =
  'name given_name family_name middle_name nickname profile picture website gender birthdate zoneinfo locale preferred_username email phone_number';

function typeOf(claim: string): string | null {
  if (claim === 'email_verified' || claim === 'phone_number_verified') return 'boolean';
  if (claim === 'updated_at') return 'number';
  if (claim === 'address') return 'object';
  return texts.split(' ').includes(claim) ? 'string' : null;
}
