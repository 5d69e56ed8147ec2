import type { Application } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, testRedirectUri } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let suite: Suite;
let project: Project;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'Shop', slug: 'shop' });
  project = await admin.givenProject(suite.id, { name: 'Web' });
});
afterAll(() => server.close());

describe('updating applications', () => {
  it('M2: changes what was sent and nothing else', async () => {
    const made = await admin.givenApplication(project, 'authorization_flow', { description: 'Old' });
    const answer = await admin.api<Application>('PATCH', `/applications/${made.id}`, {
      redirectUris: ['https://new.example/cb'],
      allowedOrigins: ['https://new.example'],
      description: null,
    });
    const { clientSecret, ...stored } = made;
    expect(answer.body).toEqual({
      ...stored,
      redirectUris: ['https://new.example/cb'],
      allowedOrigins: ['https://new.example'],
      description: '',
      updatedAt: expect.any(Number),
      version: 2,
    });
    expect(answer.headers.get('etag')).toBe('"2"');
  });

  it('M6: refresh must be greater than access, checked on the whole; nothing is saved', async () => {
    const made = await admin.givenApplication(project, 'client_credentials', {
      accessTokenLifespan: 600,
      refreshTokenLifespan: 1200,
    });
    for (const patch of [{ accessTokenLifespan: 1200 }, { refreshTokenLifespan: 600 }]) {
      const answer = await admin.api('PATCH', `/applications/${made.id}`, patch);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'refreshTokenLifespan', code: 'lifespan_order' }] },
      });
    }
    expect((await admin.api<Application>('GET', `/applications/${made.id}`)).body).toMatchObject({
      accessTokenLifespan: 600,
      refreshTokenLifespan: 1200,
      version: 1,
    });
    expect(
      await admin.api('PATCH', `/applications/${made.id}`, { accessTokenLifespan: 1200, refreshTokenLifespan: 1201 }),
    ).toMatchObject({ status: 200 });
  });

  it('two life spans changed at once cannot pass each other', async () => {
    const made = await admin.givenApplication(project, 'client_credentials', {
      accessTokenLifespan: 100,
      refreshTokenLifespan: 1000,
    });
    const answers = await Promise.all([
      admin.api('PATCH', `/applications/${made.id}`, { accessTokenLifespan: 800 }),
      admin.api('PATCH', `/applications/${made.id}`, { refreshTokenLifespan: 500 }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
  });

  it('moves to another project of the suite only', async () => {
    const made = await admin.givenApplication(project, 'client_credentials', { name: 'Mover' });
    const second = await admin.givenProject(suite.id, { name: 'Second' });
    const moved = await admin.api<Application>('PATCH', `/applications/${made.id}`, { projectId: second.id });
    expect(moved.body).toMatchObject({ projectId: second.id, projectName: 'Second', clientId: made.clientId });
    const foreign = await admin.givenProject((await admin.givenSuite()).id);
    expect((await admin.api('PATCH', `/applications/${made.id}`, { projectId: foreign.id })).body.errors).toMatchObject(
      [{ field: 'projectId', code: 'project_not_in_suite' }],
    );
    const rival = await admin.givenApplication(project, 'client_credentials', { name: 'Rival' });
    await admin.givenApplication(second, 'client_credentials', { name: 'Rival' });
    expect(await admin.api('PATCH', `/applications/${rival.id}`, { projectId: second.id })).toMatchObject({
      status: 409,
      body: { code: 'name_taken' },
    });
  });

  it('the suite, the client id and the id are fixed: 422 unknown_field', async () => {
    const made = await admin.givenApplication(project, 'client_credentials');
    for (const field of ['suiteId', 'clientId', 'id', 'builtIn', 'version'])
      expect((await admin.api('PATCH', `/applications/${made.id}`, { [field]: made.id })).body.errors).toMatchObject([
        { field, code: 'unknown_field' },
      ]);
  });

  it('two changes with one If-Match: one wins, the other is 412', async () => {
    const made = await admin.givenApplication(project, 'client_credentials');
    const answers = await Promise.all(
      ['a', 'b'].map((description) =>
        admin.api('PATCH', `/applications/${made.id}`, { description }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('without If-Match, concurrent changes of different fields are all kept', async () => {
    const made = await admin.givenApplication(project, 'client_credentials');
    const patches = [
      { description: 'kept' },
      { accessTokenLifespan: 777 },
      { access: 'everyone' },
      { refreshTokenLifespan: 7777 },
    ];
    const answers = await Promise.all(patches.map((patch) => admin.api('PATCH', `/applications/${made.id}`, patch)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await admin.api('GET', `/applications/${made.id}`)).body).toMatchObject({
      ...Object.assign({}, ...patches),
      version: 5,
    });
  });
});

describe('deleting applications', () => {
  it('M3: an application with users is not deleted: 409 application_has_users with the count', async () => {
    const made = await admin.givenApplication(project, 'user_credentials', { name: 'Used' });
    await admin.givenUser(made.id);
    await admin.givenUser(made.id);
    const answer = await admin.api('DELETE', `/applications/${made.id}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'application_has_users', count: 2 } });
    expect(answer.body.detail).toMatch(/^Can't delete Used\. It still has 2 application users\./);
    expect((await admin.api<Application>('GET', `/applications/${made.id}`)).body.userCount).toBe(2);
  });

  it('without users it is gone, and its secret is worth nothing', async () => {
    const made = await admin.givenApplication(project, 'client_credentials', { name: 'Ephemeral' });
    expect((await admin.api('DELETE', `/applications/${made.id}`, undefined, { 'if-match': '"1"' })).status).toBe(204);
    expect(await admin.api('GET', `/applications/${made.id}`)).toMatchObject({
      status: 404,
      body: { code: 'application_not_found' },
    });
    expect((await admin.api<Page<Application>>('GET', '/applications?q=ephemeral')).body.total).toBe(0);
    const token = await fetch(`${server.issuer('shop')}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: made.clientId,
        client_secret: made.clientSecret ?? '',
      }),
    });
    expect(token.status).toBe(401);
  });

  it('a user that is added while the application is deleted: either or, never a 500 or an orphan', async () => {
    for (let round = 0; round < 5; round += 1) {
      const made = await admin.givenApplication(project, 'user_credentials');
      const account = await admin.givenAccount(suite.id);
      const [added, deleted] = await Promise.all([
        admin.api('POST', `/applications/${made.id}/users`, { accountId: account.id }),
        admin.api('DELETE', `/applications/${made.id}`),
      ]);
      if (added.status === 201)
        expect(deleted).toMatchObject({ status: 409, body: { code: 'application_has_users', count: 1 } });
      else {
        expect(added).toMatchObject({ status: 404, body: { code: 'application_not_found' } });
        expect(deleted.status).toBe(204);
      }
    }
  });

  it('the console is built in: not deleted, not disabled, not moved; its life spans may change', async () => {
    const page = await admin.api<Page<Application>>('GET', '/applications?q=console');
    const console = page.body.items.find((item) => item.clientId === 'console');
    expect(console).toMatchObject({ builtIn: true });
    const path = `/applications/${console?.id}`;
    expect(await admin.api('DELETE', path)).toMatchObject({ status: 409, body: { code: 'built_in' } });
    for (const patch of [
      { status: 'disabled' },
      { redirectUris: [testRedirectUri] },
      { authenticatorType: 'authorization_flow' },
      { access: 'assigned' },
    ])
      expect(await admin.api('PATCH', path, patch)).toMatchObject({ status: 409, body: { code: 'built_in' } });
    expect(await admin.api('PATCH', path, { accessTokenLifespan: 600 })).toMatchObject({ status: 200 });
  });
});
