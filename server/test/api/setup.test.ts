import type { Account } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Problem } from '@tessera/contract/problems';
import type { ConsoleConfig } from '@tessera/contract/session';
import type { Suite } from '@tessera/contract/suites';
import { afterEach, describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/bootstrap.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;

afterEach(() => server.close());

const withoutAdmin = {
  TESSERA_ADMIN_EMAIL: '',
  TESSERA_ADMIN_PASSWORD: '',
  TESSERA_BOOTSTRAP_CLIENT_ID: '',
  TESSERA_BOOTSTRAP_CLIENT_SECRET: '',
};
const password = 'correct horse battery staple';

/** A server without an admin, and the token of its newest set-up link. */
async function startEmpty(): Promise<string> {
  server = await startTestServer({ env: withoutAdmin });
  return newLink();
}

async function newLink(): Promise<string> {
  const { setupLink } = await bootstrap(server.deps);
  expect(setupLink).toMatch(new RegExp(`^${server.url}/console/setup#token=tes_su_[\\w-]{43}$`));
  return setupLink?.split('#token=')[1] ?? '';
}

async function post(path: string, body: unknown) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as Problem };
}

const consoleConfig = async () => (await (await fetch(`${server.url}/api/v1/console-config`)).json()) as ConsoleConfig;
const owner = (setupToken: string, fields: object = {}) => ({
  setupToken,
  name: 'Ana Maria Ito',
  email: 'ana@example.com',
  password,
  confirmPassword: password,
  productName: 'Acme ID',
  ...fields,
});

/** A management token of the new owner, by a tool that is made behind the API's back. */
async function ownerApi() {
  const { db } = server.deps;
  await db
    .updateTable('applications')
    .set({ authenticatorType: 'user_credentials' })
    .where('clientId', '=', 'console')
    .execute();
  const { sha256 } = await import('../../src/platform/hash.js');
  const console = await db
    .selectFrom('applications')
    .select('id')
    .where('clientId', '=', 'console')
    .executeTakeFirstOrThrow();
  const secret = {
    applicationId: console.id,
    name: 't',
    secretHash: sha256('secret'),
    hint: '',
    createdBy: '',
    createdAt: 0,
  };
  await db
    .insertInto('clientSecrets')
    .values({ id: console.id, ...secret, expiresAt: null, revokedAt: null, lastUsedAt: null })
    .execute();
  server.deps.registry.clear();
  const answer = await fetch(`${server.issuer('system')}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'console',
      client_secret: 'secret',
      username: 'ana@example.com',
      password,
    }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return async <T>(path: string) =>
    (await (
      await fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${access_token}` } })
    ).json()) as T;
}

describe('set-up', () => {
  it('is open while there is no admin; the link makes the first owner and is used up', async () => {
    const token = await startEmpty();
    expect(await consoleConfig()).toEqual({
      productName: 'Tessera',
      issuer: server.issuer('system'),
      clientId: 'console',
      setupOpen: true,
    });
    expect(await post('/setup/check', { setupToken: token })).toEqual({ status: 204, body: undefined });
    expect(await post('/setup', owner(token))).toEqual({ status: 204, body: undefined });
    expect(await consoleConfig()).toMatchObject({ productName: 'Acme ID', setupOpen: false });
    expect(await post('/setup/check', { setupToken: token })).toMatchObject({
      status: 409,
      body: { code: 'setup_closed' },
    });
    expect(await post('/setup', owner(token, { email: 'ben@example.com' }))).toMatchObject({
      status: 409,
      body: { code: 'setup_closed' },
    });
    expect(await bootstrap(server.deps)).toEqual({ setupLink: null });

    const api = await ownerApi();
    expect(await api('/me')).toMatchObject({
      kind: 'account',
      name: 'Ana Maria Ito',
      email: 'ana@example.com',
      role: 'owner',
      productName: 'Acme ID',
    });
    expect((await api<Page<Suite>>('/suites')).items.map((suite) => suite.slug)).toEqual(['default', 'system']);
    const events = await api<Page<{ action: string }>>('/audit-events?limit=100');
    expect(events.items.map((event) => event.action)).toContain('admin.created');
    expect(JSON.stringify(events)).not.toContain(token);
  });

  it('a wrong link is 403 setup_link_invalid, and so is one that a newer start replaced', async () => {
    const old = await startEmpty();
    const token = await newLink();
    for (const wrong of [old, 'tes_su_guess', token.toLowerCase()]) {
      expect(await post('/setup/check', { setupToken: wrong })).toMatchObject({
        status: 403,
        body: { code: 'setup_link_invalid' },
      });
      expect(await post('/setup', owner(wrong))).toMatchObject({ status: 403, body: { code: 'setup_link_invalid' } });
    }
    expect((await consoleConfig()).setupOpen).toBe(true);
    expect((await post('/setup', owner(token))).status).toBe(204);
  });

  it('a form with faults uses nothing up', async () => {
    const token = await startEmpty();
    const answer = await post(
      '/setup',
      owner(token, { name: '', email: 'x', password: 'short', confirmPassword: 'other', more: 1 }),
    );
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ field, code }) => [field, code]).sort()).toEqual([
      ['confirmPassword', 'password_mismatch'],
      ['email', 'email_invalid'],
      ['more', 'unknown_field'],
      ['name', 'required'],
      ['password', 'password_policy'],
    ]);
    expect(await post('/setup/check', { setupToken: token })).toMatchObject({ status: 204 });
  });

  it('two set-ups with one link at once make one owner', async () => {
    const token = await startEmpty();
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) => post('/setup', owner(token, { email: `${name}@example.com` }))),
    );
    expect(answers.filter((answer) => answer.status === 204).length).toBe(1);
    for (const answer of answers.filter((one) => one.status !== 204))
      expect(['setup_closed', 'setup_link_invalid']).toContain(answer.body.code);
    const { db } = server.deps;
    expect((await db.selectFrom('admins').selectAll().execute()).length).toBe(1);
    expect((await db.selectFrom('accounts').selectAll().execute()).length).toBe(1);
  });

  it('makes sample data on request: a suite, a project, three applications, two users that cannot sign in yet', async () => {
    const token = await startEmpty();
    expect((await post('/setup', owner(token, { sampleData: true }))).status).toBe(204);
    const api = await ownerApi();
    const shop = (await api<Page<Suite>>('/suites?q=shop')).items[0];
    expect(shop).toMatchObject({ name: 'Shop', projectCount: 1, applicationCount: 3, accountCount: 2 });
    expect(shop?.description).toMatch(/random passwords that nobody knows/);
    const applications = await api<Page<Application>>(`/applications?suiteId=${shop?.id}&sort=authenticatorType`);
    expect(applications.items.map((one) => [one.authenticatorType, one.userCount, one.projectName])).toEqual([
      ['authorization_flow', 2, 'Web'],
      ['authorization_pkce_flow', 2, 'Web'],
      ['user_credentials', 2, 'Web'],
    ]);
    expect((await api<Page<Account>>(`/accounts?suiteId=${shop?.id}`)).total).toBe(2);
  });
});
