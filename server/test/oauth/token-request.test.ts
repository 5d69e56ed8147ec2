import type { Refusal } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import {
  countIssued,
  credentials,
  expectNotCached,
  expectRefused,
  form,
  type Params,
  type Person,
  redemption,
  send,
  startWorld,
  type World,
} from './requests.js';

let world: World;
let service: GivenApplication;
let web: GivenApplication;
let spa: GivenApplication;
let backEnd: GivenApplication;
let user: Person;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  service = await admin.givenApplication(project, 'client_credentials');
  web = await admin.givenApplication(project, 'authorization_flow');
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', { access: 'everyone' });
  backEnd = await admin.givenApplication(project, 'user_credentials', { access: 'everyone' });
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

const ask = { grant_type: 'client_credentials' };
const nobody = { username: 'nobody@example.com', password: 'wrong password' };

type Row = Partial<Refusal> & { rule: string };

/** Sends a request that must be refused, and checks that nothing was issued. */
async function refusedBy(app: GivenApplication, params: Params, error: string, row: Row): Promise<void> {
  const before = await countIssued(world);
  const answer = await world.as(app, '/token', params);
  await expectRefused(world, answer, { status: 400, error, row: { endpoint: 'token', applicationId: app.id, ...row } });
  expect(await countIssued(world)).toEqual(before);
}

describe('RFC 6749 §3.2: the parameters of a token request', () => {
  test('an answer is JSON that no cache keeps (§5.1)', async () => {
    const answer = await world.as(service, '/token', ask);
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900 });
  });

  test('unknown parameters are ignored', async () => {
    expect((await world.as(service, '/token', { ...ask, extra: 'foobar', foo: '' })).status).toBe(200);
  });

  test('§3.1: a parameter without a value counts as left out', async () => {
    expect(
      (await world.as(service, '/token', 'grant_type=client_credentials&scope=&resource=&client_id=')).status,
    ).toBe(200);
  });

  test.each([
    ['no grant_type', {}],
    ['an empty grant_type', { grant_type: '' }],
  ])('%s is refused', async (_, params) => {
    await refusedBy(service, params, 'invalid_request', { rule: 'param.missing', expected: 'grant_type' });
  });

  test.each<[string, () => GivenApplication, Record<string, string>]>([
    ['code', () => web, { grant_type: 'authorization_code', redirect_uri: testRedirectUri }],
    ['refresh_token', () => web, { grant_type: 'refresh_token' }],
    ['username', () => backEnd, { grant_type: 'password', password: nobody.password }],
    ['password', () => backEnd, { grant_type: 'password', username: nobody.username }],
  ])('a missing %s is refused by name', async (name, app, params) => {
    await refusedBy(app(), params, 'invalid_request', { rule: 'param.missing', expected: name });
  });

  test.each(['grant_type', 'code', 'redirect_uri', 'code_verifier', 'scope', 'client_id', 'anything'])(
    'a repeated %s is refused, even with the same value, and the code lives on',
    async (name) => {
      const code = await world.codeFor(browser, web);
      const params = `${form(redemption(code))}&${name}=x&${name}=x`;
      const answer = await world.as(web, '/token', params);
      await expectRefused(world, answer, {
        status: 400,
        error: 'invalid_request',
        row: { endpoint: 'token', rule: 'param.duplicate', received: name },
      });
      expect((await world.as(web, '/token', redemption(code))).status).toBe(200);
    },
  );

  test.each(['x', 'implicit', 'AUTHORIZATION_CODE', 'urn:ietf:params:oauth:grant-type:saml2-bearer', 'constructor'])(
    '§5.2: the grant type %s is not supported',
    async (grant_type) => {
      await refusedBy(service, { grant_type }, 'unsupported_grant_type', {
        rule: 'grant.unknown',
        received: grant_type,
      });
    },
  );

  test.each(['code', 'client_id', 'na\0me'])('a NUL in or beside %j is refused', async (name) => {
    const value = name.includes('\0') ? 'x' : 'a\0b';
    const answer = await world.as(web, '/token', { grant_type: 'authorization_code', [name]: value });
    await expectRefused(world, answer, {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'param.invalid', received: name.replace('\0', '') },
    });
  });

  test.each(['code', 'username', 'scope', 'x'])('a %s of more than 8,192 characters is refused', async (name) => {
    const answer = await world.as(web, '/token', { grant_type: 'authorization_code', [name]: 'a'.repeat(8193) });
    await expectRefused(world, answer, {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'param.invalid', received: name },
    });
  });
});

describe('RFC 6749 §3.2: the body is a form', () => {
  test.each([
    ['JSON', 'application/json', JSON.stringify(ask)],
    ['broken JSON', 'application/json', '{"grant_type":'],
    ['text', 'text/plain', form(ask)],
    ['XML', 'application/xml', '<grant_type/>'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
    ['a type that only begins alike', 'application/x-www-form-urlencoded-x', form(ask)],
  ])('%s is refused', async (_, type, body) => {
    const answer = await send(`${world.issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': type, ...credentials(service) },
      body,
    });
    await expectRefused(world, answer, {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'param.content_type', expected: 'application/x-www-form-urlencoded', received: type },
    });
  });

  test('a body without a type is refused, and so is none at all', async () => {
    const headers = credentials(service);
    const said = {
      status: 400,
      error: 'invalid_request',
      row: { rule: 'param.content_type', received: '(no content type)' },
    };
    const bytes = { method: 'POST', headers, body: new TextEncoder().encode(form(ask)) };
    await expectRefused(world, await send(`${world.issuer}/token`, bytes), said);
    await expectRefused(world, await send(`${world.issuer}/token`, { method: 'POST', headers }), said);
  });

  test('RFC 9110 §8.3.1: the type in capitals and with a charset is accepted', async () => {
    const headers = { ...credentials(service), 'content-type': 'Application/X-WWW-Form-Urlencoded ; charset=UTF-8' };
    expect((await send(`${world.issuer}/token`, { method: 'POST', headers, body: form(ask) })).status).toBe(200);
  });

  test('parameters in the query are not read', async () => {
    const headers = { ...credentials(service), 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await send(`${world.issuer}/token?${form(ask)}`, { method: 'POST', headers, body: '' });
    await expectRefused(world, answer, { status: 400, error: 'invalid_request', row: { rule: 'param.missing' } });
  });

  test.each(['/token', '/introspect', '/revoke', '/userinfo'])('%s answers a body of 1 MB with 413', async (path) => {
    const body = 'x'.repeat(1024 * 1024);
    const answer = await world.post(path, body, credentials(service));
    expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request']);
    expectNotCached(answer);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('§3.2: %s is not answered with a token', async (method) => {
    const answer = await send(`${world.issuer}/token?${form(ask)}`, { method, headers: credentials(service) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('access_token');
  });

  test('a suite that does not exist has no token endpoint', async () => {
    for (const slug of ['no-such-suite', 'UPPER', '%20', 'a%00b', 'x'.repeat(101)]) {
      const answer = await send(`${world.server.url}/suites/${slug}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...credentials(service) },
        body: form(ask),
      });
      expect([answer.status, answer.body.error], slug).toEqual([404, 'invalid_request']);
    }
  });
});

describe('domain rule 2: the grants of an authenticator type', () => {
  const params: Record<string, Record<string, string>> = {
    authorization_code: redemption('tes_ac_x'),
    refresh_token: { grant_type: 'refresh_token', refresh_token: 'tes_rt_x' },
    password: { grant_type: 'password', ...nobody },
    client_credentials: ask,
  };
  test.each<[string, () => GivenApplication, string[]]>([
    ['user_credentials', () => backEnd, ['authorization_code', 'client_credentials']],
    ['authorization_flow', () => web, ['password', 'client_credentials']],
    ['authorization_pkce_flow', () => spa, ['password', 'client_credentials']],
    ['client_credentials', () => service, ['authorization_code', 'refresh_token', 'password']],
  ])('%s may use no other', async (_, app, forbidden) => {
    for (const grant of forbidden)
      await refusedBy(app(), params[grant] ?? {}, 'unauthorized_client', {
        rule: 'grant.not_allowed',
        received: grant,
      });
  });
});

describe('RFC 6749 §4.4: client_credentials', () => {
  test.each(['openid', 'anything'])('§4.4.2: the scope %s is refused', async (scope) => {
    await refusedBy(service, { ...ask, scope }, 'invalid_scope', { rule: 'scope.unknown', received: scope });
  });

  test('RFC 8707 §2: an unknown resource, or several, are refused', async () => {
    const { defaultResource } = world.project;
    const resource = 'https://unknown.example/';
    await refusedBy(service, { ...ask, resource }, 'invalid_target', {
      rule: 'resource.unknown',
      expected: defaultResource,
      received: resource,
    });
    await refusedBy(
      service,
      `${form(ask)}&${form({ resource })}&${form({ resource: defaultResource })}`,
      'invalid_target',
      {
        rule: 'resource.unknown',
      },
    );
    expect((await world.as(service, '/token', { ...ask, resource: defaultResource })).status).toBe(200);
  });

  test('§4.4.3: no refresh token, whatever the application’s setting', async () => {
    const { body } = await world.as(service, '/token', ask);
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
  });
});

describe('RFC 6749 §4.3: password', () => {
  const wrong = { status: 400, error: 'invalid_grant', row: { rule: 'user.credentials' } };

  test('a wrong password and an unknown user get the same answer', async () => {
    const known = await world.as(backEnd, '/token', {
      grant_type: 'password',
      username: user.email,
      password: 'wrong',
    });
    const unknown = await world.as(backEnd, '/token', { grant_type: 'password', ...nobody });
    await expectRefused(world, known, wrong);
    await expectRefused(world, unknown, wrong);
    expect(known.text).toBe(unknown.text);
  });

  test('domain rule 1: a person of the suite who is not assigned is refused', async () => {
    const assigned = await world.admin.givenApplication(world.project, 'user_credentials');
    const params = { grant_type: 'password', username: user.email, password: user.password };
    await refusedBy(assigned, params, 'invalid_grant', { rule: 'user.not_assigned' });
    expect((await world.as(backEnd, '/token', params)).status).toBe(200);
  });

  test('a scope or resource that cannot be granted is refused before the password is tried', async () => {
    const before = await world.refusals('rule=user.credentials');
    const params = { grant_type: 'password', ...nobody };
    await refusedBy(backEnd, { ...params, scope: 'openid admin' }, 'invalid_scope', { rule: 'scope.unknown' });
    await refusedBy(backEnd, { ...params, resource: 'urn:x' }, 'invalid_target', { rule: 'resource.unknown' });
    expect(await world.refusals('rule=user.credentials')).toEqual(before);
  });
});
