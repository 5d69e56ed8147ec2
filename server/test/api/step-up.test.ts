import { routes } from '@tessera/contract/routes';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pkcePair } from '../oauth/requests.js';
import { type Admin, createAdmin } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import { startTestServer, type TestServer, testAdmin } from '../support/server.js';

const maxAge = 120;
const challenge = `Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="${maxAge}"`;
let server: TestServer;
let admin: Admin;
let browser: Browser;
let suite: Suite;

beforeAll(async () => {
  server = await startTestServer({ env: { TESSERA_STEP_UP_MAX_AGE: String(maxAge) } });
  admin = createAdmin(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  suite = await admin.givenSuite();
  browser = createBrowser(server.url);
});

interface Tokens {
  access_token: string;
  refresh_token: string;
}

async function ask(params: Record<string, string>): Promise<Tokens> {
  const answer = await fetch(`${server.issuer('system')}/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'console', ...params }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Tokens;
}

/** What the console does: a code flow with PKCE; answers whether the password was asked for, too. */
async function signIn(params: Record<string, string> = {}): Promise<Tokens & { asked: boolean }> {
  const { verifier, challenge: code_challenge } = pkcePair();
  const redirect_uri = `${server.url}/console/callback`;
  const request = { client_id: 'console', redirect_uri, scope: 'openid offline_access', state: 's' };
  let view = await browser.open(
    authorizeUrl(server.issuer('system'), { ...request, code_challenge, code_challenge_method: 'S256', ...params }),
  );
  const asked = view.html.includes('name="password"');
  if (asked) view = await browser.submit(view, testAdmin);
  const code = view.url.searchParams.get('code') ?? '';
  return { ...(await ask({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier })), asked };
}

function call(token: string, method: string, path: string, body?: object) {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

const operations = (id: string): [string, string, string, object?][] => [
  ['deleteSuite', 'DELETE', `/suites/${id}`],
  ['createRegistrationToken', 'POST', `/suites/${id}/registration-tokens`, { name: 'CI' }],
  ['rotateSuiteKeys', 'POST', `/suites/${id}/keys/rotate`, {}],
  ['revokeSuiteKey', 'POST', `/suites/${id}/keys/${'k'.repeat(43)}/revoke`],
];

describe('RFC 9470 §3: what cannot be undone needs a sign-in of late', () => {
  test('the contract marks these operations and no others', () => {
    const marked = Object.entries(routes).filter(([, route]) => 'stepUp' in route);
    expect(marked.map(([id]) => id).sort()).toEqual(
      operations('')
        .map(([id]) => id)
        .sort(),
    );
  });

  test('an old sign-in is challenged with max_age, before anything is read or done', async () => {
    const { access_token } = await signIn();
    server.clock.advance(maxAge);
    const renamed = await call(access_token, 'PATCH', `/suites/${suite.id}`, { description: 'Still allowed' });
    expect(renamed.status).toBe(200);
    server.clock.advance(1);
    for (const [id, method, path, body] of operations(suite.id)) {
      const answer = await call(access_token, method, path, body);
      expect([id, answer.status, answer.headers.get('www-authenticate')]).toEqual([id, 401, challenge]);
      expect(await answer.json()).toMatchObject({ code: 'insufficient_user_authentication', status: 401 });
    }
    expect((await call(access_token, 'GET', `/suites/${suite.id}`)).status).toBe(200);
  });

  test('RFC 9068 §2.2.1: a refresh makes nobody young again', async () => {
    const { refresh_token } = await signIn();
    server.clock.advance(maxAge + 1);
    const { access_token } = await ask({ grant_type: 'refresh_token', refresh_token });
    expect((await call(access_token, 'DELETE', `/suites/${suite.id}`)).status).toBe(401);
  });

  test('nor does another code of the same session', async () => {
    await signIn();
    server.clock.advance(maxAge + 1);
    const again = await signIn();
    expect(again.asked).toBe(false);
    expect((await call(again.access_token, 'DELETE', `/suites/${suite.id}`)).status).toBe(401);
  });

  test('RFC 9470 §4: the sign-in that the challenge asks for asks for the password, and then it is done', async () => {
    const old = await signIn();
    server.clock.advance(maxAge + 1);
    const refused = await call(old.access_token, 'DELETE', `/suites/${suite.id}`);
    const max_age = /max_age="(\d+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
    const fresh = await signIn({ max_age });
    expect(fresh.asked).toBe(true);
    expect((await call(fresh.access_token, 'DELETE', `/suites/${suite.id}`)).status).toBe(204);
    // The token from before tells the truth about its own sign-in.
    expect((await call(old.access_token, 'DELETE', `/suites/${suite.id}`)).status).toBe(401);
  });

  test('how an admin signs in or authenticates is changed after a sign-in of late only; other accounts and applications as ever', async () => {
    const { access_token } = await signIn();
    const me = (await (await call(access_token, 'GET', '/me')).json()) as { accountId: string };
    const { items } = (await (await call(access_token, 'GET', '/applications?q=Bootstrap')).json()) as {
      items: { id: string }[];
    };
    const bootstrap = items[0]?.id ?? '';
    const person = await admin.givenAccount(suite.id);
    const app = await admin.givenApplication(await admin.givenProject(suite.id), 'client_credentials');
    server.clock.advance(maxAge + 1);
    for (const [method, path, body] of [
      ['PATCH', `/accounts/${me.accountId}`, { password: 'a password of the thief' }],
      ['PATCH', `/accounts/${me.accountId}`, { email: 'thief@example.com' }],
      ['POST', `/applications/${bootstrap}/secrets`, { name: 'Of the thief' }],
      ['PATCH', `/applications/${bootstrap}`, { name: 'Renamed' }],
    ] as const) {
      const answer = await call(access_token, method, path, body);
      expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, challenge]);
    }
    for (const [method, path, body, status] of [
      ['PATCH', `/accounts/${me.accountId}`, { firstName: 'Anna' }, 200],
      ['PATCH', `/accounts/${person.id}`, { password: 'another long pass phrase' }, 200],
      ['POST', `/applications/${app.id}/secrets`, { name: 'Second' }, 201],
    ] as const)
      expect([path, (await call(access_token, method, path, body)).status]).toEqual([path, status]);
    expect((await signIn({ max_age: String(maxAge) })).asked).toBe(true);
  });

  test('an application that acts for itself never signs in, and is not asked', async () => {
    server.clock.advance(maxAge + 1);
    expect((await admin.api('POST', `/suites/${suite.id}/registration-tokens`, { name: 'CI' })).status).toBe(201);
    expect((await admin.api('DELETE', `/suites/${suite.id}`)).status).toBe(204);
  });
});
