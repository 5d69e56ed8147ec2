import type { Secret, SecretWithValue } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { Project } from '@tessera/contract/projects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, type GivenApplication } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;
let project: Project;

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  project = await admin.givenProject((await admin.givenSuite({ slug: 'shop' })).id);
});
afterAll(() => server.close());

const add = (application: GivenApplication, fields: object = {}) =>
  admin.api<SecretWithValue>('POST', `/applications/${application.id}/secrets`, { name: 'Added', ...fields });

async function statuses(application: GivenApplication): Promise<string[]> {
  return (await admin.api<Page<Secret>>('GET', `/applications/${application.id}/secrets`)).body.items.map(
    (secret) => secret.status,
  );
}

async function works(application: GivenApplication, secret = application.clientSecret ?? ''): Promise<boolean> {
  const answer = await fetch(`${server.issuer('shop')}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: application.clientId,
      client_secret: secret,
    }),
  });
  return answer.ok;
}

describe('client secrets (rule 12)', () => {
  it('are shown once; the list has a hint, who made it and the last use', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const answer = await add(application, { name: 'CI', expiresIn: 3600 });
    expect(answer.status).toBe(201);
    const { clientSecret, ...secret } = answer.body;
    expect(clientSecret).toMatch(/^tes_cs_[\w-]{43}$/);
    expect(secret).toMatchObject({
      name: 'CI',
      hint: `${clientSecret.slice(0, 11)}…${clientSecret.slice(-4)}`,
      status: 'active',
      createdBy: 'Bootstrap',
      expiresAt: server.clock.now() + 3600,
      lastUsedAt: null,
    });
    expect(answer.headers.get('location')).toBe(
      `${server.url}/api/v1/applications/${application.id}/secrets/${secret.id}`,
    );
    expect(await works(application, clientSecret)).toBe(true);
    const list = await admin.api<Page<Secret>>('GET', `/applications/${application.id}/secrets`);
    expect(list.body.total).toBe(2);
    expect(list.body.items.find((item) => item.id === secret.id)).toEqual({
      ...secret,
      lastUsedAt: server.clock.now(),
    });
    expect(JSON.stringify(list.body)).not.toContain(clientSecret);
  });

  it('several work at once; a revoked one stops at once', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const second = (await add(application)).body;
    expect([await works(application), await works(application, second.clientSecret)]).toEqual([true, true]);
    expect((await admin.api('DELETE', `/applications/${application.id}/secrets/${second.id}`)).status).toBe(204);
    expect([await works(application), await works(application, second.clientSecret)]).toEqual([true, false]);
    expect((await admin.api('DELETE', `/applications/${application.id}/secrets/${second.id}`)).status).toBe(204);
    expect(await statuses(application)).toEqual(['active', 'revoked']);
  });

  it('an expired one does not work and does not count', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const short = (await add(application, { expiresIn: 60 })).body;
    server.clock.advance(60);
    expect(await works(application, short.clientSecret)).toBe(false);
    expect(await statuses(application)).toEqual(['active', 'expired']);
  });

  it('at most five are active: 409 secret_limit, also for requests at once', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const answers = await Promise.all(Array.from({ length: 6 }, () => add(application)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 201, 201, 409, 409]);
    expect(await add(application)).toMatchObject({ status: 409, body: { code: 'secret_limit', count: 5 } });
    expect((await statuses(application)).length).toBe(5);
  });

  it('rotation: the others live on for the overlap, no longer; a full set can be rotated', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const next = (await add(application, { retireOthersIn: 3600 })).body;
    expect([await works(application), await works(application, next.clientSecret)]).toEqual([true, true]);
    server.clock.advance(3600);
    expect([await works(application), await works(application, next.clientSecret)]).toEqual([false, true]);

    for (let n = 0; n < 4; n += 1) await add(application);
    expect(await add(application)).toMatchObject({ status: 409 });
    const now = (await add(application, { retireOthersIn: 0 })).body;
    expect([await works(application, next.clientSecret), await works(application, now.clientSecret)]).toEqual([
      false,
      true,
    ]);
  });

  it('an overlap does not lengthen a life that is shorter', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const short = (await add(application, { expiresIn: 100 })).body;
    await add(application, { retireOthersIn: 3600 });
    const list = await admin.api<Page<Secret>>('GET', `/applications/${application.id}/secrets`);
    expect(list.body.items.find((secret) => secret.id === short.id)?.expiresAt).toBe(short.expiresAt);
  });

  it('revoking the last one wants to be confirmed: 409 secret_last', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const [only] = (await admin.api<Page<Secret>>('GET', `/applications/${application.id}/secrets`)).body.items;
    const path = `/applications/${application.id}/secrets/${only?.id}`;
    expect(await admin.api('DELETE', path)).toMatchObject({ status: 409, body: { code: 'secret_last' } });
    expect(await admin.api('DELETE', `${path}?confirmLast=false`)).toMatchObject({ status: 409 });
    expect(await works(application)).toBe(true);
    expect((await admin.api('DELETE', `${path}?confirmLast=true`)).status).toBe(204);
    expect(await works(application)).toBe(false);
  });

  it('two that are the last two cannot both be revoked at once without confirmation', async () => {
    const application = await admin.givenApplication(project, 'client_credentials');
    await add(application);
    const { items } = (await admin.api<Page<Secret>>('GET', `/applications/${application.id}/secrets`)).body;
    const answers = await Promise.all(
      items.map((secret) => admin.api('DELETE', `/applications/${application.id}/secrets/${secret.id}`)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 409]);
  });

  it('a public client has none: 409 secret_not_used', async () => {
    const application = await admin.givenApplication(project, 'authorization_pkce_flow');
    expect(await add(application)).toMatchObject({ status: 409, body: { code: 'secret_not_used' } });
  });

  it('a secret of another application is not found', async () => {
    const [mine, other] = [
      await admin.givenApplication(project, 'client_credentials'),
      await admin.givenApplication(project, 'client_credentials'),
    ];
    const [secret] = (await admin.api<Page<Secret>>('GET', `/applications/${other.id}/secrets`)).body.items;
    const answer = await admin.api('DELETE', `/applications/${mine.id}/secrets/${secret?.id}?confirmLast=true`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'secret_not_found' } });
    expect(await works(other)).toBe(true);
  });

  it.each([
    [{ name: '' }, 'name', 'required'],
    [{ expiresIn: 59 }, 'expiresIn', 'invalid'],
    [{ expiresIn: 1.5 }, 'expiresIn', 'not_integer'],
    [{ retireOthersIn: -1 }, 'retireOthersIn', 'invalid'],
    [{ retireOthersIn: 604_801 }, 'retireOthersIn', 'invalid'],
    [{ value: 'mine' }, 'value', 'unknown_field'],
  ])('refuses %j', async (fields, field, code) => {
    const application = await admin.givenApplication(project, 'client_credentials');
    const answer = await add(application, fields);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field, code }] } });
    expect((await statuses(application)).length).toBe(1);
  });
});
