import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Acme', slug: 'acme' });
});
afterAll(() => server.close());

describe('projects', () => {
  it('creates a project with a default API resource of its own', async () => {
    const answer = await admin.api<Project>('POST', '/projects', {
      suiteId: suite.id,
      name: 'Web shop',
      environment: 'staging',
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        suiteId: suite.id,
        suiteName: 'Acme',
        slug: 'web-shop',
        environment: 'staging',
        defaultResource: `${server.url}/suites/acme/resources/web-shop`,
        applicationCount: 0,
        version: 1,
      },
    });
    expect(answer.headers.get('location')).toBe(`${server.url}/api/v1/projects/${answer.body.id}`);
    expect((await admin.api('GET', `/projects/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('names are unique in the suite, not across suites: 409 name_taken names the suite', async () => {
    await admin.givenProject(suite.id, { name: 'Mobile' });
    const answer = await admin.api('POST', '/projects', { suiteId: suite.id, name: 'MOBILE' });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'name_taken', detail: '“MOBILE” already exists in Acme. Choose another name.' },
    });
    const other = await admin.givenSuite();
    expect((await admin.givenProject(other.id, { name: 'Mobile' })).slug).toBe('mobile');
    const renamed = await admin.givenProject(suite.id);
    expect((await admin.api('PATCH', `/projects/${renamed.id}`, { name: 'mobile' })).body.code).toBe('name_taken');
  });

  it('a taken key that was given is 409 slug_taken; one from the name gets a number', async () => {
    const other = await admin.givenSuite();
    await admin.givenProject(other.id, { name: 'Key one', slug: 'key' });
    const answer = await admin.api('POST', '/projects', { suiteId: other.id, name: 'Key two', slug: 'key' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    expect((await admin.givenProject(other.id, { name: 'Key' })).slug).toBe('key-2');
  });

  it('a suite that does not exist is a fault of the field suiteId', async () => {
    const answer = await admin.api('POST', '/projects', {
      suiteId: '00000000-0000-4000-8000-000000000000',
      name: 'Nowhere',
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ field: 'suiteId', code: 'suite_not_found' }] },
    });
  });

  it('updates by merge and honours If-Match', async () => {
    const project = await admin.givenProject(suite.id, { description: 'Before' });
    const answer = await admin.api<Project>(
      'PATCH',
      `/projects/${project.id}`,
      { environment: 'production' },
      { 'if-match': '"1"' },
    );
    expect(answer.body).toMatchObject({
      name: project.name,
      description: 'Before',
      environment: 'production',
      version: 2,
    });
    expect(await admin.api('PATCH', `/projects/${project.id}`, { name: 'Late' }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
    });
  });

  it('the suite of a project is fixed: 422 unknown_field', async () => {
    const project = await admin.givenProject(suite.id);
    const answer = await admin.api('PATCH', `/projects/${project.id}`, { suiteId: suite.id });
    expect(answer.body.errors).toEqual([{ field: 'suiteId', code: 'unknown_field', message: 'Unknown field.' }]);
  });

  it('a project with applications is not deleted: 409 project_has_applications with the count', async () => {
    const project = await admin.givenProject(suite.id, { name: 'Busy' });
    await admin.givenApplication(project, 'client_credentials');
    const answer = await admin.api('DELETE', `/projects/${project.id}`);
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'project_has_applications',
        count: 1,
        detail: 'Busy still has 1 application. Move or delete them first.',
      },
    });
    expect((await admin.api<Project>('GET', `/projects/${project.id}`)).body.applicationCount).toBe(1);
  });

  it('deletes an empty project', async () => {
    const project = await admin.givenProject(suite.id, { name: 'Fleeting' });
    expect((await admin.api('DELETE', `/projects/${project.id}`)).status).toBe(204);
    expect(await admin.api('GET', `/projects/${project.id}`)).toMatchObject({
      status: 404,
      body: { code: 'project_not_found' },
    });
    expect((await admin.api<Page<Project>>('GET', '/projects?q=fleeting')).body.total).toBe(0);
  });

  it('an application that is created while its project is deleted: either or, never a 500 or an orphan', async () => {
    for (let round = 0; round < 5; round += 1) {
      const project = await admin.givenProject(suite.id);
      const [made, deleted] = await Promise.all([
        admin.api('POST', '/applications', {
          suiteId: suite.id,
          projectId: project.id,
          name: 'Quick',
          authenticatorType: 'client_credentials',
        }),
        admin.api('DELETE', `/projects/${project.id}`),
      ]);
      if (made.status === 201)
        expect(deleted).toMatchObject({ status: 409, body: { code: 'project_has_applications', count: 1 } });
      else {
        expect(made).toMatchObject({
          status: 422,
          body: { errors: [{ field: 'projectId', code: 'project_not_found' }] },
        });
        expect(deleted.status).toBe(204);
      }
    }
  });

  it('the project of the console is built in', async () => {
    const page = await admin.api<Page<Project>>('GET', '/projects?q=console');
    expect(await admin.api('DELETE', `/projects/${page.body.items[0]?.id}`)).toMatchObject({
      status: 409,
      body: { code: 'built_in' },
    });
  });

  it('lists the projects of one suite', async () => {
    const other = await admin.givenSuite();
    const project = await admin.givenProject(other.id);
    const page = await admin.api<Page<Project>>('GET', `/projects?suiteId=${other.id}`);
    expect(page.body.items.map((item) => item.id)).toEqual([project.id]);
    expect(page.body).toMatchObject({ total: 1, totalCapped: false, nextCursor: null });
  });
});
