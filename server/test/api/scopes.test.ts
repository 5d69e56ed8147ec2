import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Project } from '@tessera/contract/projects';
import type { ApplicationScopes, Resource, Scope } from '@tessera/contract/resources';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { allowScopes, givenResource, givenRole, givenScopes } from '../support/api-access.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;
let resource: Resource;
const nobody = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite();
  project = await admin.givenProject(suite.id, { name: 'Shop' });
  resource = await givenResource(admin, project.id, { name: 'Orders', identifier: 'urn:orders' });
});
afterAll(() => server.close());

const eventsOf = async (id: string) =>
  (await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${id}`)).body.items;

describe('scopes of an API resource', () => {
  it('creates one, with the sentence of the consent page', async () => {
    const path = `/resources/${resource.id}/scopes`;
    const answer = await admin.api<Scope>('POST', path, { name: 'orders:read', description: 'See your orders' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        resourceId: resource.id,
        resourceName: 'Orders',
        identifier: 'urn:orders',
        projectId: project.id,
        projectName: 'Shop',
        name: 'orders:read',
        description: 'See your orders',
        roleCount: 0,
        applicationCount: 0,
        version: 1,
      },
    });
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1${path}/${id}`);
    expect((await admin.api('GET', `${path}/${id}`)).body).toEqual(answer.body);
    expect(await eventsOf(id)).toMatchObject([
      { action: 'scope.created', targetType: 'scope', targetName: 'orders:read of Orders' },
    ]);
  });

  it.each([
    ['has a blank', { name: 'a b', description: 'x' }, 'name', 'A scope has no spaces.'],
    [
      'has a quote',
      { name: 'a"b', description: 'x' },
      'name',
      'Use ASCII letters, digits and signs, without quotes and backslash.',
    ],
    [
      'is one of OpenID Connect',
      { name: 'email', description: 'x' },
      'name',
      '“email” is a scope of OpenID Connect itself. Choose another name.',
    ],
    ['has no sentence', { name: 'bare' }, 'description', 'Enter the sentence of the consent page.'],
  ])('RFC 6749 §3.3: refuses a scope that %s', async (_, body, field, message) => {
    expect(await admin.api('POST', `/resources/${resource.id}/scopes`, body)).toMatchObject({
      status: 422,
      body: { errors: [{ field, message, ...(field === 'name' ? { code: 'scope_invalid' } : {}) }] },
    });
  });

  it('a name is unique in the resource, as it is written: 409 scope_taken; another resource may have it', async () => {
    await givenScopes(admin, resource, 'twice');
    const body = { name: 'twice', description: 'Again' };
    expect(await admin.api('POST', `/resources/${resource.id}/scopes`, body)).toMatchObject({
      status: 409,
      body: { code: 'scope_taken', detail: 'Orders already has the scope “twice”. Choose another.' },
    });
    await givenScopes(admin, resource, 'Twice');
    await givenScopes(admin, await givenResource(admin, project.id), 'twice');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        admin.api('POST', `/resources/${resource.id}/scopes`, { name: 'race', description: 'Race' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('the sentence can be changed, the name is fixed', async () => {
    const { sentence } = await givenScopes(admin, resource, 'sentence');
    const path = `/resources/${resource.id}/scopes/${sentence.id}`;
    const changed = await admin.api<Scope>('PATCH', path, { description: 'A better one' }, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { description: 'A better one', version: 2 } });
    expect((await admin.api('PATCH', path, { description: 'Late' }, { 'if-match': '"1"' })).status).toBe(412);
    expect(await admin.api('PATCH', path, { name: 'other' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name', code: 'unknown_field' }] },
    });
    expect((await admin.api('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect(await eventsOf(sentence.id)).toMatchObject([
      { action: 'scope.updated', changes: { description: { from: 'May sentence', to: 'A better one' } } },
      { action: 'scope.created' },
    ]);
  });

  it('deleting one takes it from roles and applications, and the audit log says from how many', async () => {
    const { doomed } = await givenScopes(admin, resource, 'doomed');
    const app = await admin.givenApplication(project, 'client_credentials');
    await allowScopes(admin, app, doomed);
    const role = await givenRole(admin, project.id, [doomed]);
    const path = `/resources/${resource.id}/scopes/${doomed.id}`;
    expect((await admin.api<Scope>('GET', path)).body).toMatchObject({ roleCount: 1, applicationCount: 1 });
    expect((await admin.api('DELETE', path)).status).toBe(204);
    expect((await admin.api('GET', path)).body.code).toBe('scope_not_found');
    expect((await admin.api<{ scopes: unknown[] }>('GET', `/roles/${role.id}`)).body.scopes).toEqual([]);
    expect((await admin.api<ApplicationScopes>('GET', `/applications/${app.id}/scopes`)).body.scopeIds).toEqual([]);
    expect((await eventsOf(doomed.id))[0]).toMatchObject({
      action: 'scope.deleted',
      changes: { roles: { from: 1, to: 0 }, applications: { from: 1, to: 0 } },
    });
  });

  it('one of another resource is not there', async () => {
    const other = await givenResource(admin, project.id);
    const { hidden } = await givenScopes(admin, other, 'hidden');
    for (const method of ['GET', 'PATCH', 'DELETE'])
      for (const id of [hidden.id, nobody, 'none'])
        expect(
          await admin.api(method, `/resources/${resource.id}/scopes/${id}`, method === 'PATCH' ? {} : undefined),
        ).toMatchObject({ status: 404, body: { code: 'scope_not_found' } });
    expect((await admin.api('GET', `/resources/${nobody}/scopes/${hidden.id}`)).body.code).toBe('resource_not_found');
    const body = { name: 'x', description: 'X' };
    expect((await admin.api('POST', `/resources/${nobody}/scopes`, body)).body.code).toBe('resource_not_found');
  });

  it('are listed of one resource, of a project and of a suite, and found by name and sentence', async () => {
    const own = await admin.givenSuite();
    const projects = [await admin.givenProject(own.id), await admin.givenProject(own.id)];
    const [first, second, elsewhere] = [
      await givenResource(admin, projects[0]?.id ?? ''),
      await givenResource(admin, projects[0]?.id ?? ''),
      await givenResource(admin, projects[1]?.id ?? ''),
    ];
    await givenScopes(admin, first, 'b', 'a');
    await givenScopes(admin, second, 'c');
    await givenScopes(admin, elsewhere, 'd');
    const names = async (path: string) =>
      (await admin.api<Page<Scope>>('GET', path)).body.items.map(({ name }) => name);
    expect(await names(`/resources/${first.id}/scopes`)).toEqual(['a', 'b']);
    expect(await names(`/resources/${first.id}/scopes?sort=-name`)).toEqual(['b', 'a']);
    expect(await names(`/scopes?projectId=${projects[0]?.id}`)).toEqual(['a', 'b', 'c']);
    expect(await names(`/scopes?suiteId=${own.id}`)).toEqual(['a', 'b', 'c', 'd']);
    expect(await names(`/scopes?suiteId=${own.id}&exceptProjectId=${projects[0]?.id}`)).toEqual(['d']);
    expect(await names(`/scopes?suiteId=${own.id}&q=may%20c`)).toEqual(['c']);
    const page = (await admin.api<Page<Scope>>('GET', `/scopes?suiteId=${own.id}&limit=3`)).body;
    expect(await names(`/scopes?suiteId=${own.id}&limit=3&cursor=${page.nextCursor}`)).toEqual(['d']);
  });
});

describe('the scopes an application may ask for', () => {
  const path = (app: { id: string }) => `/applications/${app.id}/scopes`;

  it('none at first; then those that were set, in place of those before', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow');
    const first = await admin.api<ApplicationScopes>('GET', path(app));
    expect(first).toMatchObject({ status: 200, body: { scopeIds: [], scopes: [] } });
    const { set1, set2, set3 } = await givenScopes(admin, resource, 'set1', 'set2', 'set3');
    const set = await admin.api<ApplicationScopes>('PUT', path(app), { scopeIds: [set2.id, set1.id, set2.id] });
    expect(set).toMatchObject({
      status: 200,
      body: {
        scopeIds: [set1.id, set2.id],
        scopes: [
          { name: 'set1', identifier: 'urn:orders', resourceName: 'Orders' },
          { name: 'set2', description: 'May set2' },
        ],
      },
    });
    expect((await admin.api('GET', path(app))).body).toEqual(set.body);
    await allowScopes(admin, app, set2, set3);
    expect((await admin.api<ApplicationScopes>('GET', path(app))).body.scopeIds).toEqual([set2.id, set3.id]);
    expect((await eventsOf(app.id)).slice(0, 2)).toMatchObject([
      {
        action: 'application.scopes_updated',
        changes: {
          allowed: { from: null, to: ['set3 (urn:orders)'] },
          withdrawn: { from: ['set1 (urn:orders)'], to: null },
        },
      },
      {
        action: 'application.scopes_updated',
        changes: { allowed: { to: ['set1 (urn:orders)', 'set2 (urn:orders)'] } },
      },
    ]);
    const before = (await eventsOf(app.id)).length;
    await allowScopes(admin, app, set3, set2);
    expect(await eventsOf(app.id)).toHaveLength(before);
  });

  it('honours If-Match: the tag changes with the list, and is the same for the same list', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow');
    const { tag1, tag2 } = await givenScopes(admin, resource, 'tag1', 'tag2');
    const empty = (await admin.api('GET', path(app))).headers.get('etag') ?? '';
    expect(empty).toMatch(/^"\d+"$/);
    const one = await admin.api('PUT', path(app), { scopeIds: [tag1.id] }, { 'if-match': empty });
    expect(one.status).toBe(200);
    expect(await admin.api('PUT', path(app), { scopeIds: [tag2.id] }, { 'if-match': empty })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    const etag = one.headers.get('etag') ?? '';
    expect((await admin.api('PUT', path(app), { scopeIds: [] }, { 'if-match': etag })).headers.get('etag')).toBe(empty);
    // The application itself did not change.
    expect((await admin.api<{ version: number }>('GET', `/applications/${app.id}`)).body.version).toBe(1);
  });

  it('may be of another project of the suite, never of another suite', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow');
    const sibling = await givenResource(admin, (await admin.givenProject(suite.id)).id);
    const { near } = await givenScopes(admin, sibling, 'near');
    expect((await allowScopes(admin, app, near)).scopeIds).toEqual([near.id]);
    const stranger = await givenResource(admin, (await admin.givenProject((await admin.givenSuite()).id)).id);
    const { far } = await givenScopes(admin, stranger, 'far');
    expect(await admin.api('PUT', path(app), { scopeIds: [near.id, far.id, nobody] })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: 'scopeIds.1', code: 'scope_not_in_suite', message: '“far” is a scope of another suite.' },
          { field: 'scopeIds.2', code: 'scope_not_found' },
        ],
      },
    });
    expect((await admin.api<ApplicationScopes>('GET', path(app))).body.scopeIds).toEqual([near.id]);
  });

  it('the console asks for none: 409 built_in', async () => {
    const list = await admin.api<Page<{ id: string; projectId: string }>>('GET', '/applications?q=console');
    const app = list.body.items[0] ?? { id: '', projectId: '' };
    const { admin: scope } = await givenScopes(admin, await givenResource(admin, app.projectId), 'admin');
    expect(await admin.api('PUT', path(app), { scopeIds: [scope.id] })).toMatchObject({
      status: 409,
      body: { code: 'built_in' },
    });
  });

  it('what is no list, no application or too much', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow');
    for (const body of [{}, { scopeIds: 'x' }, { scopeIds: ['x'] }, { scopeIds: [], more: 1 }])
      expect((await admin.api('PUT', path(app), body)).status).toBe(422);
    expect((await admin.api('PUT', path(app), { scopeIds: Array(501).fill(nobody) })).status).toBe(422);
    expect((await admin.api('PUT', path({ id: nobody }), { scopeIds: [] })).body.code).toBe('application_not_found');
    expect((await admin.api('GET', path({ id: nobody }))).body.code).toBe('application_not_found');
  });

  it('race: two admins set different lists, and one of them holds whole', async () => {
    const app = await admin.givenApplication(project, 'authorization_flow');
    const { r1, r2, r3, r4 } = await givenScopes(admin, resource, 'r1', 'r2', 'r3', 'r4');
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([allowScopes(admin, app, r1, r2), allowScopes(admin, app, r3, r4)]);
      const { scopeIds } = (await admin.api<ApplicationScopes>('GET', path(app))).body;
      expect([
        [r1.id, r2.id],
        [r3.id, r4.id],
      ]).toContainEqual(scopeIds);
    }
  });
});
