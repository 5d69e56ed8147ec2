import type { ApplicationUser } from '@tessera/contract/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import {
  expectRefused,
  type Person,
  redemption,
  requestOf,
  startWorld,
  type TokenBody,
  type World,
} from './requests.js';

let world: World;
let web: GivenApplication;
let backEnd: GivenApplication;
let user: Person & { id: string; accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow');
  backEnd = await world.admin.givenApplication(world.project, 'user_credentials');
});
afterAll(() => world.close());

beforeEach(async () => {
  user = await world.admin.givenUser(web.id);
  await assign(backEnd);
  browser = await world.signedIn(web, user);
});

async function assign(app: GivenApplication): Promise<string> {
  const path = `/applications/${app.id}/users`;
  const answer = await world.admin.api<ApplicationUser>('POST', path, { accountId: user.accountId });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function patch(path: string, change: object): Promise<void> {
  expect((await world.admin.api('PATCH', path, change)).status).toBe(200);
}

const refresh = (token = '', app = web) =>
  world.as(app, '/token', { grant_type: 'refresh_token', refresh_token: token });
const signIn = (password = user.password) =>
  world.as(backEnd, '/token', { grant_type: 'password', username: user.email, password, scope: 'openid' });

/** Checks that userinfo and introspection refuse a token from now on. */
async function expectDead({ access_token, refresh_token }: TokenBody, asker = web): Promise<void> {
  const answer = await world.userinfo(access_token);
  expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
  for (const token of [access_token, refresh_token ?? '']) {
    const { body } = await world.as<{ active: boolean }>(asker, '/introspect', { token });
    expect(body).toEqual({ active: false });
  }
}

/** Checks that refresh tokens from before are refused for good. */
async function expectRevoked({ refresh_token }: TokenBody, app = web): Promise<void> {
  const said = { status: 400, error: 'invalid_grant', row: { rule: 'refresh.revoked', applicationId: app.id } };
  await expectRefused(world, await refresh(refresh_token, app), said);
}

describe('domain rule 9: disabling ends what was issued, at once', () => {
  test('an application user: no more tokens for this application; other applications go on', async () => {
    const [tokens, code] = [await world.tokensFor(browser, web), await world.codeFor(browser, web)];
    const elsewhere = (await signIn()).body;
    await patch(`/applications/${web.id}/users/${user.id}`, { enabled: false });

    await expectDead(tokens);
    await expectRevoked(tokens);
    expect((await world.as(web, '/token', redemption(code))).body.error).toBe('invalid_grant');
    const silent = await world.authorize(browser, web, { prompt: 'none' });
    expect([silent.get('error'), silent.has('code')]).toEqual(['access_denied', false]);
    const page = await browser.open(authorizeUrl(world.issuer, requestOf(web)));
    expect([page.left, page.status]).toEqual([false, 200]);
    expect(page.html).toContain(`You don't have access to ${web.name}.`);
    expect((await refresh(elsewhere.refresh_token, backEnd)).status).toBe(200);

    await patch(`/applications/${web.id}/users/${user.id}`, { enabled: true });
    await expectRevoked(tokens);
    await expectDead(tokens);
    expect((await world.as(web, '/token', redemption(code))).body.error).toBe('invalid_grant');
    const again = await world.tokensFor(browser, web);
    expect((await world.userinfo(again.access_token)).status).toBe(200);
  });

  test('an application user of a User Credentials application (manual M5b): the toggle', async () => {
    const assigned = await world.admin.api<{ items: ApplicationUser[] }>(
      'GET',
      `/applications/${backEnd.id}/users?limit=100`,
    );
    const row = assigned.body.items.find(({ accountId }) => accountId === user.accountId);
    const tokens = (await signIn()).body;
    await patch(`/applications/${backEnd.id}/users/${row?.id}`, { enabled: false });
    await expectDead(tokens, backEnd);
    await expectRevoked(tokens, backEnd);
    await expectRefused(world, await signIn(), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'user.disabled', applicationId: backEnd.id, expected: 'an enabled application user' },
    });
    await patch(`/applications/${backEnd.id}/users/${row?.id}`, { enabled: true });
    expect((await signIn()).status).toBe(200);
    await expectRevoked(tokens, backEnd);
  });

  test('an application user that is removed, and added again', async () => {
    const tokens = await world.tokensFor(browser, web);
    expect((await world.admin.api('DELETE', `/applications/${web.id}/users/${user.id}`)).status).toBe(204);
    await expectDead(tokens);
    await expectRevoked(tokens);
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('access_denied');
    await assign(web);
    await expectRevoked(tokens);
    expect((await world.tokensFor(browser, web)).access_token).toBeTruthy();
  });

  test('an account: in every application, with its sessions', async () => {
    const [tokens, code, others] = [
      await world.tokensFor(browser, web),
      await world.codeFor(browser, web),
      (await signIn()).body,
    ];
    await patch(`/accounts/${user.accountId}`, { status: 'disabled' });

    await expectDead(tokens);
    await expectDead(others, backEnd);
    await expectRevoked(tokens);
    await expectRevoked(others, backEnd);
    expect((await world.as(web, '/token', redemption(code))).body.error).toBe('invalid_grant');
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('login_required');
    await expectRefused(world, await signIn(), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'user.disabled', expected: 'an active account' },
    });

    await patch(`/accounts/${user.accountId}`, { status: 'active' });
    await expectRevoked(tokens);
    // The session has ended for good; a new sign-in is needed, and possible.
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('login_required');
    const again = await world.tokensFor(await world.signedIn(web, user), web);
    expect((await refresh(again.refresh_token)).status).toBe(200);
  });

  test('an account that is disabled: the sign-in page tells it only to who knows the password', async () => {
    await patch(`/accounts/${user.accountId}`, { status: 'disabled' });
    const own = createBrowser(world.server.url);
    const page = await own.open(authorizeUrl(world.issuer, requestOf(web)));
    const wrong = await own.submit(page, { email: user.email, password: 'wrong' });
    expect([wrong.status, wrong.html.includes('disabled')]).toEqual([401, false]);
    const right = await own.submit(page, { email: user.email, password: user.password });
    expect([right.status, right.html.includes('Your account is disabled.')]).toEqual([403, true]);
    expect((await world.authorize(own, web, { prompt: 'none' })).get('error')).toBe('login_required');
  });

  test('an account with a new password: its sessions and grants end, and the old password does', async () => {
    const tokens = await world.tokensFor(browser, web);
    await patch(`/accounts/${user.accountId}`, { password: 'another long pass phrase' });
    await expectDead(tokens);
    await expectRevoked(tokens);
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('login_required');
    const said = { status: 400, error: 'invalid_grant', row: { rule: 'user.credentials' } };
    await expectRefused(world, await signIn(), said);
    expect((await signIn('another long pass phrase')).status).toBe(200);
  });

  test('an account that is deleted: nothing of it works any more', async () => {
    const [tokens, code] = [await world.tokensFor(browser, web), await world.codeFor(browser, web)];
    expect((await world.admin.api('DELETE', `/accounts/${user.accountId}`)).status).toBe(204);
    await expectDead(tokens);
    await expectRefused(world, await refresh(tokens.refresh_token), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'refresh.unknown' },
    });
    await expectRefused(world, await world.as(web, '/token', redemption(code)), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'code.unknown' },
    });
    expect((await world.authorize(browser, web, { prompt: 'none' })).get('error')).toBe('login_required');
    await expectRefused(world, await signIn(), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'user.credentials' },
    });
  });

  test('an application: no token of it is accepted, no code is swapped, nobody is sent there', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const [tokens, code] = [await world.tokensFor(browser, app), await world.codeFor(browser, app)];
    await patch(`/applications/${app.id}`, { status: 'disabled' });
    await expectDead(tokens);
    for (const answer of [await refresh(tokens.refresh_token, app), await world.as(app, '/token', redemption(code))])
      await expectRefused(world, answer, {
        status: 400,
        error: 'unauthorized_client',
        row: { rule: 'client.disabled', applicationId: app.id },
      });
    const page = await browser.open(authorizeUrl(world.issuer, requestOf(app, { prompt: 'none' })));
    expect([page.left, page.status]).toEqual([false, 400]);

    await patch(`/applications/${app.id}`, { status: 'active' });
    await expectRevoked(tokens, app);
    expect((await world.as(app, '/token', redemption(code))).body.error).toBe('invalid_grant');
    expect((await world.userinfo((await world.tokensFor(browser, app)).access_token)).status).toBe(200);
  });

  test('a Client Credentials application: its own token, which has no grant, is refused as well', async () => {
    const service = await world.admin.givenApplication(world.project, 'client_credentials');
    const { access_token } = (await world.as(service, '/token', { grant_type: 'client_credentials' })).body;
    const ask = async () =>
      (await world.as<{ active: boolean }>(web, '/introspect', { token: access_token })).body.active;
    expect(await ask()).toBe(true);
    await patch(`/applications/${service.id}`, { status: 'disabled' });
    expect(await ask()).toBe(false);
    await patch(`/applications/${service.id}`, { status: 'active' });
    expect((await world.as(service, '/token', { grant_type: 'client_credentials' })).status).toBe(200);
  });

  test('an application that is opened to assigned users only, for who is not assigned', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const tokens = await world.tokensFor(browser, app);
    await patch(`/applications/${app.id}`, { access: 'assigned' });
    expect((await world.userinfo(tokens.access_token)).status).toBe(401);
    await expectRefused(world, await refresh(tokens.refresh_token, app), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'user.not_assigned', applicationId: app.id },
    });
    await patch(`/applications/${app.id}`, { access: 'everyone' });
    expect((await refresh(tokens.refresh_token, app)).status).toBe(200);
  });

  test('an application that is deleted', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const tokens = await world.tokensFor(browser, app);
    expect((await world.admin.api('DELETE', `/applications/${app.id}`)).status).toBe(204);
    await expectDead(tokens);
    expect((await refresh(tokens.refresh_token, app)).body.error).toBe('invalid_client');
  });

  test('an access token in the opaque format, and of the other applications of the person', async () => {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      accessTokenFormat: 'opaque',
    });
    const id = await assign(app);
    const [mine, other] = [await world.tokensFor(browser, app), await world.tokensFor(browser, web)];
    await patch(`/applications/${app.id}/users/${id}`, { enabled: false });
    await expectDead(mine);
    expect((await world.userinfo(other.access_token)).status).toBe(200);
    await patch(`/applications/${app.id}/users/${id}`, { enabled: true });
    await expectDead(mine);
  });
});
