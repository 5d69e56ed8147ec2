import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GivenApplication, testPassword } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { type Person, startWorld, type World } from './requests.js';

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
let world: World;
let tv: GivenApplication;
let web: GivenApplication;
let ana: Person & { accountId: string; id: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '1000' } });
  tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
});
afterAll(() => world.close());
beforeEach(async () => {
  ana = await world.admin.givenUser(tv.id);
  browser = await world.signedIn(web, ana);
});

/** A device whose person has agreed, and which has not asked since. */
async function allowedDevice(): Promise<string> {
  const { body } = await world.post<Record<string, string>>('/device_authorization', {
    client_id: tv.clientId,
    scope: 'openid offline_access',
  });
  const question = await browser.submit(await browser.open(body.verification_uri_complete ?? ''));
  const done = await browser.submit(question, {}, { name: 'decision', value: 'allow' });
  expect(done.html).toContain('Your device is connected');
  return body.device_code ?? '';
}

const collect = (device_code: string) => world.post('/token', { grant_type, client_id: tv.clientId, device_code });
const patch = (path: string, body: object) => world.admin.api('PATCH', path, body);

describe('RFC 8628 §3.5, domain rule 9: what was allowed to a device ends with the rest, fetched or not', () => {
  test('fetched in time, it works', async () => {
    expect((await collect(await allowedDevice())).status).toBe(200);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a new password', () => patch(`/accounts/${ana.accountId}`, { password: `${testPassword} anew` })],
    ['a sign-out everywhere by an admin', () => world.admin.api('POST', `/accounts/${ana.accountId}/sign-out`)],
    [
      'a sign-out of the application by an admin',
      () => world.admin.api('POST', `/applications/${tv.id}/users/${ana.id}/sign-out`),
    ],
    [
      'an account that was disabled and enabled again',
      async () => {
        await patch(`/accounts/${ana.accountId}`, { status: 'disabled' });
        await patch(`/accounts/${ana.accountId}`, { status: 'active' });
      },
    ],
    [
      'refresh tokens of the application that were revoked',
      () => world.admin.api('POST', `/applications/${tv.id}/revoke-refresh-tokens`),
    ],
    [
      'the sign-out of the person',
      async () => {
        const page = await browser.open(`${world.issuer}/logout`);
        expect((await browser.submit(page)).html).toContain('You are signed out');
      },
    ],
  ])('%s', async (_, end) => {
    const device = await allowedDevice();
    const ended = await end();
    if (ended) expect((ended as { status: number }).status).toBeLessThan(300);
    const answer = await collect(device);
    expect([answer.status, answer.body.error]).toEqual([400, 'access_denied']);
  });

  test('collected and ended at once: whoever wins, no token works afterwards', async () => {
    for (let round = 0; round < 5; round += 1) {
      const device = await allowedDevice();
      const [answer] = await Promise.all([
        collect(device),
        world.admin.api('POST', `/accounts/${ana.accountId}/sign-out`),
      ]);
      if (answer.status === 200) expect((await world.userinfo(answer.body.access_token)).status).toBe(401);
      browser = await world.signedIn(web, ana);
    }
  });
});
