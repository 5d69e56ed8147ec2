import { paths } from '@tessera/contract/paths';
import { type Route, routes } from '@tessera/contract/routes';
import type { Me } from '@tessera/contract/session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, type GivenApplication } from '../support/admin.js';
import { startTestServer, type TestServer, testAdmin } from '../support/server.js';

let server: TestServer;
let admin: Admin;
const nobody = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
});
afterAll(() => server.close());

const operations = Object.entries(paths).map(([id, [method, path]]) => ({
  id,
  method,
  path: path.replaceAll(/\{\w+\}/g, nobody),
}));
const isOpen = (id: string) => (routes as Record<string, Route>)[id]?.open === true;

function call(method: string, path: string, token?: string) {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
    },
    ...(method === 'POST' || method === 'PATCH' ? { body: '{}' } : {}),
  });
}

async function tokenOf(suite: string, client: GivenApplication, parameters: Record<string, string>): Promise<string> {
  const answer = await fetch(`${server.issuer(suite)}/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.clientId, client_secret: client.clientSecret ?? '', ...parameters }),
  });
  const body = (await answer.json()) as { access_token?: string };
  if (!body.access_token) throw new Error(JSON.stringify(body));
  return body.access_token;
}

/** An application in suite `system`, in the project whose resource is the management API. */
async function givenSystemApplication(type: 'user_credentials' | 'client_credentials') {
  const { id: projectId, suiteId } = (
    await admin.api<{ items: { id: string; suiteId: string }[] }>('GET', '/projects?q=console')
  ).body.items[0] ?? {
    id: '',
    suiteId: '',
  };
  const answer = await admin.api<GivenApplication>('POST', '/applications', {
    suiteId,
    projectId,
    name: `Tool ${Math.random()}`,
    authenticatorType: type,
    access: 'everyone',
  });
  return answer.body;
}

describe('who may call', () => {
  it.each(operations.filter(({ id }) => !isOpen(id)))(
    '$id without a token: 401 with a Bearer challenge',
    async ({ method, path }) => {
      const answer = await call(method, path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await answer.json()).toMatchObject({
        code: 'unauthenticated',
        status: 401,
        requestId: answer.headers.get('x-request-id'),
      });
    },
  );

  it.each(['garbage', 'a.b.c', 'tes_at_unknown', ''])('token %j: 401 invalid_token', async (token) => {
    const answer = await call('GET', '/suites', token);
    expect(answer.status).toBe(401);
    if (token) expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('is told before the body is read, and another scheme is no token', async () => {
    const headers = { authorization: 'Basic YTpi', 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v1/suites`, { method: 'POST', headers, body: '{' });
    expect(answer.status).toBe(401);
  });

  it('the bootstrap client may: it is an application', async () => {
    const me = await admin.api<Me>('GET', '/me');
    expect(me).toMatchObject({
      status: 200,
      body: {
        kind: 'application',
        name: 'Bootstrap',
        email: null,
        accountId: null,
        role: 'owner',
        productName: 'Tessera',
        consoleIssuer: server.issuer('system'),
      },
    });
  });

  it('an owner who signed in may: an account', async () => {
    const tool = await givenSystemApplication('user_credentials');
    const token = await tokenOf('system', tool, {
      grant_type: 'password',
      username: testAdmin.email,
      password: testAdmin.password,
    });
    const me = (await (await call('GET', '/me', token)).json()) as Me;
    expect(me).toMatchObject({ kind: 'account', email: testAdmin.email, name: 'Admin', role: 'owner' });
    expect(me.accountId).toBe(me.subject);
  });

  it('an account of suite system that is no admin: 403 forbidden_role', async () => {
    const tool = await givenSystemApplication('user_credentials');
    const account = await admin.givenAccount(tool.suiteId);
    const token = await tokenOf('system', tool, {
      grant_type: 'password',
      username: account.email,
      password: account.password,
    });
    for (const { method, path, id } of operations.filter((operation) => !isOpen(operation.id))) {
      const answer = await call(method, path, token);
      expect([id, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        id,
        403,
        'forbidden_role',
      ]);
    }
  });

  it('an application of suite system that is no admin: 403', async () => {
    const tool = await givenSystemApplication('client_credentials');
    expect(
      (await call('GET', '/suites', await tokenOf('system', tool, { grant_type: 'client_credentials' }))).status,
    ).toBe(403);
  });

  it('a token of another suite, even for this API by name: 401', async () => {
    const suite = await admin.givenSuite();
    const tool = await admin.givenApplication(await admin.givenProject(suite.id), 'client_credentials');
    expect(
      (await call('GET', '/suites', await tokenOf(suite.slug, tool, { grant_type: 'client_credentials' }))).status,
    ).toBe(401);
  });

  it('a token of suite system for another audience: 401', async () => {
    const { suiteId } = await givenSystemApplication('client_credentials');
    const other = await admin.givenApplication(await admin.givenProject(suiteId), 'client_credentials');
    expect(
      (await call('GET', '/suites', await tokenOf('system', other, { grant_type: 'client_credentials' }))).status,
    ).toBe(401);
  });

  it('a token outlives neither its time, nor its application, nor the admin’s rights', async () => {
    const tool = await givenSystemApplication('client_credentials');
    await server.deps.db
      .insertInto('admins')
      .values({ subjectId: tool.id, kind: 'application', role: 'owner', createdAt: 1 })
      .execute();
    const token = await tokenOf('system', tool, { grant_type: 'client_credentials' });
    expect((await call('GET', '/suites', token)).status).toBe(200);
    await admin.api('PATCH', `/applications/${tool.id}`, { status: 'disabled' });
    expect((await call('GET', '/suites', token)).status).toBe(401);
    await admin.api('PATCH', `/applications/${tool.id}`, { status: 'active' });
    expect((await call('GET', '/suites', token)).status).toBe(200);
    await server.deps.db.deleteFrom('admins').where('subjectId', '=', tool.id).execute();
    expect((await call('GET', '/suites', token)).status).toBe(403);
    server.clock.advance(900);
    expect((await call('GET', '/suites', token)).status).toBe(401);
  });

  it('an admin that is an application is deleted with its rights', async () => {
    const tool = await givenSystemApplication('client_credentials');
    await server.deps.db
      .insertInto('admins')
      .values({ subjectId: tool.id, kind: 'application', role: 'owner', createdAt: 1 })
      .execute();
    expect((await admin.api('DELETE', `/applications/${tool.id}`)).status).toBe(204);
    const left = await server.deps.db
      .selectFrom('admins')
      .select('subjectId')
      .where('subjectId', '=', tool.id)
      .execute();
    expect(left).toEqual([]);
  });
});
