import type { Page } from '@tessera/contract/list';
import type { AuditEvent, Overview, Refusal } from '@tessera/contract/monitor';
import type { Suite } from '@tessera/contract/suites';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Admin, createAdmin, type GivenApplication } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let admin: Admin;

beforeEach(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
});
afterEach(() => server.close());

const overview = async () => (await admin.api<Overview>('GET', '/overview')).body;

async function askToken(
  suite: Suite,
  application: GivenApplication,
  secret = application.clientSecret ?? '',
): Promise<Response> {
  return fetch(`${server.issuer(suite.slug)}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: application.clientId,
      client_secret: secret,
    }),
  });
}

describe('the overview', () => {
  it('counts what people made, not what is built in', async () => {
    const before = await overview();
    expect(before).toMatchObject({
      suites: 1,
      projects: 1,
      applications: 0,
      users: 0,
      tokensIssued: 0,
      refusedRequests: 0,
    });
    expect(before.steps).toEqual({
      suite: true,
      project: true,
      application: false,
      user: false,
      token: false,
      connected: false,
    });
    const suite = await admin.givenSuite();
    const application = await admin.givenApplication(await admin.givenProject(suite.id), 'client_credentials');
    await admin.givenAccount(suite.id);
    expect((await askToken(suite, application)).status).toBe(200);
    const after = await overview();
    expect(after).toMatchObject({
      suites: 2,
      projects: 2,
      applications: 1,
      users: 1,
      tokensIssued: 1,
      refusedRequests: 0,
    });
    expect(after.steps).toEqual({
      suite: true,
      project: true,
      application: true,
      user: true,
      token: true,
      connected: true,
    });
  });

  it('looks back over 24 hours', async () => {
    const suite = await admin.givenSuite();
    const application = await admin.givenApplication(await admin.givenProject(suite.id), 'client_credentials');
    await askToken(suite, application);
    await askToken(suite, application, 'wrong');
    expect(await overview()).toMatchObject({ tokensIssued: 1, refusedRequests: 1 });
    server.clock.advance(25 * 3600 + 1);
    expect(await overview()).toMatchObject({
      tokensIssued: 0,
      refusedRequests: 0,
      steps: { token: true, connected: true },
    });
  });

  it('tells what needs attention: *, secrets about to expire, failing applications, no second admin', async () => {
    const suite = await admin.givenSuite();
    const project = await admin.givenProject(suite.id);
    const open = await admin.givenApplication(project, 'client_credentials', { name: 'Open', allowedOrigins: ['*'] });
    const failing = await admin.givenApplication(project, 'client_credentials', { name: 'Failing' });
    for (let n = 0; n < 3; n += 1) await askToken(suite, failing, 'wrong');
    const soon = await admin.givenApplication(project, 'client_credentials', { name: 'Soon' });
    await admin.api('POST', `/applications/${soon.id}/secrets`, { name: 'short', expiresIn: 86_400 });
    const kinds = async () =>
      (await overview()).attention.map(({ kind, applicationName, count }) => [kind, applicationName, count]);
    expect(await kinds()).toEqual([
      ['refusals', 'Failing', 3],
      ['any_origin', 'Open', null],
      ['no_second_admin', null, 1],
    ]);

    // Now the short one is the last that lives: it matters that it expires.
    await admin.api('POST', `/applications/${soon.id}/secrets`, {
      name: 'next',
      expiresIn: 2 * 86_400,
      retireOthersIn: 3600,
    });
    const expiring = (await overview()).attention[0];
    expect(expiring).toMatchObject({
      kind: 'secret_expires',
      applicationId: soon.id,
      at: server.clock.now() + 2 * 86_400,
    });
    await admin.api('PATCH', `/applications/${open.id}`, { allowedOrigins: [] });
    expect((await kinds()).map(([kind]) => kind)).toEqual(['secret_expires', 'refusals', 'no_second_admin']);
  });
});

describe('the audit log (rule 14)', () => {
  it('has a row for every change: who, what, from and to, in which request', async () => {
    const made = await admin.api<Suite>('POST', '/suites', { name: 'Audited' });
    const changed = await admin.api<Suite>('PATCH', `/suites/${made.body.id}`, { name: 'Renamed' });
    await admin.api('DELETE', `/suites/${made.body.id}`);
    const { body } = await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${made.body.id}`);
    expect(body.items.map((event) => [event.action, event.targetName])).toEqual([
      ['suite.deleted', 'Renamed'],
      ['suite.updated', 'Renamed'],
      ['suite.created', 'Audited'],
    ]);
    expect(body.items[1]).toMatchObject({
      actorType: 'application',
      actorName: 'Bootstrap',
      targetType: 'suite',
      changes: { name: { from: 'Audited', to: 'Renamed' } },
      requestId: changed.headers.get('x-request-id'),
      address: expect.stringMatching(/127\.0\.0\.1|::1/),
      at: server.clock.now(),
    });
  });

  it('has none for a change that was refused', async () => {
    const suite = await admin.givenSuite({ name: 'Here' });
    const count = async () => (await admin.api<Page<AuditEvent>>('GET', '/audit-events?limit=1')).body.total;
    const before = await count();
    await admin.api('POST', '/suites', { name: 'here' });
    await admin.api('PATCH', `/suites/${suite.id}`, { name: 'There' }, { 'if-match': '"9"' });
    await admin.api('PATCH', `/suites/${suite.id}`, { name: 'Here' });
    expect(await count()).toBe(before);
  });

  it('holds no secret and no password', async () => {
    const project = await admin.givenProject((await admin.givenSuite()).id);
    const application = await admin.givenApplication(project, 'user_credentials');
    const added = await admin.api<{ clientSecret: string }>('POST', `/applications/${application.id}/secrets`, {
      name: 'second',
    });
    const user = await admin.givenUser(application.id, { password: 'a very secret pass phrase' });
    await admin.api('PATCH', `/accounts/${user.accountId}`, { password: 'another very secret phrase' });
    const log = JSON.stringify(await server.deps.db.selectFrom('auditEvents').selectAll().execute());
    for (const secret of [
      application.clientSecret,
      added.body.clientSecret,
      user.password,
      'another very secret',
      'argon2',
    ])
      expect(log).not.toContain(secret);
  });

  it('is filtered by action, and read in either direction', async () => {
    const suite = await admin.givenSuite();
    server.clock.advance(10);
    await admin.api('PATCH', `/suites/${suite.id}`, { description: 'x' });
    const actions = async (query: string) =>
      (await admin.api<Page<AuditEvent>>('GET', `/audit-events?${query}`)).body.items.map((event) => event.action);
    expect(await actions('action=suite.updated')).toEqual(['suite.updated']);
    expect(await actions(`q=${suite.id}`)).toEqual(['suite.updated', 'suite.created']);
    expect(await actions('q=suite.updated')).toEqual(['suite.updated']);
    expect(await actions(`targetId=${suite.id}&sort=at`)).toEqual(['suite.created', 'suite.updated']);
    const first = (await admin.api<Page<AuditEvent>>('GET', '/audit-events?limit=2')).body;
    const second = (await admin.api<Page<AuditEvent>>('GET', `/audit-events?limit=100&cursor=${first.nextCursor}`))
      .body;
    expect(first.items.length + second.items.length).toBe(first.total);
  });
});

describe('the refusals log (rule 14)', () => {
  it('has the rule, the reason and the application’s name; filters by each', async () => {
    const suite = await admin.givenSuite();
    const application = await admin.givenApplication(await admin.givenProject(suite.id), 'client_credentials', {
      name: 'Failing',
    });
    const answer = await askToken(suite, application, 'wrong');
    expect(answer.status).toBe(401);
    const requestId = answer.headers.get('x-request-id');
    for (const query of [
      `applicationId=${application.id}`,
      `suiteId=${suite.id}`,
      `requestId=${requestId}`,
      `q=${requestId}`,
    ]) {
      const { body } = await admin.api<Page<Refusal>>('GET', `/refusals?${query}`);
      expect(body.items).toMatchObject([
        { applicationName: 'Failing', error: 'invalid_client', suiteId: suite.id, requestId },
      ]);
      expect((await admin.api<Page<Refusal>>('GET', `/refusals?rule=${body.items[0]?.rule}`)).body.total).toBe(1);
    }
    expect((await admin.api<Page<Refusal>>('GET', '/refusals?rule=nothing')).body.total).toBe(0);
    await admin.api('DELETE', `/applications/${application.id}`);
    expect((await admin.api<Page<Refusal>>('GET', '/refusals')).body.items[0]).toMatchObject({
      applicationName: null,
      applicationId: application.id,
    });
  });
});
