import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testPassword } from '../support/admin.js';
import { authorizeUrl } from '../support/browser-flow.js';
import { claimsOf, type Person, redemption, requestOf, send, startWorld, type World } from './requests.js';

let world: World;
let app: GivenApplication;

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
});
afterAll(() => world.close());

/** Who has stolen the session cookie asks for codes without end, while the person ends everything. */
async function askWhile(
  end: (ana: Person & { accountId: string }) => Promise<unknown>,
  client = app,
): Promise<string[]> {
  const ana = await world.admin.givenUser(app.id);
  const browser = await world.signedIn(app, ana);
  const request = { scope: 'openid offline_access', prompt: 'none' };
  if (client !== app) {
    const view = await browser.open(authorizeUrl(world.issuer, requestOf(client, { ...request, prompt: 'consent' })));
    await browser.submit(view, {}, { name: 'decision', value: 'allow' });
  }
  const cookie = await browser.cookies.getCookieString(`${world.issuer}/authorize`);
  const url = authorizeUrl(world.issuer, requestOf(client, request));
  const codes: string[] = [];
  let ended = false;
  const ask = async () => {
    while (!ended) {
      const answer = await send(url.href, { headers: { cookie } });
      const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code');
      if (code !== null) codes.push(code);
    }
  };
  const asking = Promise.all(Array.from({ length: 8 }, ask));
  const { status } = (await end(ana)) as { status: number };
  ended = true;
  await asking;
  expect(status).toBeLessThan(300);
  expect(codes.length).toBeGreaterThan(0);
  return codes;
}

test('domain rule 9: allowing a device against the end of the session: no token from before works afterwards', async () => {
  const tv = await world.admin.givenApplication(world.project, 'device_flow', { access: 'everyone' });
  for (let round = 0; round < 3; round += 1) {
    const ana = await world.admin.givenUser(app.id);
    const browser = await world.signedIn(app, ana);
    const questions = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { body } = await world.post<Record<string, string>>('/device_authorization', {
          client_id: tv.clientId,
          scope: 'openid offline_access',
        });
        const page = await browser.open(body.verification_uri_complete ?? '');
        return { code: body.device_code ?? '', view: await browser.submit(page) };
      }),
    );
    await Promise.all([
      world.admin.api('POST', `/accounts/${ana.accountId}/sign-out`),
      ...questions.map(({ view }) => browser.submit(view, {}, { name: 'decision', value: 'allow' })),
    ]);
    for (const { code } of questions) {
      const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
      const answer = await world.post('/token', { grant_type, client_id: tv.clientId, device_code: code });
      expect([answer.status, answer.body.access_token]).toEqual([400, undefined]);
    }
  }
});

describe('domain rule 9: asking for codes against the end of the session', () => {
  test.each<[string, (ana: { accountId: string }) => Promise<unknown>]>([
    ['a sign-out everywhere', ({ accountId }) => world.admin.api('POST', `/accounts/${accountId}/sign-out`)],
    [
      'a new password',
      ({ accountId }) => world.admin.api('PATCH', `/accounts/${accountId}`, { password: `${testPassword} anew` }),
    ],
  ])('%s: no code from before works afterwards', async (_, end) => {
    for (let round = 0; round < 2; round += 1) {
      const codes = await askWhile(end);
      // The newest are those that were on their way.
      for (const code of codes.slice(-16)) {
        const answer = await world.as(app, '/token', redemption(code));
        expect(
          [answer.status, answer.body.error],
          JSON.stringify(answer.body.access_token ? claimsOf(answer.body.access_token) : {}),
        ).toEqual([400, 'invalid_grant']);
      }
    }
  });
});

test('OpenID Connect Core §3.1.2.4: asking for codes against the end of the consent: no code from before works afterwards', async () => {
  const partner = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    firstParty: false,
  });
  for (let round = 0; round < 2; round += 1) {
    const codes = await askWhile(
      ({ accountId }) => world.admin.api('DELETE', `/accounts/${accountId}/consents/${partner.id}`),
      partner,
    );
    for (const code of codes.slice(-16)) {
      const answer = await world.as(partner, '/token', redemption(code));
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    }
  }
});
