import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { type Browser, createBrowser, readForm, type View } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { makeProofKey } from './proofs.js';
import {
  type Answer,
  claimsOf,
  countIssued,
  expectRefused,
  form,
  type Person,
  send,
  startWorld,
  type World,
} from './requests.js';

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';

interface DeviceAnswer {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

let world: World;
let tv: GivenApplication;
let otherTv: GivenApplication;
let web: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '1000' } });
  const { admin, project } = world;
  const everyone = { access: 'everyone' } as const;
  tv = await admin.givenApplication(project, 'device_flow', everyone);
  otherTv = await admin.givenApplication(project, 'device_flow', everyone);
  web = await admin.givenApplication(project, 'authorization_flow', everyone);
  ana = await admin.givenUser(web.id);
});
afterAll(() => world.close());
beforeEach(() => {
  browser = createBrowser(world.server.url);
});

/** A device asks for codes. */
async function start(params: Record<string, string> = {}, app = tv): Promise<DeviceAnswer> {
  const answer = await world.post<DeviceAnswer>('/device_authorization', {
    client_id: app.clientId,
    scope: 'openid',
    ...params,
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

/** A device asks whether its person has decided. */
const poll = (device: DeviceAnswer, params: Record<string, string> = {}, headers = {}): Promise<Answer> =>
  world.post('/token', { grant_type, client_id: tv.clientId, device_code: device.device_code, ...params }, headers);

const heading = (view: View) => parse(view.html).querySelector('h1')?.text;
const alertOf = (view: View) => parse(view.html).querySelector('[role=alert]')?.text;

/** The person types the code on the page. */
async function enter(userCode: string, who = browser): Promise<View> {
  return who.submit(await who.open(`${world.issuer}/device`), { user_code: userCode });
}

/** The person types the code, signs in where that is asked, and decides. */
async function decide(device: DeviceAnswer, decision: string, who = browser, person: Person = ana): Promise<View> {
  let view = await enter(device.user_code, who);
  if (heading(view)?.startsWith('Sign in'))
    view = await who.submit(view, { email: person.email, password: person.password });
  return who.submit(view, {}, { name: 'decision', value: decision });
}

const expectPending = (answer: Answer, error = 'authorization_pending') =>
  expect([answer.status, answer.body.error]).toEqual([400, error]);

describe('RFC 8628 §3.1: the device authorization request', () => {
  test('RFC 8628 §3.2: the answer has the codes, where to go, and how long and often', async () => {
    const answer = await world.post<DeviceAnswer>('/device_authorization', { client_id: tv.clientId, scope: 'openid' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      device_code: expect.stringMatching(/^tes_dc_[A-Za-z0-9_-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${world.issuer}/device`,
      verification_uri_complete: `${world.issuer}/device?user_code=${answer.body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
  });

  test('neither code is kept in the clear', async () => {
    const { device_code, user_code } = await start();
    const rows = JSON.stringify(await world.server.deps.db.selectFrom('deviceCodes').selectAll().execute());
    for (const code of [device_code, user_code, user_code.replace('-', '')]) expect(rows).not.toContain(code);
  });

  test.each([
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['no client', { client_id: '' }, 401, 'invalid_client'],
    ['a scope that is not known', { scope: 'openid no-such-scope' }, 400, 'invalid_scope'],
    ['a resource that is not known', { resource: 'https://other.example' }, 400, 'invalid_target'],
  ])('%s is refused', async (_, params, status, error) => {
    const answer = await world.post('/device_authorization', { client_id: tv.clientId, ...params });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  test('an application of another type is refused', async () => {
    const answer = await world.as(web, '/device_authorization', { scope: 'openid' });
    await expectRefused(world, answer, {
      status: 400,
      error: 'unauthorized_client',
      row: { endpoint: 'device_authorization', applicationId: web.id, rule: 'grant.not_allowed' },
    });
  });

  test('a device client that authenticates has to do so here, too', async () => {
    await changeClient(world.server, otherTv.id, { authMethod: 'client_secret_post' });
    const answer = await world.post('/device_authorization', { client_id: otherTv.clientId });
    await changeClient(world.server, otherTv.id, { authMethod: null });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });
});

describe('RFC 8628 §3.3: the page, plain forms without scripts', () => {
  test('code, sign-in, question, answer; then the device has its tokens', async () => {
    const device = await start({ scope: 'openid profile offline_access' });
    expectPending(await poll(device));
    const first = await browser.open(device.verification_uri);
    expect([first.status, heading(first)]).toEqual([200, 'Enter the code shown on your device']);
    const second = await browser.submit(first, { user_code: device.user_code });
    expect(heading(second)).toBe(`Sign in to ${tv.name}`);
    const third = await browser.submit(second, { email: ana.email, password: ana.password });
    expect(heading(third)).toBe(`Connect a device to ${tv.name}?`);
    // RFC 8628 §5.4: against phishing the page shows the code again and warns.
    expect(third.html).toContain(device.user_code);
    expect(third.html).toContain('Only continue if you started this.');
    expect(
      parse(third.html)
        .querySelectorAll('li')
        .map((item) => item.text),
    ).toEqual(['See your name and profile', 'Keep access while you are away, until you take it back']);
    const done = await browser.submit(third, {}, { name: 'decision', value: 'allow' });
    expect(heading(done)).toBe('Your device is connected');
    for (const view of [first, second, third, done]) {
      expect(view.html).not.toContain('<script');
      expect(view.headers.get('cache-control')).toBe('no-store');
      expect(view.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    world.server.clock.advance(5);
    const { body, status } = await poll(device);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, refresh_token: expect.any(String) });
    expect(claimsOf(body.id_token)).toMatchObject({
      sub: ana.accountId,
      aud: tv.clientId,
      amr: ['pwd'],
      acr: expect.any(String),
      auth_time: expect.any(Number),
    });
    expect((await world.userinfo(body.access_token)).status).toBe(200);
    const refreshed = await world.post('/token', {
      grant_type: 'refresh_token',
      client_id: tv.clientId,
      refresh_token: body.refresh_token ?? '',
    });
    expect(refreshed.status).toBe(200);
  });

  test('RFC 8628 §3.3.1: verification_uri_complete fills the code in, and asks nevertheless', async () => {
    const device = await start();
    const view = await browser.open(device.verification_uri_complete);
    expect(readForm(view).fields.user_code).toBe(device.user_code);
    expectPending(await poll(device));
    const next = await browser.submit(view);
    expect(heading(next)).toBe(`Sign in to ${tv.name}`);
  });

  test('RFC 8628 §6.1: small letters, blanks and missing hyphens do no harm', async () => {
    const device = await start();
    const typed = ` ${device.user_code.toLowerCase().replace('-', ' ')} `;
    expect(heading(await enter(typed))).toBe(`Sign in to ${tv.name}`);
  });

  test('who is signed in already is only asked', async () => {
    const known = await world.signedIn(web, ana);
    const device = await start();
    expect(heading(await enter(device.user_code, known))).toBe(`Connect a device to ${tv.name}?`);
    expect(heading(await decide(device, 'allow', known))).toBe('Your device is connected');
    expect((await poll(device)).status).toBe(200);
  });

  test('a wrong password says so and decides nothing', async () => {
    const device = await start();
    const view = await browser.submit(await enter(device.user_code), { email: ana.email, password: 'wrong' });
    expect([view.status, alertOf(view)]).toEqual([401, 'Email or password is not correct.']);
    expectPending(await poll(device));
  });

  test('a person who may not use the application is told so', async () => {
    await world.admin.api('PATCH', `/applications/${tv.id}`, { access: 'assigned' });
    const device = await start();
    const view = await browser.submit(await enter(device.user_code), { email: ana.email, password: ana.password });
    expect([view.status, alertOf(view)]).toEqual([403, `You don't have access to ${tv.name}.`]);
    await world.admin.api('PATCH', `/applications/${tv.id}`, { access: 'everyone' });
    expectPending(await poll(device));
  });

  test.each(['', 'AAAA-AAAA', 'BBBB-BBBB', '<script>', 'x'.repeat(5_000)])('the code %j is wrong', async (code) => {
    const view = await enter(code);
    expect([view.status, alertOf(view)]).toEqual([400, 'That code is wrong or has expired.']);
    expect(view.html).not.toContain('<script>');
  });

  test('a code of another suite is wrong here', async () => {
    const other = await world.admin.givenSuite();
    const device = await start();
    const page = await browser.open(`${world.server.issuer(other.slug)}/device`);
    expect(alertOf(await browser.submit(page, { user_code: device.user_code }))).toBe(
      'That code is wrong or has expired.',
    );
  });

  test('a code that was decided on is spent', async () => {
    const device = await start();
    await decide(device, 'allow');
    expect(alertOf(await enter(device.user_code))).toBe('That code is wrong or has expired.');
  });
});

describe('RFC 8628 §5.1: guessing user codes', () => {
  test('wrong codes count against the address; then right ones do not work either, until the window is over', async () => {
    const strict = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '3', TESSERA_FAILURE_WINDOW: '60' } });
    try {
      const app = await strict.admin.givenApplication(strict.project, 'device_flow', { access: 'everyone' });
      const { body } = await strict.post<DeviceAnswer>('/device_authorization', { client_id: app.clientId });
      const own = createBrowser(strict.server.url);
      const type = async (user_code: string) => own.submit(await own.open(`${strict.issuer}/device`), { user_code });
      for (let tries = 0; tries < 10; tries += 1) expect((await type(body.user_code)).status).toBe(200);
      for (let tries = 0; tries < 3; tries += 1) expect((await type('BBBB-BBBB')).status).toBe(400);
      expect((await type(body.user_code)).status).toBe(429);
      strict.server.clock.advance(61);
      expect((await type(body.user_code)).status).toBe(200);
    } finally {
      await strict.close();
    }
  });
});

describe('the page cannot be used by another site (login CSRF, RFC 8628 §5.4)', () => {
  const post = (fields: Record<string, string>, cookie = '') =>
    send(`${world.issuer}/device`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example', cookie },
      body: form(fields),
    });

  test('a form without the cookie of the browser, or with the key of another browser, does nothing', async () => {
    const device = await start();
    const known = await world.signedIn(web, ana);
    await known.open(`${world.issuer}/device`);
    const cookie = await known.cookies.getCookieString(`${world.issuer}/device`);
    const attacker = readForm(await browser.open(`${world.issuer}/device`)).fields;
    const wanted = { user_code: device.user_code, decision: 'allow' };
    for (const [fields, sent] of [
      [{ ...attacker, ...wanted }, cookie],
      [{ ...wanted, form_key: '' }, cookie],
      [{ ...attacker, ...wanted }, ''],
    ] as const)
      expect((await post(fields, sent)).status).toBe(400);
    expectPending(await poll(device));
  });

  test('nobody is signed in as somebody else by a planted form', async () => {
    const device = await start();
    const { form_key = '' } = readForm(await browser.open(`${world.issuer}/device`)).fields;
    const answer = await post({ form_key, user_code: device.user_code, email: ana.email, password: ana.password });
    expect(answer.status).toBe(400);
    expect(answer.headers.getSetCookie().join()).not.toContain('tessera_session');
  });

  test('a decision needs the question: allow in the first form asks', async () => {
    const device = await start();
    const known = await world.signedIn(web, ana);
    const view = await known.submit(await known.open(device.verification_uri), {
      user_code: device.user_code,
      decision: 'allow',
    });
    expect(heading(view)).toBe(`Connect a device to ${tv.name}?`);
    expectPending(await poll(device));
  });

  test('the question answered with the session of another person is asked anew', async () => {
    const device = await start();
    const known = await world.signedIn(web, ana);
    const { fields } = readForm(await enter(device.user_code, known));
    const bob = await world.admin.givenUser(web.id);
    const foreign = await (await world.signedIn(web, bob)).cookies.getCookies(`${world.issuer}/device`);
    for (const cookie of foreign)
      if (cookie.key === 'tessera_session') await known.cookies.setCookie(cookie, `${world.issuer}/device`);
    const answer = await post(
      { ...fields, decision: 'allow' },
      await known.cookies.getCookieString(`${world.issuer}/device`),
    );
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(bob.email);
    expectPending(await poll(device));
  });
});

describe('RFC 8628 §3.5: polling', () => {
  test('authorization_pending; sooner than the interval slow_down, and five seconds more from then on', async () => {
    const device = await start();
    expectPending(await poll(device));
    world.server.clock.advance(5);
    expectPending(await poll(device));
    world.server.clock.advance(4);
    expectPending(await poll(device), 'slow_down');
    world.server.clock.advance(9);
    expectPending(await poll(device), 'slow_down');
    world.server.clock.advance(15);
    expectPending(await poll(device));
    world.server.clock.advance(14);
    expectPending(await poll(device), 'slow_down');
  });

  test('access_denied once the person said no, at every poll', async () => {
    const device = await start();
    expect(heading(await decide(device, 'deny'))).toBe('Your device was not connected');
    expectPending(await poll(device), 'access_denied');
    expectPending(await poll(device), 'access_denied');
  });

  test('expired_token after 600 seconds, allowed or not', async () => {
    const [waiting, allowed] = [await start(), await start()];
    await decide(allowed, 'allow');
    world.server.clock.advance(599);
    expectPending(await poll(waiting));
    expect(alertOf(await enter(waiting.user_code))).toBeUndefined();
    world.server.clock.advance(1);
    expectPending(await poll(waiting), 'expired_token');
    expectPending(await poll(allowed), 'expired_token');
    expect(alertOf(await enter(waiting.user_code))).toBe('That code is wrong or has expired.');
  });

  test('RFC 8628 §3.4: a device code that is unknown, missing, or of another client', async () => {
    const device = await start();
    await decide(device, 'allow');
    expectPending(await poll(device, { device_code: 'tes_dc_nothing' }), 'invalid_grant');
    expectPending(await poll(device, { device_code: '' }), 'invalid_request');
    const answer = await poll(device, { client_id: otherTv.clientId });
    await expectRefused(world, answer, {
      status: 400,
      error: 'invalid_grant',
      row: { endpoint: 'token', applicationId: otherTv.id, rule: 'device_code.unknown' },
    });
    expect((await poll(device)).status).toBe(200);
  });

  test('a code works once; a second use ends what the first began', async () => {
    const device = await start({ scope: 'openid offline_access' });
    await decide(device, 'allow');
    const { body } = await poll(device);
    expectPending(await poll(device), 'invalid_grant');
    expect((await world.userinfo(body.access_token)).status).toBe(401);
    const refreshed = await world.post('/token', {
      grant_type: 'refresh_token',
      client_id: tv.clientId,
      refresh_token: body.refresh_token ?? '',
    });
    expect(refreshed.body.error).toBe('invalid_grant');
  });

  test('ten polls at once bring tokens once at most, and none stays alive', async () => {
    const device = await start();
    await decide(device, 'allow');
    const answers = await Promise.all(Array.from({ length: 10 }, () => poll(device)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { body } of answers.filter(({ status }) => status !== 200)) expect(body.error).toBe('invalid_grant');
    for (const { body } of won) expect((await world.userinfo(body.access_token)).status).toBe(401);
  });

  test('allow and deny at once: one of them counts', async () => {
    const known = await world.signedIn(web, ana);
    const device = await start();
    const page = await enter(device.user_code, known);
    const views = await Promise.all(
      ['allow', 'deny', 'allow', 'deny'].map((value) => known.submit(page, {}, { name: 'decision', value })),
    );
    const headings = views.map(heading);
    expect(headings.filter((text) => text?.startsWith('Your device'))).toHaveLength(1);
    const answer = await poll(device);
    expect(answer.status).toBe(headings.includes('Your device is connected') ? 200 : 400);
  });

  test('an account that was disabled meanwhile gets no tokens', async () => {
    const bob = await world.admin.givenUser(web.id);
    const device = await start();
    await decide(device, 'allow', browser, bob);
    await world.admin.api('PATCH', `/accounts/${bob.accountId}`, { status: 'disabled' });
    const before = await countIssued(world);
    expectPending(await poll(device), 'access_denied');
    expect(await countIssued(world)).toEqual(before);
  });

  test('RFC 8707 §2: the resource that the device asked for is the audience', async () => {
    const resource = world.project.defaultResource;
    const device = await start({ resource });
    await decide(device, 'allow');
    expect(claimsOf((await poll(device)).body.access_token).aud).toBe(resource);
  });

  test('RFC 9449 §5: with a proof the tokens are bound', async () => {
    const key = await makeProofKey(world);
    const device = await start({ scope: 'openid offline_access' });
    await decide(device, 'allow');
    const { body } = await poll(device, {}, { dpop: await key.proof({ url: `${world.issuer}/token` }) });
    expect([body.token_type, claimsOf(body.access_token).cnf]).toEqual(['DPoP', { jkt: key.jkt }]);
  });
});
