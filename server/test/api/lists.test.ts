import type { Account } from '@tessera/contract/accounts';
import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;
let ids: string[];

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Shop' });
  project = await admin.givenProject(suite.id, { name: 'Web' });
  const made = [];
  for (let n = 0; n < 23; n += 1) {
    // Several of each second and type: lists must go through ties.
    if (n % 5 === 0) server.clock.advance(1);
    const type = n % 2 === 0 ? 'client_credentials' : 'user_credentials';
    made.push(await admin.givenApplication(project, type, { name: `App ${String(n).padStart(2, '0')}` }));
  }
  ids = made.map((application) => application.id);
});
afterAll(() => server.close());

const list = <T = Application>(query: string, path = '/applications') => admin.api<Page<T>>('GET', `${path}?${query}`);

async function walk(query: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<Application> = (await list(`${query}${cursor ? `&cursor=${cursor}` : ''}`)).body;
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  }
  return seen;
}

describe('lists', () => {
  it.each(['name', 'createdAt', 'updatedAt', 'authenticatorType', 'lastTokenAt'])(
    'sort=%s: a walk by cursor meets each once, in both directions, ties included',
    async (sort) => {
      const up = await walk(`suiteId=${suite.id}&sort=${sort}&limit=4`);
      expect([...up].sort()).toEqual([...ids].sort());
      const down = await walk(`suiteId=${suite.id}&sort=-${sort}&limit=7`);
      expect(down).toEqual([...up].reverse());
    },
  );

  it('a walk goes on rightly while rows come and go', async () => {
    const first = (await list(`suiteId=${suite.id}&sort=name&limit=10`)).body;
    const extra = await admin.givenApplication(project, 'client_credentials', { name: 'App 05b' });
    const second = (await list(`suiteId=${suite.id}&sort=name&limit=100&cursor=${first.nextCursor}`)).body;
    expect(second.items.map((item) => item.name)[0]).toBe('App 10');
    expect(second.items.length).toBe(13);
    await admin.api('DELETE', `/applications/${extra.id}`);
  });

  it('page jumps, total counts all, the last page has no cursor', async () => {
    const second = (await list(`suiteId=${suite.id}&limit=10&page=2`)).body;
    expect(second.items.map((item) => item.name)[0]).toBe('App 10');
    expect(second).toMatchObject({ total: 23, totalCapped: false });
    const third = (await list(`suiteId=${suite.id}&limit=10&page=3`)).body;
    expect([third.items.length, third.nextCursor]).toEqual([3, null]);
    expect((await list(`suiteId=${suite.id}&limit=10&page=9`)).body).toMatchObject({
      items: [],
      nextCursor: null,
      total: 23,
    });
  });

  it('defaults: 20 items, by name', async () => {
    const page = (await list(`suiteId=${suite.id}`)).body;
    expect(page.items.map((item) => item.name)).toEqual(
      Array.from({ length: 20 }, (_, n) => `App ${String(n).padStart(2, '0')}`),
    );
    expect(page.nextCursor).not.toBeNull();
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1.5', 'limit'],
    ['page=0', 'page'],
    ['page=10001', 'page'],
    ['limit=100&page=101', 'page'],
    ['sort=clientId', 'sort'],
    ['sort=__proto__', 'sort'],
    ['cursor=!!!', 'cursor'],
    ['cursor=bnVsbA', 'cursor'],
    [`cursor=${Buffer.from('["name",5,"00000000-0000-4000-8000-000000000000"]').toString('base64url')}`, 'cursor'],
    [
      `cursor=${Buffer.from('["name","a\\u0000","00000000-0000-4000-8000-000000000000"]').toString('base64url')}`,
      'cursor',
    ],
    [
      `sort=createdAt&cursor=${Buffer.from('["createdAt",1e300,"00000000-0000-4000-8000-000000000000"]').toString('base64url')}`,
      'cursor',
    ],
    ['suiteId=1', 'suiteId'],
    ['status=gone', 'status'],
    ['anyOrigin=yes', 'anyOrigin'],
    ['q=a&q=b', 'q'],
    ['q=%00', 'q'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['size=20', 'size'],
  ])('refuses ?%s: 422', async (query, field) => {
    expect(await list(query)).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ field }] } });
  });

  it('a cursor of another sort is refused, and so is one beside a page', async () => {
    const { nextCursor } = (await list('sort=name&limit=1')).body;
    expect(await list(`sort=-name&cursor=${nextCursor}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'cursor', message: 'The cursor belongs to another sort.' }] },
    });
    expect(await list(`sort=name&cursor=${nextCursor}&page=2`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'page' }] },
    });
  });

  it('filters: project, type, status, allows *', async () => {
    const other = await admin.givenProject(suite.id);
    const open = await admin.givenApplication(other, 'client_credentials', {
      allowedOrigins: ['*'],
      status: 'disabled',
    });
    const found = async (query: string) => (await list(query)).body.items.map((item) => item.id);
    expect(await found(`projectId=${other.id}`)).toEqual([open.id]);
    expect(await found(`suiteId=${suite.id}&anyOrigin=true`)).toEqual([open.id]);
    expect(await found(`suiteId=${suite.id}&status=disabled`)).toEqual([open.id]);
    expect((await list(`suiteId=${suite.id}&authenticatorType=user_credentials`)).body.total).toBe(11);
    await admin.api('DELETE', `/applications/${open.id}`);
  });
});

describe('search', () => {
  const found = async (q: string, path?: string) =>
    (await list<{ name?: string; email?: string }>(`q=${encodeURIComponent(q)}`, path)).body.items.map(
      (item) => item.name ?? item.email,
    );

  it('finds applications by words of the name, client id, redirect URL, host and origin', async () => {
    const made = await admin.givenApplication(project, 'authorization_flow', {
      name: 'Café-Bar (Nord) O’Neil',
      redirectUris: ['https://Login.cafe-nord.example/OAuth/callback?x=1', 'com.example.cafe:/cb'],
      allowedOrigins: ['https://spa.cafe-nord.example:8443'],
    });
    const queries = [
      'café',
      'CAFE',
      'cafe-bar',
      'bar nord',
      'nord bar',
      '(nord)',
      'neil',
      made.clientId,
      made.clientId.slice(0, 6),
      'https://login.cafe-nord.example/oauth/call',
      'login.cafe-nord.example/oauth',
      'cafe-nord',
      'spa.cafe',
      'https://spa.cafe-nord.example:8443',
      'com.example.cafe:/cb',
    ];
    for (const q of queries) expect([q, await found(q)]).toEqual([q, [made.name]]);
    for (const q of ['afé', 'nord south', 'callback?x', '%', '_', 'cafe*'])
      expect([q, await found(q)]).toEqual([q, []]);
  });

  it('forgets what an application was called and where it was', async () => {
    const made = await admin.givenApplication(project, 'authorization_flow', {
      name: 'Formerly',
      redirectUris: ['https://former.example/cb'],
    });
    await admin.api('PATCH', `/applications/${made.id}`, {
      name: 'Nowadays',
      redirectUris: ['https://nowadays.example/cb'],
    });
    expect([await found('formerly'), await found('former.example'), await found('nowadays')]).toEqual([
      [],
      [],
      ['Nowadays'],
    ]);
  });

  it('finds accounts by name, e-mail, local part and domain', async () => {
    await admin.givenAccount(suite.id, {
      firstName: 'Zoë',
      lastName: 'Müller-Lüdenscheidt',
      email: 'Zoe.Mueller+x@Mail.Example.org',
    });
    for (const q of [
      'zoe',
      'müller',
      'ludenscheidt',
      'zoe mull',
      'zoe.mueller',
      'mueller',
      'zoe.mueller+x@mail.example.org',
      'mail.example',
      'example.org',
    ])
      expect([q, await found(q, '/accounts')]).toEqual([q, ['Zoe.Mueller+x@Mail.Example.org']]);
  });

  it('keeps kinds apart, and long URLs are found by their beginning', async () => {
    const long = `https://long.example/${'a'.repeat(1900)}`;
    const made = await admin.givenApplication(project, 'authorization_flow', { name: 'Long', redirectUris: [long] });
    expect(await found(long.slice(0, 200))).toEqual([made.name]);
    expect(await found('long', '/suites')).toEqual([]);
    expect((await list<Account>('q=long', '/accounts')).body.total).toBe(0);
  });
});
