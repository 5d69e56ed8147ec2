import type { LabDeviceAnswer, LabDeviceTokenAnswer } from '@tessera/contract/lab';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimsOf, type Person, startWorld, type World } from '../oauth/requests.js';
import type { ApiAnswer, GivenApplication } from '../support/admin.js';
import { createBrowser } from '../support/browser-flow.js';

let world: World;
let tv: GivenApplication;
let otherTv: GivenApplication;
let web: GivenApplication;
let ana: Person & { accountId: string };

beforeAll(async () => {
  world = await startWorld();
  const everyone = { access: 'everyone' } as const;
  tv = await world.admin.givenApplication(world.project, 'device_flow', everyone);
  otherTv = await world.admin.givenApplication(world.project, 'device_flow', everyone);
  web = await world.admin.givenApplication(world.project, 'authorization_flow', everyone);
  ana = await world.admin.givenUser(tv.id);
});
afterAll(() => world.close());

interface Refused {
  code: string;
  oauthError?: { error: string; rule: string };
}

const start = (body: unknown = { scope: 'openid profile' }, app = tv): Promise<ApiAnswer<LabDeviceAnswer & Refused>> =>
  world.admin.api('POST', `/applications/${app.id}/lab/device`, body);

const poll = (deviceCode: string, app = tv): Promise<ApiAnswer<LabDeviceTokenAnswer & Refused>> =>
  world.admin.api('POST', `/applications/${app.id}/lab/device-token`, { deviceCode });

/** The person opens the link, signs in and decides. */
async function decide(codes: LabDeviceAnswer, decision: 'allow' | 'deny'): Promise<void> {
  const browser = createBrowser(world.server.url);
  const signIn = await browser.submit(await browser.open(codes.verificationUriComplete));
  const question = await browser.submit(signIn, { email: ana.email, password: ana.password });
  await browser.submit(question, {}, { name: 'decision', value: decision });
}

describe('The lab plays a device (RFC 8628)', () => {
  let codes: LabDeviceAnswer;
  beforeEach(async () => {
    codes = (await start()).body;
  });

  test('RFC 8628 §3.2: it gets what a device gets, and the request that a device would send', () => {
    expect(codes).toMatchObject({
      deviceCode: expect.stringMatching(/^tes_dc_/),
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verificationUri: `${world.issuer}/device`,
      verificationUriComplete: `${world.issuer}/device?user_code=${codes.userCode}`,
      expiresIn: 600,
      interval: 5,
      trace: { request: { method: 'POST', url: `${world.issuer}/device_authorization` } },
    });
    expect(codes.trace.curl).toContain(`client_id=${tv.clientId}`);
    expect(codes.trace.curl).not.toContain('client_secret');
  });

  test('RFC 8628 §3.5: is told to wait, to wait longer, and then has its tokens, which name the admin', async () => {
    expect((await poll(codes.deviceCode)).body).toMatchObject({ token: null, pending: 'authorization_pending' });
    expect((await poll(codes.deviceCode)).body).toMatchObject({ token: null, pending: 'slow_down' });
    await decide(codes, 'allow');
    const { status, body } = await poll(codes.deviceCode);
    expect([status, body.pending]).toEqual([200, null]);
    for (const jwt of [body.token?.access_token, body.token?.id_token])
      expect(claimsOf(jwt)).toMatchObject({ sub: ana.accountId, act: { sub: expect.stringMatching(/./) } });
    expect(body.token?.refresh_token).toMatch(/^tes_rt_/);
    const again = await poll(codes.deviceCode);
    expect([again.status, again.body.code, again.body.oauthError?.rule]).toEqual([
      400,
      'lab_refused',
      'device_code.used',
    ]);
  });

  test('RFC 8628 §3.5: hears that the person did not agree', async () => {
    await decide(codes, 'deny');
    const { status, body } = await poll(codes.deviceCode);
    expect([status, body.code, body.oauthError]).toEqual([
      400,
      'lab_refused',
      expect.objectContaining({ error: 'access_denied', rule: 'device_code.denied' }),
    ]);
  });

  test('RFC 8628 §3.5: hears that nobody came in time', async () => {
    const late = (await start()).body;
    world.server.clock.advance(601);
    const { body } = await poll(late.deviceCode);
    expect(body.oauthError).toMatchObject({ error: 'expired_token', rule: 'device_code.expired' });
  });

  test('domain rule 10: both steps are audited, and neither code is in the audit log', async () => {
    const count = async (action: string) => {
      const { body } = await world.admin.api<Page<AuditEvent>>('GET', `/audit-events?action=${action}&limit=1`);
      expect(JSON.stringify(body)).not.toContain(codes.userCode);
      expect(JSON.stringify(body)).not.toContain(codes.deviceCode);
      return body.total;
    };
    const before = await count('lab.token_issued');
    expect(await count('lab.device_started')).toBeGreaterThan(0);
    await poll(codes.deviceCode);
    expect(await count('lab.token_issued')).toBe(before);
    await decide(codes, 'allow');
    await poll(codes.deviceCode);
    expect(await count('lab.token_issued')).toBe(before + 1);
  });

  test('a device code of another application, or of a real device, is not to be had here', async () => {
    expect((await poll(codes.deviceCode, otherTv)).body.oauthError).toMatchObject({ rule: 'device_code.unknown' });
    const real = await world.post<{ device_code: string }>('/device_authorization', { client_id: tv.clientId });
    expect((await poll(real.body.device_code)).body.oauthError).toMatchObject({
      error: 'invalid_grant',
      rule: 'device_code.not_from_lab',
    });
    expect((await poll('tes_dc_unknown')).body.oauthError).toMatchObject({ rule: 'device_code.unknown' });
  });

  test('is refused for other types, for a disabled application, for unknown scopes and fields', async () => {
    const ask = async (answer: ReturnType<typeof start> | ReturnType<typeof poll>) => {
      const { status, body } = await answer;
      return [status, body.code];
    };
    expect(await ask(start({}, web))).toEqual([409, 'lab_flow_not_available']);
    expect(await ask(poll(codes.deviceCode, web))).toEqual([409, 'lab_flow_not_available']);
    expect(await ask(start({ scope: 'no-such-scope' }))).toEqual([400, 'lab_refused']);
    expect(await ask(start({ email: ana.email }))).toEqual([422, 'validation_failed']);
    expect(await ask(poll(''))).toEqual([422, 'validation_failed']);
    await world.admin.api('PATCH', `/applications/${otherTv.id}`, { status: 'disabled' });
    expect(await ask(start({}, otherTv))).toEqual([409, 'application_disabled']);
    expect(await ask(poll(codes.deviceCode, otherTv))).toEqual([409, 'application_disabled']);
  });
});
