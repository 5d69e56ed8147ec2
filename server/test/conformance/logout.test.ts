import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, generateKeyPair, type JWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverLogouts } from '../../src/jobs/deliver-logout.js';
import { send } from '../oauth/requests.js';
import type { Browser, View } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { checkError, type Flow, type Plan, postLogoutRedirect, random, startPlan } from './plan.js';

let plan: Plan;
let browser: Browser;
let flow: Flow;
let listener: Server;
let received: { contentType: string | undefined; body: string }[] = [];
/** What the client's back-channel address answers. */
let status = 200;
let backchannel: string;

beforeAll(async () => {
  listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ contentType: request.headers['content-type'], body });
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => listener.once('listening', done));
  backchannel = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/backchannel_logout`;
  plan = await startPlan({ env: { TESSERA_OUTBOUND_ALLOW: '127.0.0.1/32' } });
});
afterAll(async () => {
  await plan.close();
  listener.close();
});
beforeEach(async () => {
  received = [];
  status = 200;
  browser = plan.newBrowser();
  flow = await plan.flow(browser, { state: `${random(124)}-._~` });
});

const heading = (view: View) => parse(view.html).querySelector('h1')?.text ?? '';

/** Asks for the end of the session; a page that asks back is clicked, as the tester’s automation does. */
async function logout(params: Record<string, string | undefined>): Promise<View> {
  const sent = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const view = await browser.open(`${plan.issuer}/logout?${new URLSearchParams(sent)}`);
  return !view.left && view.html.includes('name="confirmation"') ? browser.submit(view) : view;
}

const usual = () => ({
  id_token_hint: flow.tokens.id_token,
  post_logout_redirect_uri: postLogoutRedirect,
  state: random(20),
});

async function expectSignedOut(): Promise<void> {
  const { sent, view } = await plan.visit(browser, { prompt: 'none' });
  expect(checkError(plan, sent, view)).toBe('login_required');
}

function expectPage(view: View, title: string, answer = 200): void {
  expect([view.left, view.status, heading(view)]).toEqual([false, answer, title]);
  expect(view.html).not.toContain('http-equiv="refresh"');
}

describe('RP-initiated logout', () => {
  test('oidcc-rp-initiated-logout: RP-Initiated Logout §3: redirects with the state and nothing else, and the session is over', async () => {
    const params = usual();
    const view = await logout(params);
    expect([view.left, view.url.href]).toEqual([true, `${postLogoutRedirect}?state=${params.state}`]);
    await expectSignedOut();
  });

  test('oidcc-rp-initiated-logout-no-state: RP-Initiated Logout §2: redirects without one', async () => {
    const view = await logout({ ...usual(), state: undefined });
    expect([view.left, view.url.href]).toEqual([true, postLogoutRedirect]);
    await expectSignedOut();
  });

  test.each([
    ['oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', `${postLogoutRedirect}/x`],
    ['oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', `${postLogoutRedirect}?foo=bar`],
  ])('%s: a page, no redirect', async (_, post_logout_redirect_uri) => {
    expectPage(await logout({ ...usual(), post_logout_redirect_uri }), 'This request cannot be answered', 400);
  });

  test('oidcc-rp-initiated-logout-modified-id-token-hint: RP-Initiated Logout §4: re-encoded without a signature: a page, no redirect', async () => {
    const id_token_hint = new UnsecuredJWT(flow.idToken).encode();
    expectPage(await logout({ ...usual(), id_token_hint }), 'This request cannot be answered', 400);
  });

  test('oidcc-rp-initiated-logout-bad-id-token-hint: RP-Initiated Logout §4: signed by the client: a page, no redirect', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const id_token_hint = await new SignJWT({ iss: plan.client.clientId, aud: plan.issuer, sub: plan.person.accountId })
      .setProtectedHeader({ alg: 'RS256', kid: random(10) })
      .sign(privateKey);
    expectPage(await logout({ ...usual(), id_token_hint }), 'This request cannot be answered', 400);
  });

  test('oidcc-rp-initiated-logout-no-id-token-hint: RP-Initiated Logout §3: a page, no redirect', async () => {
    expectPage(await logout({ ...usual(), id_token_hint: undefined }), 'This request cannot be answered', 400);
  });

  test.each([
    ['oidcc-rp-initiated-logout-no-params', () => ({})],
    [
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      () => ({ ...usual(), post_logout_redirect_uri: undefined }),
    ],
    ['oidcc-rp-initiated-logout-only-state', () => ({ state: random(20) })],
  ])('%s: signs out and says so', async (_, params) => {
    expectPage(await logout(params()), 'You are signed out');
    await expectSignedOut();
  });

  test('protocol.md, trap 22: an access token is no id_token_hint', async () => {
    expectPage(
      await logout({ ...usual(), id_token_hint: flow.tokens.access_token }),
      'This request cannot be answered',
      400,
    );
  });

  test('protocol.md, trap 22: the hint of another issuer is none', async () => {
    const other = await plan.admin.givenSuite();
    const view = await browser.open(
      `${plan.server.issuer(other.slug)}/logout?${new URLSearchParams(usual() as Record<string, string>)}`,
    );
    expectPage(view, 'This request cannot be answered', 400);
  });
});

describe('back-channel logout', () => {
  beforeAll(() =>
    changeClient(plan.server, plan.client.id, {
      backchannelLogoutUri: backchannel,
      backchannelLogoutSessionRequired: true,
    }),
  );
  afterAll(() => changeClient(plan.server, plan.client.id, { backchannelLogoutUri: null }));
  const deliver = () => deliverLogouts(plan.server.deps);

  test('Back-Channel Logout §2.5, oidcc-backchannel-rp-initiated-logout: a form with a logout_token and nothing else is posted', async () => {
    expect(flow.idToken.sid).toBeTypeOf('string');
    const view = await logout(usual());
    expect(view.left).toBe(true);
    await deliver();
    expect(received).toHaveLength(1);
    expect(received[0]?.contentType).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(received[0]?.body).keys()]).toEqual(['logout_token']);
    await expectSignedOut();
  });

  test('Back-Channel Logout §2.4: the logout token has iss, aud, iat, exp, jti, sub, sid, the one event, and no nonce', async () => {
    await logout(usual());
    await deliver();
    const token = new URLSearchParams(received[0]?.body).get('logout_token') ?? '';
    const { keys } = (await send<{ keys: JWK[] }>(`${plan.issuer}/jwks`, {})).body;
    const now = plan.server.clock.now();
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys }), {
      issuer: plan.issuer,
      audience: plan.client.clientId,
      currentDate: new Date(now * 1000),
    });
    expect(protectedHeader).toMatchObject({ typ: 'logout+jwt', alg: 'RS256', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: plan.issuer,
      aud: plan.client.clientId,
      iat: now,
      exp: now + 120,
      jti: expect.stringMatching(/./),
      sub: flow.idToken.sub,
      sid: flow.idToken.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
  });

  test('Back-Channel Logout §2.5: a failed delivery is tried again, and given up in the end', async () => {
    status = 500;
    await logout(usual());
    const waits = [0, 10, 30, 120, 600, 3_600];
    for (const [tries, seconds] of waits.entries()) {
      plan.server.clock.advance(seconds);
      await deliver();
      await deliver();
      expect(received).toHaveLength(tries + 1);
    }
    plan.server.clock.advance(86_400);
    await deliver();
    expect(received).toHaveLength(waits.length);
  });

  test('Back-Channel Logout §2.5: two processes deliver it once', async () => {
    await logout(usual());
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(received).toHaveLength(1);
  });

  test('a logout token is not taken for an ID token or an access token', async () => {
    await logout(usual());
    await deliver();
    const token = new URLSearchParams(received[0]?.body).get('logout_token') ?? '';
    expect((await plan.userinfo(token)).status).toBe(401);
    expectPage(await logout({ ...usual(), id_token_hint: token }), 'This request cannot be answered', 400);
  });
});

describe('front-channel logout', () => {
  const frontchannel = 'https://suite.example/test/a/tessera/frontchannel_logout?kept=yes';
  beforeAll(() =>
    changeClient(plan.server, plan.client.id, {
      frontchannelLogoutUri: frontchannel,
      frontchannelLogoutSessionRequired: true,
    }),
  );
  afterAll(() => changeClient(plan.server, plan.client.id, { frontchannelLogoutUri: null }));

  /** The frame that the signed-out page loads. */
  function frameOf(view: View): URL {
    const frames = parse(view.html).querySelectorAll('iframe');
    expect(frames).toHaveLength(1);
    return new URL(
      parse(`<a href="${frames[0]?.getAttribute('src')}">`)
        .querySelector('a')
        ?.getAttribute('href') ?? '',
    );
  }

  test('Front-Channel Logout §3, oidcc-frontchannel-rp-initiated-logout: the page loads the address in a frame, then goes back', async () => {
    const params = usual();
    const view = await logout(params);
    expect([view.left, view.status, heading(view)]).toEqual([false, 200, 'You are signed out']);
    expect(view.headers.get('content-security-policy')).toContain('frame-src https://suite.example;');
    const refresh = parse(view.html).querySelector('meta[http-equiv=refresh]')?.getAttribute('content');
    expect(refresh).toBe(`2;url=${postLogoutRedirect}?state=${params.state}`);
    await expectSignedOut();
  });

  test('Front-Channel Logout §2: with iss and sid, the registered query is kept', async () => {
    const frame = frameOf(await logout(usual()));
    expect(Object.fromEntries(frame.searchParams)).toEqual({ kept: 'yes', iss: plan.issuer, sid: flow.idToken.sid });
    expect(frame.origin + frame.pathname).toBe(new URL(frontchannel).origin + new URL(frontchannel).pathname);
  });

  test('without post_logout_redirect_uri the page stays', async () => {
    const view = await logout({ id_token_hint: flow.tokens.id_token });
    expectPage(view, 'You are signed out');
    expect(frameOf(view).searchParams.get('sid')).toBe(flow.idToken.sid);
  });
});
