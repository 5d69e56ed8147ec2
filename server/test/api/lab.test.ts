import type { LabTokenRequest, TokenResponse } from '@tessera/contract/lab';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf, type Person, send, startWorld, type World } from '../oauth/requests.js';
import type { ApiAnswer, GivenApplication } from '../support/admin.js';
import { testAdmin } from '../support/server.js';

let world: World;
let backEnd: GivenApplication;
let web: GivenApplication;
let ana: Person & { accountId: string };

beforeAll(async () => {
  world = await startWorld();
  backEnd = await world.admin.givenApplication(world.project, 'user_credentials', { access: 'everyone' });
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ana = await world.admin.givenUser(backEnd.id);
});
afterAll(() => world.close());

const token = (body: LabTokenRequest, app = backEnd): Promise<ApiAnswer<{ token: TokenResponse; trace: unknown }>> =>
  world.admin.api('POST', `/applications/${app.id}/lab/token`, body);

describe('RFC 8693 §4.1: a token made in the console', () => {
  test('names the person it is about, and the admin who made it; nobody signed in', async () => {
    const { status, body } = await token({ email: ana.email, scope: 'openid' });
    expect(status).toBe(200);
    for (const jwt of [body.token.access_token, body.token.id_token]) {
      const claims = claimsOf(jwt);
      expect(claims).toMatchObject({ sub: ana.accountId, act: { sub: expect.stringMatching(/./) } });
      expect(claims).not.toHaveProperty('auth_time');
      expect(claims).not.toHaveProperty('amr');
      expect(claims).not.toHaveProperty('acr');
    }
    const introspected = await world.as<Record<string, unknown>>(backEnd, '/introspect', {
      token: body.token.access_token,
    });
    expect(introspected.body).toMatchObject({ active: true, act: claimsOf(body.token.access_token).act });
  });

  test('a refresh keeps the admin in it', async () => {
    const { body } = await token({ email: ana.email, scope: 'openid' });
    const refresh = { grant_type: 'refresh_token', refresh_token: body.token.refresh_token ?? '' };
    const again = await world.as(backEnd, '/token', refresh);
    expect(claimsOf(again.body.access_token).act).toEqual(claimsOf(body.token.access_token).act);
  });

  test('domain rule 10: is audited, and kept nowhere in the clear', async () => {
    const { body } = await token({ email: ana.email });
    const { body: events } = await world.admin.api<Page<AuditEvent>>('GET', '/audit-events?limit=1');
    expect(events.items[0]).toMatchObject({ action: 'lab.token_issued' });
    expect(JSON.stringify(events)).not.toContain(body.token.access_token.slice(-40));
    expect(JSON.stringify((body as { trace: unknown }).trace)).not.toContain(backEnd.clientSecret);
  });

  test('is worth nothing at the management API, even for an admin’s own account', async () => {
    const { body: systems } = await world.admin.api<Page<{ id: string; slug: string }>>('GET', '/suites?q=system');
    const system = systems.items.find(({ slug }) => slug === 'system');
    const { body: projects } = await world.admin.api<Page<{ id: string; suiteId: string }>>(
      'GET',
      `/projects?suiteId=${system?.id}`,
    );
    const project = projects.items[0];
    if (!project) throw new Error('The built-in suite has no project');
    const made = await world.admin.api<GivenApplication>('POST', '/applications', {
      suiteId: project.suiteId,
      projectId: project.id,
      name: 'Lab of the admins',
      authenticatorType: 'user_credentials',
      access: 'everyone',
    });
    expect(made.status).toBe(201);
    const { status, body } = await token({ email: testAdmin.email, resource: `${world.server.url}/api` }, made.body);
    expect(status).toBe(200);
    const call = await send(`${world.server.url}/api/v1/suites`, {
      headers: { authorization: `Bearer ${body.token.access_token}` },
    });
    expect(call.status).toBe(403);
  });

  test('is refused for a person who may not use the application', async () => {
    await world.admin.api('PATCH', `/accounts/${ana.accountId}`, { status: 'disabled' });
    const answer = await token({ email: ana.email });
    await world.admin.api('PATCH', `/accounts/${ana.accountId}`, { status: 'active' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toHaveProperty('token');
  });

  test('is made for User Credentials only: other types need the password or a code', async () => {
    expect((await token({ email: ana.email }, web)).status).toBeGreaterThanOrEqual(400);
  });
});
