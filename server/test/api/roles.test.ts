import type { ApplicationUser } from '@tessera/contract/accounts';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Project } from '@tessera/contract/projects';
import type { Resource, Scope } from '@tessera/contract/resources';
import type { Role, RoleWithScopes } from '@tessera/contract/roles';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, type GivenApplication } from '../support/admin.js';
import { givenResource, givenRole, givenScopes, giveRoles } from '../support/api-access.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;
let other: Project;
let resource: Resource;
let scopes: Record<'read' | 'write', Scope>;
const nobody = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Acme' });
  project = await admin.givenProject(suite.id, { name: 'Shop' });
  other = await admin.givenProject(suite.id, { name: 'Depot' });
  resource = await givenResource(admin, project.id, { name: 'Orders', identifier: 'urn:orders' });
  scopes = await givenScopes(admin, resource, 'read', 'write');
});
afterAll(() => server.close());

const eventsOf = async (id: string) =>
  (await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${id}`)).body.items;

describe('roles of a project', () => {
  it('creates one with the scopes it carries', async () => {
    const body = { projectId: project.id, name: 'Clerk', description: 'At the desk', scopeIds: [scopes.write.id] };
    const answer = await admin.api<RoleWithScopes>('POST', '/roles', body);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        suiteId: suite.id,
        suiteName: 'Acme',
        projectId: project.id,
        projectName: 'Shop',
        name: 'Clerk',
        description: 'At the desk',
        scopeCount: 1,
        userCount: 0,
        version: 1,
        scopes: [
          {
            id: scopes.write.id,
            name: 'write',
            resourceId: resource.id,
            resourceName: 'Orders',
            identifier: 'urn:orders',
            onlyRole: true,
          },
        ],
      },
    });
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1/roles/${id}`);
    expect((await admin.api('GET', `/roles/${id}`)).body).toEqual(answer.body);
    expect(await eventsOf(id)).toMatchObject([
      { action: 'role.created', targetType: 'role', changes: { scopes: { from: null, to: ['write (urn:orders)'] } } },
    ]);
  });

  it('says whether it alone stands between a scope and everybody', async () => {
    const [first, second] = [
      await givenRole(admin, project.id, [scopes.read]),
      await givenRole(admin, project.id, [scopes.read]),
    ];
    const only = async (role: Role) =>
      (await admin.api<RoleWithScopes>('GET', `/roles/${role.id}`)).body.scopes.map(({ onlyRole }) => onlyRole);
    expect(await only(first)).toEqual([false]);
    await admin.api('DELETE', `/roles/${second.id}`);
    expect(await only(first)).toEqual([true]);
  });

  it('names are unique in the project, however they are written: 409 name_taken', async () => {
    await givenRole(admin, project.id, [], { name: 'Manager' });
    const taken = {
      status: 409,
      body: { code: 'name_taken', detail: '“MANAGER” already exists in Shop. Choose another name.' },
    };
    expect(await admin.api('POST', '/roles', { projectId: project.id, name: 'MANAGER' })).toMatchObject(taken);
    const role = await givenRole(admin, project.id);
    expect(await admin.api('PATCH', `/roles/${role.id}`, { name: 'MANAGER' })).toMatchObject(taken);
    expect((await givenRole(admin, other.id, [], { name: 'Manager' })).version).toBe(1);
    const body = { projectId: project.id, name: 'Race' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin.api('POST', '/roles', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('carries scopes of its own project only', async () => {
    const foreign = await givenScopes(admin, await givenResource(admin, other.id), 'foreign');
    const faults = {
      status: 422,
      body: {
        errors: [
          { field: 'scopeIds.1', code: 'scope_not_in_project', message: '“foreign” is not a scope of Shop.' },
          { field: 'scopeIds.2', code: 'scope_not_found' },
        ],
      },
    };
    const scopeIds = [scopes.read.id, foreign.foreign.id, nobody];
    expect(await admin.api('POST', '/roles', { projectId: project.id, name: 'Both', scopeIds })).toMatchObject(faults);
    const role = await givenRole(admin, project.id, [scopes.read]);
    expect(await admin.api('PATCH', `/roles/${role.id}`, { scopeIds })).toMatchObject(faults);
    expect((await admin.api<RoleWithScopes>('GET', `/roles/${role.id}`)).body).toMatchObject({
      scopeCount: 1,
      version: 1,
    });
  });

  it('updates by merge, the scopes as a whole, and honours If-Match', async () => {
    const role = await givenRole(admin, project.id, [scopes.read], { name: 'Before' });
    const path = `/roles/${role.id}`;
    const changed = await admin.api<RoleWithScopes>('PATCH', path, { name: 'After' }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ name: 'After', version: 2, scopes: [{ name: 'read' }] });
    expect((await admin.api('PATCH', path, { scopeIds: [] }, { 'if-match': '"1"' })).status).toBe(412);
    const swapped = await admin.api<RoleWithScopes>('PATCH', path, { scopeIds: [scopes.write.id] });
    expect(swapped.body).toMatchObject({ version: 3, scopes: [{ name: 'write' }] });
    // The same scopes again are no change.
    expect((await admin.api<Role>('PATCH', path, { scopeIds: [scopes.write.id] })).body.version).toBe(3);
    expect((await eventsOf(role.id))[0]).toMatchObject({
      action: 'role.updated',
      changes: { scopes: { from: ['read (urn:orders)'], to: ['write (urn:orders)'] } },
    });
    expect((await admin.api('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.api('DELETE', path)).status).toBe(204);
    expect((await admin.api('GET', path)).body.code).toBe('role_not_found');
  });

  it('a project or role that is not there', async () => {
    expect(await admin.api('POST', '/roles', { projectId: nobody, name: 'Nowhere' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'projectId', code: 'project_not_found' }] },
    });
    for (const method of ['GET', 'PATCH', 'DELETE'])
      for (const id of [nobody, 'none'])
        expect(await admin.api(method, `/roles/${id}`, method === 'PATCH' ? {} : undefined)).toMatchObject({
          status: 404,
          body: { code: 'role_not_found' },
        });
  });

  it('are found by name, and filtered by suite and project', async () => {
    const own = await admin.givenProject((await admin.givenSuite()).id);
    await givenRole(admin, own.id, [], { name: 'Zookeeper' });
    await givenRole(admin, own.id, [], { name: 'acrobat' });
    const names = async (query: string) =>
      (await admin.api<Page<Role>>('GET', `/roles?${query}`)).body.items.map(({ name }) => name);
    expect(await names(`projectId=${own.id}`)).toEqual(['acrobat', 'Zookeeper']);
    expect(await names(`suiteId=${own.suiteId}&sort=-name`)).toEqual(['Zookeeper', 'acrobat']);
    expect(await names(`q=zoo&suiteId=${own.suiteId}`)).toEqual(['Zookeeper']);
    expect(await names(`q=zoo&projectId=${project.id}`)).toEqual([]);
  });
});

describe('roles of an application user', () => {
  let app: GivenApplication;
  let user: ApplicationUser;
  let clerk: Role;
  const path = () => `/applications/${app.id}/users/${user.id}`;

  beforeAll(async () => {
    app = await admin.givenApplication(project, 'authorization_flow');
    user = await admin.givenUser(app.id);
    clerk = await givenRole(admin, project.id, [], { name: 'A clerk' });
  });

  it('none at first; then those that were set, in the list as well', async () => {
    expect(user.roles).toEqual([]);
    const picker = await givenRole(admin, other.id, [], { name: 'Picker' });
    const answer = await admin.api<ApplicationUser>('PATCH', path(), { roleIds: [picker.id, clerk.id, clerk.id] });
    const roles = [
      { id: clerk.id, name: 'A clerk', projectId: project.id, projectName: 'Shop' },
      { id: picker.id, name: 'Picker', projectId: other.id, projectName: 'Depot' },
    ];
    expect(answer).toMatchObject({ status: 200, body: { enabled: true, roles, version: 2 } });
    expect((await admin.api<ApplicationUser>('GET', path())).body.roles).toEqual(roles);
    const second = await admin.givenUser(app.id);
    const list = (await admin.api<Page<ApplicationUser>>('GET', `/applications/${app.id}/users`)).body.items;
    expect(Object.fromEntries(list.map((one) => [one.id, one.roles]))).toEqual({ [user.id]: roles, [second.id]: [] });
    expect((await admin.api<Role>('GET', `/roles/${clerk.id}`)).body.userCount).toBe(1);
    expect((await eventsOf(user.id))[0]).toMatchObject({
      action: 'application_user.roles_updated',
      changes: { roles: { from: [], to: ['A clerk (Shop)', 'Picker (Depot)'] } },
    });
  });

  it('can be set together with enabled, each with a row of its own; and alone they leave it', async () => {
    await giveRoles(admin, app, user);
    const answer = await admin.api<ApplicationUser>('PATCH', path(), { enabled: false, roleIds: [clerk.id] });
    expect(answer.body).toMatchObject({ enabled: false, roles: [{ name: 'A clerk' }] });
    expect(
      (await eventsOf(user.id))
        .slice(0, 2)
        .map(({ action }) => action)
        .sort(),
    ).toEqual(['application_user.disabled', 'application_user.roles_updated']);
    expect((await giveRoles(admin, app, user)).enabled).toBe(false);
    expect((await admin.api<ApplicationUser>('PATCH', path(), { enabled: true })).body).toMatchObject({ roles: [] });
  });

  it('honours If-Match, and the same roles again are no change', async () => {
    const { version } = await giveRoles(admin, app, user, clerk);
    expect((await giveRoles(admin, app, user, clerk)).version).toBe(version);
    const stale = { 'if-match': `"${version - 1}"` };
    expect((await admin.api('PATCH', path(), { roleIds: [] }, stale)).status).toBe(412);
  });

  it('are of the same suite', async () => {
    const foreign = await givenRole(admin, (await admin.givenProject((await admin.givenSuite()).id)).id, [], {
      name: 'Stranger',
    });
    expect(await admin.api('PATCH', path(), { roleIds: [foreign.id, nobody] })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: 'roleIds.0', code: 'role_not_in_suite', message: '“Stranger” is a role of another suite.' },
          { field: 'roleIds.1', code: 'role_not_found' },
        ],
      },
    });
  });

  it.each([[{}], [{ roleIds: 'x' }], [{ roleIds: ['x'] }], [{ roleIds: Array(51).fill(nobody) }], [{ roles: [] }]])(
    'refuses %j',
    async (body) => {
      expect((await admin.api('PATCH', path(), body)).status).toBe(422);
    },
  );

  it('go with the role, and with the assignment', async () => {
    const brief = await givenRole(admin, project.id);
    await giveRoles(admin, app, user, brief, clerk);
    await admin.api('DELETE', `/roles/${brief.id}`);
    expect((await admin.api<ApplicationUser>('GET', path())).body.roles.map(({ id }) => id)).toEqual([clerk.id]);
    await admin.api('DELETE', path());
    expect((await admin.api<Role>('GET', `/roles/${clerk.id}`)).body.userCount).toBe(0);
  });
});
