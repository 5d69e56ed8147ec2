import type { Application, Secret } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer, testClient } from '../support/server.js';

let server: TestServer;
let admin: Admin;

// No person is an admin here: the bootstrap client is the only owner.
beforeAll(async () => {
  server = await startTestServer({ env: { TESSERA_ADMIN_EMAIL: '', TESSERA_ADMIN_PASSWORD: '' } });
  admin = createAdmin(server);
});
afterAll(() => server.close());

async function bootstrapClient(): Promise<Application> {
  const page = await admin.api<Page<Application>>('GET', `/applications?q=${testClient.clientId}`);
  const [application] = page.body.items;
  if (!application) throw new Error('no bootstrap client');
  return application;
}

describe('an application that is the last owner', () => {
  it('cannot be deleted, disabled, moved, changed in type or left without a secret: 409 last_owner', async () => {
    const application = await bootstrapClient();
    const path = `/applications/${application.id}`;
    const other = await admin.givenProject(application.suiteId);
    const [secret] = (await admin.api<Page<Secret>>('GET', `${path}/secrets`)).body.items;
    const attempts = [
      await admin.api('DELETE', path),
      await admin.api('PATCH', path, { status: 'disabled' }),
      await admin.api('PATCH', path, { projectId: other.id }),
      await admin.api('PATCH', path, { authenticatorType: 'user_credentials' }),
      await admin.api('DELETE', `${path}/secrets/${secret?.id}?confirmLast=true`),
    ];
    for (const attempt of attempts) expect(attempt).toMatchObject({ status: 409, body: { code: 'last_owner' } });
    expect(await bootstrapClient()).toEqual(application);
  });

  it('may be renamed, and its secret rotated', async () => {
    const { id } = await bootstrapClient();
    expect(await admin.api('PATCH', `/applications/${id}`, { name: 'Automation' })).toMatchObject({ status: 200 });
    expect(await admin.api('POST', `/applications/${id}/secrets`, { name: 'next' })).toMatchObject({ status: 201 });
  });
});
