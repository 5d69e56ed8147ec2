import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
});
afterAll(() => server.close());

const listNames = async (query: string) =>
  (await admin.api<Page<Suite>>('GET', `/suites?${query}`)).body.items.map((suite) => suite.name);

describe('suites', () => {
  it('creates an issuer of its own: 201, Location, ETag, no-store, a key set', async () => {
    const answer = await admin.api<Suite>('POST', '/suites', { name: 'Acme Shops', description: 'All shops' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      slug: 'acme-shops',
      name: 'Acme Shops',
      description: 'All shops',
      issuer: `${server.url}/suites/acme-shops`,
      builtIn: false,
      projectCount: 0,
      version: 1,
    });
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1/suites/${answer.body.id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const keys = (await (await fetch(`${server.issuer('acme-shops')}/jwks`)).json()) as { keys: { alg: string }[] };
    expect([...new Set(keys.keys.map((key) => key.alg))].sort()).toEqual(['ES256', 'EdDSA', 'RS256']);
    const read = await admin.api<Suite>('GET', `/suites/${answer.body.id}`);
    expect(read.body).toEqual(answer.body);
  });

  it('makes the key unique when it comes from the name, and refuses a taken key that was given', async () => {
    const first = await admin.givenSuite({ name: 'Über Läden' });
    const second = await admin.givenSuite({ name: 'Uber Laden' });
    expect([first.slug, second.slug]).toEqual(['uber-laden', 'uber-laden-2']);
    const third = await admin.givenSuite({ name: '日本' });
    expect(third.slug).toBe('suite');
    const answer = await admin.api('POST', '/suites', { name: 'Another', slug: 'uber-laden' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    expect(await listNames('q=another')).toEqual([]);
  });

  it('names are unique whatever their case: 409 name_taken, stores nothing', async () => {
    await admin.givenSuite({ name: 'Taken' });
    const answer = await admin.api('POST', '/suites', { name: '  tAKEN ' });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'name_taken', detail: 'A suite called “tAKEN” already exists.' },
    });
    const other = await admin.givenSuite({ name: 'Not taken' });
    const renamed = await admin.api('PATCH', `/suites/${other.id}`, { name: 'TAKEN' });
    expect(renamed).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    expect((await admin.api<Suite>('GET', `/suites/${other.id}`)).body).toEqual(other);
  });

  it('two creates at once with one name: one is made, the other told', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => admin.api('POST', '/suites', { name: 'Race' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect(await listNames('q=race')).toEqual(['Race']);
  });

  it('two creates at once whose names give one key: both are made', async () => {
    const answers = await Promise.all(
      ['Same key', 'Same-key', 'Same.key'].map((name) => admin.api<Suite>('POST', '/suites', { name })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(answers.map((answer) => answer.body.slug).sort()).toEqual(['same-key', 'same-key-2', 'same-key-3']);
  });

  it('updates by merge: what is left out stays, null empties, the version goes up', async () => {
    const suite = await admin.givenSuite({ description: 'Before' });
    const renamed = await admin.api<Suite>('PATCH', `/suites/${suite.id}`, { name: 'Renamed suite' });
    expect(renamed.body).toMatchObject({ name: 'Renamed suite', description: 'Before', slug: suite.slug, version: 2 });
    expect(renamed.headers.get('etag')).toBe('"2"');
    const emptied = await admin.api<Suite>('PATCH', `/suites/${suite.id}`, { description: null });
    expect(emptied.body).toMatchObject({ name: 'Renamed suite', description: '', version: 3 });
    expect(await listNames('q=renamed')).toEqual(['Renamed suite']);
  });

  it('a change that changes nothing leaves the version', async () => {
    const suite = await admin.givenSuite();
    const answer = await admin.api<Suite>('PATCH', `/suites/${suite.id}`, { name: suite.name });
    expect(answer.body).toEqual(suite);
  });

  it('RFC 9110 §13.1.1: a stale If-Match is 412 version_conflict, and nothing changes', async () => {
    const suite = await admin.givenSuite();
    await admin.api('PATCH', `/suites/${suite.id}`, { description: 'second' });
    for (const tag of ['"1"', 'W/"1"', '"x"', 'nonsense', '"7", "8"']) {
      const answer = await admin.api('PATCH', `/suites/${suite.id}`, { description: 'third' }, { 'if-match': tag });
      expect(answer).toMatchObject({
        status: 412,
        body: { code: 'version_conflict', detail: 'Bootstrap changed this suite just now.' },
      });
    }
    expect(await admin.api('DELETE', `/suites/${suite.id}`, undefined, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
    });
    const fresh = await admin.api<Suite>(
      'PATCH',
      `/suites/${suite.id}`,
      { description: 'third' },
      { 'if-match': '"1", "2"' },
    );
    expect(fresh).toMatchObject({ status: 200, body: { description: 'third', version: 3 } });
    expect(
      await admin.api('PATCH', `/suites/${suite.id}`, { description: 'fourth' }, { 'if-match': '*' }),
    ).toMatchObject({ status: 200 });
  });

  it('two changes at once with one If-Match: one wins, the other is 412', async () => {
    const suite = await admin.givenSuite();
    const patches = ['a', 'b', 'c'].map((description) =>
      admin.api('PATCH', `/suites/${suite.id}`, { description }, { 'if-match': '"1"' }),
    );
    expect((await Promise.all(patches)).map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
  });

  it('two changes at once without If-Match: no field is lost', async () => {
    const suite = await admin.givenSuite();
    const answers = await Promise.all([
      admin.api('PATCH', `/suites/${suite.id}`, { name: 'Both fields' }),
      admin.api('PATCH', `/suites/${suite.id}`, { description: 'kept' }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect((await admin.api<Suite>('GET', `/suites/${suite.id}`)).body).toMatchObject({
      name: 'Both fields',
      description: 'kept',
      version: 3,
    });
  });

  it('a suite with projects is not deleted: 409 suite_has_projects with the count', async () => {
    const suite = await admin.givenSuite({ name: 'Full' });
    await admin.givenProject(suite.id);
    await admin.givenProject(suite.id);
    const answer = await admin.api('DELETE', `/suites/${suite.id}`);
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'suite_has_projects', count: 2, detail: 'Full still has 2 projects. Move or delete them first.' },
    });
    expect((await admin.api<Suite>('GET', `/suites/${suite.id}`)).body).toMatchObject({ projectCount: 2 });
  });

  it('deleting a suite deletes its accounts and keys, and its issuer is gone at once', async () => {
    const suite = await admin.givenSuite();
    const account = await admin.givenAccount(suite.id, { firstName: 'Vanishing' });
    expect((await fetch(`${server.issuer(suite.slug)}/jwks`)).status).toBe(200);
    expect((await admin.api('DELETE', `/suites/${suite.id}`)).status).toBe(204);
    expect((await admin.api('GET', `/suites/${suite.id}`)).body.code).toBe('suite_not_found');
    expect((await admin.api('GET', `/accounts/${account.id}`)).body.code).toBe('account_not_found');
    expect((await admin.api<Page<unknown>>('GET', '/accounts?q=vanishing')).body.total).toBe(0);
    expect((await fetch(`${server.issuer(suite.slug)}/jwks`)).status).toBe(404);
    expect(await admin.api('DELETE', `/suites/${suite.id}`)).toMatchObject({ status: 404 });
  });

  it('a project that is created while its suite is deleted: either or, never a 500 or an orphan', async () => {
    for (let round = 0; round < 5; round += 1) {
      const suite = await admin.givenSuite();
      const [made, deleted] = await Promise.all([
        admin.api<Project>('POST', '/projects', { suiteId: suite.id, name: 'Quick' }),
        admin.api('DELETE', `/suites/${suite.id}`),
      ]);
      if (made.status === 201)
        expect(deleted).toMatchObject({ status: 409, body: { code: 'suite_has_projects', count: 1 } });
      else {
        expect(made).toMatchObject({ status: 422, body: { errors: [{ field: 'suiteId', code: 'suite_not_found' }] } });
        expect(deleted.status).toBe(204);
      }
    }
  });

  it('suite system is built in: it is not deleted, and it is named as such', async () => {
    const system = (await admin.api<Page<Suite>>('GET', '/suites?q=system')).body.items[0];
    expect(system).toMatchObject({ slug: 'system', builtIn: true });
    expect(await admin.api('DELETE', `/suites/${system?.id}`)).toMatchObject({
      status: 409,
      body: { code: 'built_in' },
    });
  });
});
