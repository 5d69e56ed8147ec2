import type { SignedOut } from '@tessera/contract/accounts';
import type { Page } from '@tessera/contract/list';
import type { LogoutDelivery } from '@tessera/contract/logout-deliveries';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeDeps, createDeps, type Deps } from '../../src/deps.js';
import { deliverLogouts } from '../../src/jobs/deliver-logout.js';
import type { GivenApplication } from '../support/admin.js';
import { type Browser, createBrowser } from '../support/browser-flow.js';
import { type Listener, type LocalTrust, listen, makeLocalTrust } from '../support/listener.js';
import { applicationOf, registered, setRegistration, signInAndAgree } from './registrations.js';
import { claimsOf, form, type Person, requestOf, send, startWorld, type TokenBody, type World } from './requests.js';

let trust: LocalTrust;
let world: World;
let site: Listener;
let user: Person & { id: string };
let app: GivenApplication;

const back = 'https://client.example.org/post_logout_redirect';

beforeAll(async () => {
  trust = makeLocalTrust();
  site = await listen(trust.certificate);
  world = await startWorld({ env: { ...trust.env, TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '10000' } });
  await setRegistration(world, 'open');
});
afterAll(async () => {
  await world.close();
  site.close();
  trust.remove();
});
beforeEach(async () => {
  site.received.splice(0);
  site.answer({});
  user = await world.admin.givenAccount(world.suite.id);
  app = await listening();
});
afterEach(async () => {
  // What a test left waiting is none of the next one's business.
  await world.server.deps.db.deleteFrom('logoutDeliveries').execute();
});

/** A client that registered itself for back-channel logout, as the certification suite does. */
async function listening(metadata: object = {}): Promise<GivenApplication> {
  const client = await registered(world, {
    grant_types: ['authorization_code', 'refresh_token'],
    backchannel_logout_uri: `${site.url}/backchannel_logout`,
    backchannel_logout_session_required: true,
    post_logout_redirect_uris: [back],
    ...metadata,
  });
  return applicationOf(world, client);
}

const deliver = () => deliverLogouts(world.server.deps);

async function signedIn(browser: Browser, client = app, params: Record<string, string> = {}): Promise<TokenBody> {
  const url = new URL(`${world.issuer}/authorize`);
  url.search = form({ response_type: 'code', scope: 'openid', ...requestOf(client, params) });
  const at = await signInAndAgree(browser, url, user);
  const code = at.searchParams.get('code') ?? '';
  const answer = await world.as(client, '/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUris[0] ?? '',
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

function signOut(browser: Browser, tokens: TokenBody) {
  const params = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: back, state: 's' };
  return browser.open(`${world.issuer}/logout?${form(params)}`);
}

async function deliveries(applicationId = app.id): Promise<LogoutDelivery[]> {
  const answer = await world.admin.api<Page<LogoutDelivery>>(
    'GET',
    `/logout-deliveries?applicationId=${applicationId}`,
  );
  expect(answer.status).toBe(200);
  return answer.body.items;
}

/** The logout token of a delivery, its signature checked by the published keys. */
async function verified(received: Listener['received'][number] | undefined, client = app) {
  const token = new URLSearchParams(received?.body).get('logout_token') ?? '';
  const jwks = (await send<JSONWebKeySet>(`${world.issuer}/jwks`, {})).body;
  const currentDate = new Date(world.server.clock.now() * 1000);
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: world.issuer,
    audience: client.clientId,
    currentDate,
  });
  return { token, payload };
}

describe('OpenID Connect Back-Channel Logout', () => {
  test('§2.5: a sign-out reaches the registered address by POST, as a form with logout_token alone', async () => {
    const browser = createBrowser(world.server.url);
    const tokens = await signedIn(browser);
    expect((await signOut(browser, tokens)).url.href).toBe(`${back}?state=s`);
    await deliver();
    expect(site.received).toHaveLength(1);
    const [received] = site.received;
    expect(received).toMatchObject({ method: 'POST', path: '/backchannel_logout' });
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(received?.body).keys()]).toEqual(['logout_token']);
    expect(await deliveries()).toMatchObject([
      {
        status: 'delivered',
        attempts: 1,
        lastError: null,
        nextAt: null,
        deliveredAt: world.server.clock.now(),
        accountId: user.id,
        accountEmail: user.email,
      },
    ]);
    await deliver();
    expect(site.received).toHaveLength(1);
  });

  test('§2.4: its claims: iss, aud, iat, exp, jti, events, the sub and sid of the ID token, and no nonce', async () => {
    const browser = createBrowser(world.server.url);
    const tokens = await signedIn(browser, app, { nonce: 'n-0S6_WzA2Mj' });
    await signOut(browser, tokens);
    await deliver();
    const { token, payload } = await verified(site.received[0]);
    const { sub, sid } = claimsOf(tokens.id_token);
    const now = world.server.clock.now();
    expect(payload).toEqual({
      iss: world.issuer,
      aud: app.clientId,
      iat: now,
      exp: now + 120,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sub,
      sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(sid).toEqual(expect.any(String));
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt', kid: expect.any(String) });
  });

  test('§2.4: in the algorithm of the ID tokens, with the pairwise sub where that was registered', async () => {
    app = await listening({ id_token_signed_response_alg: 'ES256', subject_type: 'pairwise' });
    const browser = createBrowser(world.server.url);
    const tokens = await signedIn(browser);
    await signOut(browser, tokens);
    await deliver();
    const { token, payload } = await verified(site.received[0]);
    expect(decodeProtectedHeader(token).alg).toBe('ES256');
    expect(payload.sub).toBe(claimsOf(tokens.id_token).sub);
    expect(payload.sub).not.toBe(user.id);
  });

  test('§2.5: every application of the session is told, each by a token of its own; others are not', async () => {
    const second = await listening({ backchannel_logout_uri: `${site.url}/second` });
    const silent = await listening({
      backchannel_logout_uri: undefined,
      backchannel_logout_session_required: undefined,
    });
    const [browser, elsewhere] = [createBrowser(world.server.url), createBrowser(world.server.url)];
    const tokens = await signedIn(browser);
    for (const client of [second, silent]) await signedIn(browser, client);
    const other = await signedIn(elsewhere, second);
    await signOut(browser, tokens);
    await deliver();
    expect(site.received.map(({ path }) => path).sort()).toEqual(['/backchannel_logout', '/second']);
    const sids = await Promise.all(
      site.received.map(async (one) => (await verified(one, one.path === '/second' ? second : app)).payload.sid),
    );
    expect(new Set(sids)).toEqual(new Set([claimsOf(tokens.id_token).sid]));
    expect(sids).not.toContain(claimsOf(other.id_token).sid);
    expect(await deliveries(silent.id)).toEqual([]);
  });

  test('§2.7: tokens of the session end with it; with offline_access they live on', async () => {
    const browser = createBrowser(world.server.url);
    const tokens = await signedIn(browser);
    const lasting = await signedIn(browser, app, { scope: 'openid offline_access', prompt: 'consent' });
    await signOut(browser, tokens);
    const refresh = (refresh_token = '') => world.as(app, '/token', { grant_type: 'refresh_token', refresh_token });
    expect((await refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(lasting.refresh_token)).status).toBe(200);
  });

  test('§2.5: an application that fails is tried again, later and later, and then given up', async () => {
    const browser = createBrowser(world.server.url);
    await signOut(browser, await signedIn(browser));
    site.answer({ status: 503 });
    const start = world.server.clock.now();
    for (const [index, delay] of [10, 30, 120, 600, 3600].entries()) {
      await deliver();
      expect(site.received).toHaveLength(index + 1);
      const nextAt = world.server.clock.now() + delay;
      expect(await deliveries()).toMatchObject([
        { status: 'waiting', attempts: index + 1, lastError: 'The application answered 503.', nextAt },
      ]);
      world.server.clock.advance(delay - 1);
      await deliver();
      expect(site.received).toHaveLength(index + 1);
      world.server.clock.advance(1);
    }
    await deliver();
    expect(await deliveries()).toMatchObject([
      { status: 'failed', attempts: 6, nextAt: null, deliveredAt: null, createdAt: start },
    ]);
    world.server.clock.advance(86_400);
    await deliver();
    expect(site.received).toHaveLength(6);
    // Each try had a token of its own, fresh when it was sent.
    const times = await Promise.all(
      site.received.map(async (one) => claimsOf(new URLSearchParams(one.body).get('logout_token') ?? '').iat),
    );
    expect(new Set(times).size).toBe(6);
    expect(times[0]).toBe(start);
  });

  test('§2.5: after a failure a success ends it; 204 is one, a redirect is none and is not followed', async () => {
    const browser = createBrowser(world.server.url);
    await signOut(browser, await signedIn(browser));
    site.answer({ status: 302, headers: { location: `${site.url}/elsewhere` } });
    await deliver();
    expect(await deliveries()).toMatchObject([{ status: 'waiting', lastError: 'The application answered 302.' }]);
    site.answer({ status: 204 });
    world.server.clock.advance(10);
    await deliver();
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 2, lastError: null }]);
    expect(site.received.map(({ path }) => path)).toEqual(['/backchannel_logout', '/backchannel_logout']);
  });

  test('RFC 9700 §4.11: an address that may not be reached is an error that an admin can read', async () => {
    const inside = await listening({ backchannel_logout_uri: 'https://10.0.0.1/logout' });
    const browser = createBrowser(world.server.url);
    await signOut(browser, await signedIn(browser, inside));
    await deliver();
    expect(await deliveries(inside.id)).toMatchObject([
      { status: 'waiting', lastError: expect.stringContaining('TESSERA_OUTBOUND_ALLOW') },
    ]);
  });

  test('two processes make one attempt between them', async () => {
    const others: Deps[] = await Promise.all(
      [1, 2].map(() => createDeps(world.server.deps.config, { clock: world.server.clock, log: world.server.deps.log })),
    );
    try {
      for (let round = 0; round < 5; round += 1) {
        const browser = createBrowser(world.server.url);
        await signOut(browser, await signedIn(browser));
      }
      site.answer({ status: 500 });
      await Promise.all([world.server.deps, ...others].map((deps) => deliverLogouts(deps)));
      expect(site.received).toHaveLength(5);
      expect((await deliveries()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1]);
      world.server.clock.advance(10);
      site.answer({});
      await Promise.all([...others, world.server.deps].map((deps) => deliverLogouts(deps)));
      expect(site.received).toHaveLength(10);
      expect((await deliveries()).every(({ status }) => status === 'delivered')).toBe(true);
    } finally {
      for (const deps of others) await closeDeps(deps);
    }
  });

  test('a try that is still under way is not made again, the last one included', async () => {
    const browser = createBrowser(world.server.url);
    await signOut(browser, await signedIn(browser));
    site.answer({ status: 500 });
    for (const delay of [10, 30, 120, 600, 3600]) {
      await deliver();
      world.server.clock.advance(delay);
    }
    let finish: () => void = () => undefined;
    const waiting = new Promise<void>((done) => {
      finish = done;
    });
    site.answer(async () => {
      await waiting;
      return { status: 500 };
    });
    const last = deliver();
    await expect.poll(() => site.received.length).toBe(6);
    await deliver();
    expect(site.received).toHaveLength(6);
    finish();
    await last;
    expect(await deliveries()).toMatchObject([{ status: 'failed', attempts: 6 }]);
  });

  test('what an application no longer registers, or what it deleted itself from, ends quietly', async () => {
    const browser = createBrowser(world.server.url);
    await signOut(browser, await signedIn(browser));
    await world.admin.api('PATCH', `/applications/${app.id}`, { backchannelLogoutUri: null });
    await deliver();
    expect(await deliveries()).toMatchObject([
      { status: 'waiting', lastError: expect.stringContaining('no back-channel logout URL') },
    ]);
    expect((await world.admin.api('DELETE', `/applications/${app.id}`)).status).toBe(204);
    world.server.clock.advance(10);
    await deliver();
    expect(site.received).toEqual([]);
  });
});

describe('sign-out by an admin', () => {
  test('everywhere: sessions and grants end, and each listening application is told', async () => {
    const [one, two] = [createBrowser(world.server.url), createBrowser(world.server.url)];
    const tokens = [
      await signedIn(one),
      await signedIn(two, app, { scope: 'openid offline_access', prompt: 'consent' }),
    ];
    const answer = await world.admin.api<SignedOut>('POST', `/accounts/${user.id}/sign-out`);
    expect([answer.status, answer.body]).toEqual([200, { sessions: 2, grants: 2 }]);
    for (const { access_token, refresh_token = '' } of tokens) {
      expect((await world.userinfo(access_token)).status).toBe(401);
      expect((await world.as(app, '/token', { grant_type: 'refresh_token', refresh_token })).body.error).toBe(
        'invalid_grant',
      );
    }
    for (const browser of [one, two])
      expect((await world.authorize(browser, app, { prompt: 'none' })).get('error')).toBe('login_required');
    await deliver();
    expect(site.received).toHaveLength(2);
    expect((await world.admin.api<SignedOut>('POST', `/accounts/${user.id}/sign-out`)).body).toEqual({
      sessions: 0,
      grants: 0,
    });
    const audit = await world.admin.api<Page<{ action: string; changes: object }>>(
      'GET',
      `/audit-events?targetId=${user.id}&action=account.signed_out`,
    );
    expect(audit.body.items.map(({ changes }) => changes)).toEqual([
      { sessions: 0, grants: 0 },
      { sessions: 2, grants: 2 },
    ]);
  });

  test('of one application: its grants end and it is told; the session and the others go on', async () => {
    const other = await listening({ backchannel_logout_uri: `${site.url}/other` });
    const assigned = await world.admin.api<{ id: string }>('POST', `/applications/${app.id}/users`, {
      accountId: user.id,
    });
    const browser = createBrowser(world.server.url);
    const [mine, others] = [await signedIn(browser), await signedIn(browser, other)];
    const path = `/applications/${app.id}/users/${assigned.body.id}/sign-out`;
    const answer = await world.admin.api<SignedOut>('POST', path);
    expect([answer.status, answer.body]).toEqual([200, { sessions: 1, grants: 1 }]);
    expect((await world.userinfo(mine.access_token)).status).toBe(401);
    expect((await world.userinfo(others.access_token)).status).toBe(200);
    expect((await world.authorize(browser, app, { scope: 'openid', prompt: 'none' })).has('code')).toBe(true);
    await deliver();
    expect(site.received.map((one) => one.path)).toEqual(['/backchannel_logout']);
    expect((await verified(site.received[0])).payload.sid).toBe(claimsOf(mine.id_token).sid);
    // A session without a live grant of the application is none of its business.
    expect((await world.admin.api<SignedOut>('POST', path)).body.sessions).toBe(0);
  });

  test('nobody there: 404', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await world.admin.api('POST', `/accounts/${nobody}/sign-out`)).toMatchObject({
      status: 404,
      body: { code: 'account_not_found' },
    });
    expect(await world.admin.api('POST', `/applications/${app.id}/users/${nobody}/sign-out`)).toMatchObject({
      status: 404,
      body: { code: 'application_user_not_found' },
    });
  });
});

describe('OpenID Connect Front-Channel Logout', () => {
  test('§3: the signed-out page loads the registered address with iss and sid, and goes on', async () => {
    const client = await listening({
      redirect_uris: [`${site.url}/callback`],
      frontchannel_logout_uri: `${site.url}/frontchannel_logout?x=y`,
      frontchannel_logout_session_required: true,
      backchannel_logout_uri: undefined,
    });
    const browser = createBrowser(world.server.url);
    const tokens = await signedIn(browser, client);
    const page = await signOut(browser, tokens);
    expect([page.left, page.status]).toEqual([false, 200]);
    const html = parse(page.html);
    const frame = new URL(html.querySelector('iframe')?.getAttribute('src') ?? '');
    expect(frame.origin + frame.pathname).toBe(`${site.url}/frontchannel_logout`);
    expect(Object.fromEntries(frame.searchParams)).toEqual({
      x: 'y',
      iss: world.issuer,
      sid: claimsOf(tokens.id_token).sid,
    });
    expect(page.headers.get('content-security-policy')).toContain(`frame-src ${site.url}`);
    expect(html.querySelector('meta[http-equiv=refresh]')?.getAttribute('content')).toContain(`${back}?state=s`);
    expect((await world.authorize(browser, client, { prompt: 'none' })).get('error')).toBe('login_required');
  });
});

test('rows of deliveries do not stay for ever', async () => {
  const browser = createBrowser(world.server.url);
  await signOut(browser, await signedIn(browser));
  await deliver();
  const { deleteExpired } = await import('../../src/store/expired.js');
  await deleteExpired(world.server.deps.db, world.server.clock.now(), world.server.deps.config.retention);
  expect(await deliveries()).toHaveLength(1);
  await deleteExpired(world.server.deps.db, world.server.clock.now() + 31 * 86_400, world.server.deps.config.retention);
  expect(await deliveries()).toHaveLength(0);
});
