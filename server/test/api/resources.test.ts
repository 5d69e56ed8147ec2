import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Project } from '@tessera/contract/projects';
import type { Resource, ResourceApplication } from '@tessera/contract/resources';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { allowScopes, defaultResourceOf, givenResource, givenRole, givenScopes } from '../support/api-access.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;
const nobody = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Acme' });
  project = await admin.givenProject(suite.id, { name: 'Shop' });
});
afterAll(() => server.close());

const list = async (query: string) => (await admin.api<Page<Resource>>('GET', `/resources?${query}`)).body;
const defaultsOf = async (projectId: string) =>
  (await list(`projectId=${projectId}&limit=100`)).items.filter(({ isDefault }) => isDefault);
const eventsOf = async (id: string) =>
  (await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${id}`)).body.items;

describe('API resources', () => {
  it('creates one, which is not the default, and says so in the audit log', async () => {
    const answer = await admin.api<Resource>('POST', '/resources', {
      projectId: project.id,
      identifier: 'https://api.acme.example/stock',
      name: 'Stock',
      description: 'What is on the shelves',
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        suiteId: suite.id,
        suiteName: 'Acme',
        projectId: project.id,
        projectName: 'Shop',
        identifier: 'https://api.acme.example/stock',
        name: 'Stock',
        description: 'What is on the shelves',
        isDefault: false,
        scopeCount: 0,
        version: 1,
      },
    });
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1/resources/${id}`);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect((await admin.api('GET', `/resources/${id}`)).body).toEqual(answer.body);
    expect(await eventsOf(id)).toMatchObject([
      {
        action: 'resource.created',
        targetType: 'resource',
        targetName: 'Stock',
        changes: { identifier: { from: null, to: 'https://api.acme.example/stock' } },
      },
    ]);
  });

  it('every project starts with its default one', async () => {
    const own = await admin.givenProject(suite.id, { name: 'Fresh start' });
    const [resource, ...others] = await defaultsOf(own.id);
    expect(others).toEqual([]);
    expect(resource).toMatchObject({ identifier: own.defaultResource, name: 'Fresh start', isDefault: true });
  });

  it.each([
    ['not a URI', 'shop api'],
    ['relative', '/api'],
    ['with a fragment', 'https://api.acme.example/#v1'],
  ])('RFC 8707 §2: refuses an identifier that is %s', async (_, identifier) => {
    const body = { projectId: project.id, name: 'Wrong', identifier };
    expect(await admin.api('POST', '/resources', body)).toMatchObject({
      status: 422,
      body: {
        errors: [{ field: 'identifier', code: 'identifier_invalid', message: 'Must be an absolute URI without #.' }],
      },
    });
  });

  it('an identifier is unique in the suite, across its projects: 409 resource_taken; another suite may have it', async () => {
    const identifier = 'urn:acme:unique';
    await givenResource(admin, project.id, { identifier });
    const other = await admin.givenProject(suite.id);
    expect(await admin.api('POST', '/resources', { projectId: other.id, name: 'Second', identifier })).toMatchObject({
      status: 409,
      body: {
        code: 'resource_taken',
        detail: 'Acme already has an API resource “urn:acme:unique”. Choose another.',
      },
    });
    const elsewhere = await admin.givenProject((await admin.givenSuite()).id);
    expect((await givenResource(admin, elsewhere.id, { identifier })).identifier).toBe(identifier);
  });

  it('identifiers are compared as they are written (RFC 8707 §2)', async () => {
    await givenResource(admin, project.id, { identifier: 'https://case.example/A' });
    expect((await givenResource(admin, project.id, { identifier: 'https://case.example/a' })).version).toBe(1);
  });

  it('the identifier and the project are fixed', async () => {
    const { id } = await givenResource(admin, project.id);
    for (const field of [{ identifier: 'urn:other' }, { projectId: project.id }])
      expect(await admin.api('PATCH', `/resources/${id}`, field)).toMatchObject({
        status: 422,
        body: { errors: [{ code: 'unknown_field' }] },
      });
  });

  it('updates by merge and honours If-Match', async () => {
    const { id } = await givenResource(admin, project.id, { name: 'Before', description: 'Old' });
    const renamed = await admin.api<Resource>('PATCH', `/resources/${id}`, { name: 'After' }, { 'if-match': '"1"' });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'After', description: 'Old', version: 2 } });
    expect(await admin.api('PATCH', `/resources/${id}`, { name: 'Late' }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict', detail: 'Bootstrap changed this API resource just now.' },
    });
    const emptied = await admin.api<Resource>('PATCH', `/resources/${id}`, { description: null });
    expect(emptied.body).toMatchObject({ name: 'After', description: '', version: 3 });
    // What changes nothing makes no version and no row.
    expect((await admin.api<Resource>('PATCH', `/resources/${id}`, { name: 'After' })).body.version).toBe(3);
    expect((await eventsOf(id)).map(({ action }) => action)).toEqual([
      'resource.updated',
      'resource.updated',
      'resource.created',
    ]);
    expect((await admin.api('DELETE', `/resources/${id}`, undefined, { 'if-match': '"1"' })).status).toBe(412);
  });

  it('a project or resource that is not there', async () => {
    expect(
      await admin.api('POST', '/resources', { projectId: nobody, name: 'Nowhere', identifier: 'urn:x' }),
    ).toMatchObject({ status: 422, body: { errors: [{ field: 'projectId', code: 'project_not_found' }] } });
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/scopes'],
      ['GET', '/applications'],
    ])
      for (const id of [nobody, 'none'])
        expect(
          await admin.api(method ?? '', `/resources/${id}${path}`, method === 'PATCH' ? {} : undefined),
        ).toMatchObject({ status: 404, body: { code: 'resource_not_found' } });
  });

  it('a project has at most 50', async () => {
    const full = await admin.givenProject(suite.id);
    for (let n = 1; n < 50; n += 1) await givenResource(admin, full.id);
    const body = { projectId: full.id, name: 'One too many', identifier: 'urn:acme:51' };
    expect(await admin.api('POST', '/resources', body)).toMatchObject({
      status: 409,
      body: { code: 'limit_reached', detail: 'A project has at most 50 API resources.' },
    });
  });

  it('are found by name and by identifier, and filtered by suite and project', async () => {
    const other = await admin.givenSuite();
    const elsewhere = await admin.givenProject(other.id);
    const resource = await givenResource(admin, elsewhere.id, {
      name: 'Needle work',
      identifier: 'https://needles.example.org/api',
    });
    for (const q of ['needle', 'WORK', 'needles.example', 'https://needles', 'urn'])
      expect((await list(`q=${q}&suiteId=${other.id}`)).items.map(({ id }) => id)).toEqual(
        q === 'urn' ? [] : [resource.id],
      );
    expect((await list(`suiteId=${other.id}`)).total).toBe(2);
    expect((await list(`projectId=${elsewhere.id}&sort=-createdAt`)).total).toBe(2);
    expect((await list(`q=needle&projectId=${project.id}`)).items).toEqual([]);
    await admin.api('PATCH', `/resources/${resource.id}`, { name: 'Thread' });
    expect((await list('q=work')).items).toEqual([]);
    await admin.api('DELETE', `/resources/${resource.id}`);
    expect((await list('q=thread')).items).toEqual([]);
  });
});

describe('the default API resource', () => {
  it('passes from one to another, and is the default audience of the project', async () => {
    const own = await admin.givenProject(suite.id);
    const second = await givenResource(admin, own.id);
    const first = await defaultResourceOf(admin, own.id);
    const answer = await admin.api<Resource>('PATCH', `/resources/${second.id}`, { isDefault: true });
    expect(answer).toMatchObject({ status: 200, body: { isDefault: true, version: 2 } });
    expect((await admin.api<Resource>('GET', `/resources/${first.id}`)).body).toMatchObject({
      isDefault: false,
      version: 2,
    });
    expect((await admin.api<Project>('GET', `/projects/${own.id}`)).body.defaultResource).toBe(second.identifier);
    expect(await eventsOf(second.id)).toMatchObject([
      { action: 'resource.updated', changes: { isDefault: { from: false, to: true } } },
      { action: 'resource.created' },
    ]);
  });

  it('cannot be given up, nor deleted: 409 resource_default', async () => {
    const own = await admin.givenProject(suite.id, { name: 'Keeper' });
    const { id } = await defaultResourceOf(admin, own.id);
    const refused = {
      status: 409,
      body: {
        code: 'resource_default',
        detail: 'Keeper is the default API resource of Keeper. Make another one the default first.',
      },
    };
    expect(await admin.api('PATCH', `/resources/${id}`, { isDefault: false })).toMatchObject(refused);
    expect(await admin.api('DELETE', `/resources/${id}`)).toMatchObject(refused);
    await givenResource(admin, own.id, { isDefault: true });
    expect((await admin.api('DELETE', `/resources/${id}`)).status).toBe(204);
    expect(await defaultsOf(own.id)).toHaveLength(1);
  });

  it('race: however many become the default at once, one is', async () => {
    const own = await admin.givenProject(suite.id);
    const resources = await Promise.all(Array.from({ length: 5 }, () => givenResource(admin, own.id)));
    const answers = await Promise.all([
      ...resources.map(({ id }) => admin.api('PATCH', `/resources/${id}`, { isDefault: true })),
      ...Array.from({ length: 3 }, (_, n) =>
        admin.api('POST', '/resources', {
          projectId: own.id,
          name: 'New',
          identifier: `urn:race:${own.id}:${n}`,
          isDefault: true,
        }),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 201, 201, 201]);
    expect(await defaultsOf(own.id)).toHaveLength(1);
  });

  it('race: a resource is deleted while it becomes the default: one of the two is refused', async () => {
    for (let round = 0; round < 3; round += 1) {
      const own = await admin.givenProject(suite.id);
      const { id } = await givenResource(admin, own.id);
      const [switched, deleted] = await Promise.all([
        admin.api('PATCH', `/resources/${id}`, { isDefault: true }),
        admin.api('DELETE', `/resources/${id}`),
      ]);
      expect([
        [200, 409],
        [404, 204],
      ]).toContainEqual([switched.status, deleted.status]);
      expect(await defaultsOf(own.id)).toHaveLength(1);
    }
  });

  it('race: an identifier is given once', async () => {
    const body = { projectId: project.id, name: 'Same', identifier: 'urn:race:same' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin.api('POST', '/resources', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('of the console stays what it is, or every admin would be locked out: 409 built_in', async () => {
    const system = (await admin.api<Page<Project>>('GET', '/projects?q=console')).body.items[0];
    if (!system) throw new Error('no project console');
    const body = { projectId: system.id, name: 'Other', identifier: 'urn:system:other', isDefault: true };
    expect(await admin.api('POST', '/resources', body)).toMatchObject({ status: 409, body: { code: 'built_in' } });
    const { id } = await givenResource(admin, system.id);
    expect(await admin.api('PATCH', `/resources/${id}`, { isDefault: true })).toMatchObject({
      status: 409,
      body: { code: 'built_in' },
    });
    expect((await defaultsOf(system.id))[0]?.identifier).toBe(`${server.url}/api`);
  });
});

describe('what loses when an API resource is deleted', () => {
  it('is listed before: applications with the scopes they are allowed, and roles', async () => {
    const own = await admin.givenProject(suite.id);
    const resource = await givenResource(admin, own.id);
    const { read, write } = await givenScopes(admin, resource, 'read', 'write');
    const inside = await admin.givenApplication(own, 'client_credentials', { name: 'Inside' });
    const outside = await admin.givenApplication(project, 'client_credentials', { name: 'Outside' });
    await allowScopes(admin, inside, read, write);
    await allowScopes(admin, outside, write);
    const role = await givenRole(admin, own.id, [read]);
    const applications = async (query = '') =>
      (await admin.api<Page<ResourceApplication>>('GET', `/resources/${resource.id}/applications${query}`)).body.items;
    expect(await applications()).toEqual([
      {
        id: inside.id,
        clientId: inside.clientId,
        name: 'Inside',
        projectId: own.id,
        projectName: own.name,
        authenticatorType: 'client_credentials',
        scopes: ['read', 'write'],
      },
      expect.objectContaining({ name: 'Outside', projectName: 'Shop', scopes: ['write'] }),
    ]);
    expect((await applications(`?scopeId=${read.id}`)).map(({ name }) => name)).toEqual(['Inside']);
    expect((await applications('?q=out')).map(({ name }) => name)).toEqual(['Outside']);
    const roles = async (query: string) =>
      (await admin.api<Page<{ id: string }>>('GET', `/roles?${query}`)).body.items.map(({ id }) => id);
    expect(await roles(`resourceId=${resource.id}`)).toEqual([role.id]);
    expect(await roles(`scopeId=${write.id}`)).toEqual([]);

    expect((await admin.api('DELETE', `/resources/${resource.id}`)).status).toBe(204);
    expect((await admin.api('GET', `/applications/${inside.id}/scopes`)).body).toMatchObject({ scopeIds: [] });
    expect((await admin.api('GET', `/roles/${role.id}`)).body).toMatchObject({ scopes: [], scopeCount: 0 });
    expect((await admin.api<Page<unknown>>('GET', `/scopes?q=write&projectId=${own.id}`)).body.items).toEqual([]);
    expect(await eventsOf(resource.id)).toMatchObject([
      { action: 'resource.deleted', changes: { identifier: { from: resource.identifier, to: null } } },
      { action: 'resource.created' },
    ]);
  });

  it('a project is deleted with its resources, scopes and roles', async () => {
    const own = await admin.givenProject(suite.id);
    const scopes = await givenScopes(admin, await givenResource(admin, own.id), 'vanish');
    await givenRole(admin, own.id, [scopes.vanish], { name: 'Vanisher' });
    expect((await admin.api('DELETE', `/projects/${own.id}`)).status).toBe(204);
    const { db } = server.deps;
    for (const word of ['vanish', 'vanisher'])
      expect(await db.selectFrom('searchWords').select('word').where('word', '=', word).execute()).toEqual([]);
    expect((await list(`projectId=${own.id}`)).total).toBe(0);
  });

  it('a project whose key would bring an identifier that is taken gets another key', async () => {
    await givenResource(admin, project.id, { identifier: `${server.url}/suites/${suite.slug}/resources/squatter` });
    expect((await admin.givenProject(suite.id, { name: 'Squatter' })).slug).toBe('squatter-2');
    const wanted = { suiteId: suite.id, name: 'Squatted', slug: 'squatter' };
    expect(await admin.api('POST', '/projects', wanted)).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
  });
});
