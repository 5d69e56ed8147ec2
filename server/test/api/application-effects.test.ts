import type { Application, ApplicationWithSecret, Secret, TypeChange } from '@tessera/contract/applications';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
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
  const suite = await admin.givenSuite({ slug: 'shop' });
  project = await admin.givenProject(suite.id);
});
afterAll(() => server.close());

interface Tokens {
  status: number;
  access_token: string;
  refresh_token: string;
  error?: string;
}

async function askToken(application: GivenApplication, parameters: Record<string, string>): Promise<Tokens> {
  const answer = await fetch(`${server.issuer('shop')}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: application.clientId,
      client_secret: application.clientSecret ?? '',
      ...parameters,
    }),
  });
  return { status: answer.status, ...((await answer.json()) as Omit<Tokens, 'status'>) };
}

async function givenSignedIn() {
  const application = await admin.givenApplication(project, 'user_credentials');
  const user = await admin.givenUser(application.id);
  const signIn = () =>
    askToken(application, { grant_type: 'password', username: user.email, password: user.password, scope: 'openid' });
  const tokens = await signIn();
  expect(tokens.status).toBe(200);
  const refresh = (token = tokens.refresh_token) =>
    askToken(application, { grant_type: 'refresh_token', refresh_token: token });
  return { application, user, tokens, signIn, refresh };
}

describe('what a change of an application does at once', () => {
  it('rule 9: disabling it ends its refresh tokens; enabling does not bring them back', async () => {
    const { application, refresh, signIn } = await givenSignedIn();
    expect(await admin.api('PATCH', `/applications/${application.id}`, { status: 'disabled' })).toMatchObject({
      status: 200,
    });
    expect((await signIn()).status).not.toBe(200);
    await admin.api('PATCH', `/applications/${application.id}`, { status: 'active' });
    expect(await refresh()).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await signIn()).status).toBe(200);
  });

  it('M5b: a user that is toggled off gets no tokens, toggled on again', async () => {
    const { application, user, refresh, signIn } = await givenSignedIn();
    const path = `/applications/${application.id}/users/${user.id}`;
    expect(await admin.api('PATCH', path, { enabled: false }, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      body: { enabled: false, version: 2 },
    });
    expect((await signIn()).status).toBe(400);
    expect(await admin.api('PATCH', path, { enabled: true }, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await admin.api('PATCH', path, { enabled: true })).toMatchObject({ body: { enabled: true, version: 3 } });
    expect(await refresh()).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await signIn()).status).toBe(200);
  });

  it('a user that is removed keeps the account and loses the grants', async () => {
    const { application, user, refresh } = await givenSignedIn();
    expect((await admin.api('DELETE', `/applications/${application.id}/users/${user.id}`)).status).toBe(204);
    expect((await admin.api('GET', `/accounts/${user.accountId}`)).status).toBe(200);
    const again = await admin.api('POST', `/applications/${application.id}/users`, { accountId: user.accountId });
    expect(again.status).toBe(201);
    expect(await refresh()).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('ends every refresh token on request and says how many', async () => {
    const { application, refresh, signIn } = await givenSignedIn();
    await signIn();
    const answer = await admin.api('POST', `/applications/${application.id}/revoke-refresh-tokens`);
    expect(answer).toMatchObject({ status: 200, body: { revoked: 2 } });
    expect((await refresh()).status).toBe(400);
    expect(await admin.api('POST', `/applications/${application.id}/revoke-refresh-tokens`, {})).toMatchObject({
      body: { revoked: 0 },
    });
  });
});

describe('changing the authenticator type (rule 2)', () => {
  it('foretells the effects and changes nothing', async () => {
    const { application, refresh } = await givenSignedIn();
    const answer = await admin.api<TypeChange>(
      'GET',
      `/applications/${application.id}/type-change?to=authorization_pkce_flow`,
    );
    expect(answer.body).toEqual({
      from: 'user_credentials',
      to: 'authorization_pkce_flow',
      refreshTokensRevoked: 1,
      secretIssued: false,
      secretsDropped: 1,
      redirectUriRequired: true,
    });
    expect((await refresh()).status).toBe(200);
    const same = await admin.api<TypeChange>('GET', `/applications/${application.id}/type-change?to=user_credentials`);
    expect(same.body).toMatchObject({
      refreshTokensRevoked: 0,
      secretsDropped: 0,
      secretIssued: false,
      redirectUriRequired: false,
    });
    expect((await admin.api('GET', `/applications/${application.id}/type-change`)).body.errors).toMatchObject([
      { field: 'to', code: 'required' },
    ]);
  });

  it('needs a redirect URL where the new type sends people to one; nothing changes without', async () => {
    const { application, refresh } = await givenSignedIn();
    const answer = await admin.api('PATCH', `/applications/${application.id}`, {
      authenticatorType: 'authorization_flow',
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'redirectUris', code: 'redirect_required' }] },
    });
    expect((await refresh()).status).toBe(200);
  });

  it('to public: grants end and secrets are revoked; back to confidential: a first secret, shown once', async () => {
    const { application, refresh } = await givenSignedIn();
    const path = `/applications/${application.id}`;
    const toPublic = await admin.api<ApplicationWithSecret>('PATCH', path, {
      authenticatorType: 'authorization_pkce_flow',
      redirectUris: ['https://a.example/cb'],
    });
    expect(toPublic.status).toBe(200);
    expect(toPublic.body).not.toHaveProperty('clientSecret');
    const secrets = await admin.api<Page<Secret>>('GET', `${path}/secrets`);
    expect(secrets.body.items.map((secret) => secret.status)).toEqual(['revoked']);

    const back = await admin.api<ApplicationWithSecret>('PATCH', path, { authenticatorType: 'user_credentials' });
    expect(back.body.clientSecret).toMatch(/^tes_cs_/);
    expect((await admin.api<Application>('GET', path)).body).not.toHaveProperty('clientSecret');
    expect((await refresh()).status).not.toBe(200);
    const renewed = { ...application, clientSecret: back.body.clientSecret ?? '' };
    expect(
      await askToken(renewed, { grant_type: 'password', username: 'x@example.com', password: 'wrong' }),
    ).toMatchObject({ error: 'invalid_grant' });

    const events = await admin.api<Page<AuditEvent>>(
      'GET',
      `/audit-events?targetId=${application.id}&action=application.updated`,
    );
    expect(events.body.items.at(-1)?.changes).toMatchObject({
      authenticatorType: { from: 'user_credentials', to: 'authorization_pkce_flow' },
      grantsEnded: 1,
      secretsRevoked: 1,
    });
    expect(JSON.stringify(events.body)).not.toContain(back.body.clientSecret);
  });

  it('between confidential types the secret stays and the grants end', async () => {
    const { application, refresh } = await givenSignedIn();
    const answer = await admin.api<ApplicationWithSecret>('PATCH', `/applications/${application.id}`, {
      authenticatorType: 'authorization_flow',
      redirectUris: ['https://a.example/cb'],
    });
    expect(answer.body).not.toHaveProperty('clientSecret');
    expect(await refresh()).toMatchObject({ status: 400, error: 'invalid_grant' });
  });
});
