import type { SecretWithValue } from '@tessera/contract/applications';
import type { Refusal } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { startTestServer } from '../support/server.js';
import {
  anotherSuite,
  basic,
  countIssued,
  credentials,
  expectRefused,
  pkcePair,
  redemption,
  send,
  startWorld,
  type World,
} from './requests.js';

let world: World;
let service: GivenApplication;
let spa: GivenApplication;

beforeAll(async () => {
  world = await startWorld();
  service = await world.admin.givenApplication(world.project, 'client_credentials');
  spa = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', { access: 'everyone' });
});
afterAll(() => world.close());

const ask = { grant_type: 'client_credentials' };
const rawBasic = (text: string) => ({ authorization: `Basic ${Buffer.from(text, 'latin1').toString('base64')}` });

describe('RFC 6749 §2.3.1: a client authenticates with its secret', () => {
  test('in the Authorization header', async () => {
    const answer = await world.post('/token', ask, credentials(service));
    expect([answer.status, answer.body.token_type]).toEqual([200, 'Bearer']);
  });

  test('in the body', async () => {
    const { clientId: client_id, clientSecret: client_secret = '' } = service;
    expect((await world.post('/token', { ...ask, client_id, client_secret })).status).toBe(200);
  });

  test('RFC 9110 §11.1: the name of the scheme is case-insensitive', async () => {
    const { authorization } = credentials(service);
    const answer = await world.post('/token', ask, { authorization: authorization.replace('Basic', 'bASIC') });
    expect(answer.status).toBe(200);
  });

  test('with client_id beside the header when it is the same', async () => {
    expect((await world.post('/token', { ...ask, client_id: service.clientId }, credentials(service))).status).toBe(
      200,
    );
  });

  test('with every character of id and secret percent-encoded', async () => {
    const encode = (text = '') => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
    const header = rawBasic(`${encode(service.clientId)}:${encode(service.clientSecret)}`);
    expect((await world.post('/token', ask, header)).status).toBe(200);
  });

  test('with blanks, colons, plus, percent and letters beyond ASCII in id and secret, form-encoded', async () => {
    const [clientId, clientSecret] = ['start:up client/ü', 'p+s w%rd:é&=#~!@;"\\€'];
    const env = { TESSERA_BOOTSTRAP_CLIENT_ID: clientId, TESSERA_BOOTSTRAP_CLIENT_SECRET: clientSecret };
    const server = await startTestServer({ env });
    try {
      const post = (headers: Record<string, string>, params: Record<string, string> = {}) =>
        send(`${server.issuer('system')}/token`, {
          method: 'POST',
          headers,
          body: new URLSearchParams({ ...ask, ...params }),
        });
      expect((await post(basic(clientId, clientSecret))).status).toBe(200);
      expect((await post({}, { client_id: clientId, client_secret: clientSecret })).status).toBe(200);
      // Not encoded, "+" reads as a blank and "%rd" as a broken escape.
      const notEncoded = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
      const refused = await post(notEncoded);
      expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
    } finally {
      await server.close();
    }
  });
});

describe('RFC 6749 §5.2: a client that cannot be authenticated is refused', () => {
  interface Attempt {
    app: GivenApplication;
    params?: Record<string, string>;
    headers?: Record<string, string>;
    row: Partial<Refusal> & { rule: string };
  }
  const inBody = (app: GivenApplication, client_secret?: string) => ({
    client_id: app.clientId,
    ...(client_secret === undefined ? {} : { client_secret }),
  });
  const wrong = { rule: 'client.auth_wrong' };
  const missing = { rule: 'client.auth_missing', expected: 'client_secret_basic or client_secret_post' };
  const unexpected = { rule: 'client.auth_unexpected', expected: 'none' };

  test.each<[string, () => Attempt]>([
    ['a wrong secret in the header', () => ({ app: service, headers: basic(service.clientId, 'wrong'), row: wrong })],
    ['a wrong secret in the body', () => ({ app: service, params: inBody(service, 'wrong'), row: wrong })],
    [
      'the secret with one more character',
      () => ({ app: service, headers: basic(service.clientId, `${service.clientSecret}x`), row: wrong }),
    ],
    ['no secret', () => ({ app: service, params: inBody(service), row: missing })],
    ['an empty secret in the header', () => ({ app: service, headers: basic(service.clientId, ''), row: missing })],
    ['an empty secret in the body', () => ({ app: service, params: inBody(service, ''), row: missing })],
    [
      'a secret of a public client in the header',
      () => ({ app: spa, headers: basic(spa.clientId, 'x'), row: { ...unexpected, received: 'client_secret_basic' } }),
    ],
    [
      'a secret of a public client in the body',
      () => ({ app: spa, params: inBody(spa, 'x'), row: { ...unexpected, received: 'client_secret_post' } }),
    ],
  ])('%s', async (_, make) => {
    const { app, params, headers = {}, row } = make();
    const before = await countIssued(world);
    const answer = await world.post('/token', { ...ask, ...params }, headers);
    const said = { status: 401, error: 'invalid_client', row: { endpoint: 'token', applicationId: app.id, ...row } };
    await expectRefused(world, answer, said);
    // A client that used the header is answered with its scheme.
    if (headers.authorization) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="/);
    expect(await countIssued(world)).toEqual(before);
  });

  test('an unknown client', async () => {
    const said = {
      status: 401,
      error: 'invalid_client',
      row: { rule: 'client.unknown', received: 'nobody', applicationId: null },
    };
    const inHeader = await world.post('/token', ask, basic('nobody', 'secret'));
    await expectRefused(world, inHeader, said);
    expect(inHeader.headers.get('www-authenticate')).toMatch(/^Basic /);
    await expectRefused(world, await world.post('/token', { ...ask, client_id: 'nobody', client_secret: 'x' }), said);
  });

  test('a client that does not say who it is', async () => {
    const row = { rule: 'client.auth_missing', applicationId: null };
    await expectRefused(world, await world.post('/token', ask), { status: 401, error: 'invalid_client', row });
  });

  test('a client id in other letters', async () => {
    const id = service.clientId.toUpperCase();
    const answer = await world.post('/token', ask, basic(id, service.clientSecret ?? ''));
    await expectRefused(world, answer, {
      status: 401,
      error: 'invalid_client',
      row: { rule: 'client.unknown', received: id },
    });
  });

  test('a client of another suite, with its own right secret', async () => {
    const other = await anotherSuite(world);
    const foreign = await world.admin.givenApplication(other.project, 'client_credentials');
    expect((await other.as(foreign, '/token', ask)).status).toBe(200);
    const answer = await world.as(foreign, '/token', ask);
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row: { rule: 'client.unknown' } });
  });

  test('the secret of another client', async () => {
    const other = await world.admin.givenApplication(world.project, 'client_credentials');
    const answer = await world.post('/token', ask, basic(service.clientId, other.clientSecret ?? ''));
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row: { rule: 'client.auth_wrong' } });
  });

  test.each([
    ['no base64', 'Basic %%%', 'client.auth_malformed'],
    ['no colon', rawBasic('only-an-id').authorization, 'client.auth_malformed'],
    ['an empty id', rawBasic(':secret').authorization, 'client.auth_malformed'],
    ['a broken escape', rawBasic('id:%zz').authorization, 'client.auth_malformed'],
    ['an escape that is no UTF-8', rawBasic('id:%ff%fe').authorization, 'client.auth_malformed'],
    ['a NUL', rawBasic('id\0:secret').authorization, 'client.auth_malformed'],
    ['an escaped NUL in the id', rawBasic('i%00d:secret').authorization, 'client.auth_malformed'],
    // Blanks at the end of a header do not arrive: what is left is a header without credentials.
    ['nothing at all', 'Basic  ', 'client.auth_missing'],
  ])('RFC 7617 §2: a Basic header with %s', async (_, authorization, rule) => {
    const answer = await world.post('/token', { ...ask, client_id: service.clientId }, { authorization });
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row: { rule } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });
});

describe('RFC 6749 §2.3: one method a request', () => {
  test('header and client_secret together are refused, though both are right', async () => {
    const answer = await world.post(
      '/token',
      { ...ask, client_secret: service.clientSecret ?? '' },
      credentials(service),
    );
    await expectRefused(world, answer, { status: 400, error: 'invalid_request', row: { rule: 'client.auth_twice' } });
  });

  test('header and body that name different clients are refused', async () => {
    const answer = await world.post('/token', { ...ask, client_id: spa.clientId }, credentials(service));
    const row = { rule: 'client.auth_twice', expected: service.clientId, received: spa.clientId };
    await expectRefused(world, answer, { status: 400, error: 'invalid_request', row });
  });
});

describe('domain rule 12: several secrets live at once', () => {
  test('each has an end: valid in the second before, refused from then on', async () => {
    const app = await world.admin.givenApplication(world.project, 'client_credentials');
    const added = await world.admin.api<SecretWithValue>('POST', `/applications/${app.id}/secrets`, {
      name: 'short one',
      expiresIn: 60,
    });
    const withNew = basic(app.clientId, added.body.clientSecret);
    expect((await world.post('/token', ask, withNew)).status).toBe(200);
    expect((await world.as(app, '/token', ask)).status).toBe(200);
    world.server.clock.advance(59);
    expect((await world.post('/token', ask, withNew)).status).toBe(200);
    world.server.clock.advance(1);
    await expectRefused(world, await world.post('/token', ask, withNew), {
      status: 401,
      error: 'invalid_client',
      row: {
        rule: 'client.auth_expired',
        applicationId: app.id,
        reason: expect.stringContaining('“short one” expired at'),
      },
    });
    expect((await world.as(app, '/token', ask)).status).toBe(200);
  });

  test('a revoked one is refused at the very next request', async () => {
    const app = await world.admin.givenApplication(world.project, 'client_credentials');
    const path = `/applications/${app.id}/secrets`;
    const added = await world.admin.api<SecretWithValue>('POST', path, { name: 'leaked' });
    const withNew = basic(app.clientId, added.body.clientSecret);
    expect((await world.post('/token', ask, withNew)).status).toBe(200);
    expect((await world.admin.api('DELETE', `${path}/${added.body.id}`)).status).toBe(204);
    const row = { rule: 'client.auth_wrong', applicationId: app.id };
    await expectRefused(world, await world.post('/token', ask, withNew), { status: 401, error: 'invalid_client', row });
    expect((await world.as(app, '/token', ask)).status).toBe(200);
  });
});

describe('domain rule 9: a disabled application', () => {
  test('is refused with its right secret, and told nothing with a wrong one', async () => {
    const app = await world.admin.givenApplication(world.project, 'client_credentials');
    await world.admin.api('PATCH', `/applications/${app.id}`, { status: 'disabled' });
    await expectRefused(world, await world.as(app, '/token', ask), {
      status: 400,
      error: 'unauthorized_client',
      row: { rule: 'client.disabled', applicationId: app.id },
    });
    const wrong = await world.post('/token', ask, basic(app.clientId, 'wrong'));
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
    await world.admin.api('PATCH', `/applications/${app.id}`, { status: 'active' });
    expect((await world.as(app, '/token', ask)).status).toBe(200);
  });
});

describe('client authentication comes before everything else', () => {
  test('RFC 6749 §4.1.3: a code survives a request whose client could not be authenticated', async () => {
    const web = await world.admin.givenApplication(world.project, 'authorization_flow');
    const browser = await world.signedIn(web, await world.admin.givenUser(web.id));
    const code = await world.codeFor(browser, web);
    const attempts: Record<string, string>[] = [
      basic(web.clientId, 'wrong'),
      basic('nobody', 'x'),
      credentials(service),
    ];
    for (const headers of attempts)
      expect((await world.post('/token', redemption(code), headers)).status).not.toBe(200);
    expect((await world.as(web, '/token', redemption(code))).status).toBe(200);
  });

  test('RFC 6749 §3.2.1: a public client has to name itself', async () => {
    const answer = await world.post('/token', redemption('tes_ac_x', { code_verifier: pkcePair().verifier }));
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row: { rule: 'client.auth_missing' } });
  });

  test.each(['/introspect', '/revoke'])('RFC 7662 §2.1, RFC 7009 §2.1: %s refuses the same', async (path) => {
    const endpoint = path.slice(1);
    const said = (rule: string) => ({ status: 401, error: 'invalid_client', row: { rule, endpoint } });
    const token = { token: 'tes_at_x' };
    await expectRefused(world, await world.post(path, token), said('client.auth_missing'));
    await expectRefused(world, await world.post(path, token, basic('nobody', 'x')), said('client.unknown'));
    const wrong = await world.post(path, token, basic(service.clientId, 'wrong'));
    await expectRefused(world, wrong, said('client.auth_wrong'));
    expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  test('RFC 7662 §2.1: a public client cannot introspect, not even its own token', async () => {
    const answer = await world.as(spa, '/introspect', { token: 'tes_at_x' });
    const row = { rule: 'client.auth_missing', endpoint: 'introspect', applicationId: spa.id };
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row });
  });
});
