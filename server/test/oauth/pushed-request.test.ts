import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteExpired } from '../../src/store/expired.js';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import { jwksOf, makeClientKey } from '../support/client-key.js';
import {
  type Answer,
  anotherSuite,
  basic,
  credentials,
  discover,
  expectRefused,
  type Person,
  pkcePair,
  redemption,
  refusalOf,
  requestOf,
  send,
  startWorld,
  type World,
} from './requests.js';

interface Pushed {
  request_uri: string;
  expires_in: number;
}

let world: World;
let web: GivenApplication;
let spa: GivenApplication;
let person: Person;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  spa = await world.admin.givenApplication(world.project, 'authorization_pkce_flow', {
    access: 'everyone',
    allowedOrigins: ['https://spa.example.com'],
  });
  person = await world.admin.givenUser(web.id);
  browser = await world.signedIn(web, person);
});
afterAll(() => world.close());

function push(app: GivenApplication, params: Record<string, string> = {}, headers?: Record<string, string>) {
  const { client_id: _, ...request }: Record<string, string> = {
    response_type: 'code',
    scope: 'openid',
    ...requestOf(app),
    ...params,
  };
  return world.as<Pushed>(app, '/par', request, headers);
}

async function pushed(app: GivenApplication, params?: Record<string, string>): Promise<string> {
  const answer = await push(app, params);
  expect([answer.status, answer.text]).toEqual([201, expect.stringContaining('request_uri')]);
  return answer.body.request_uri;
}

function urlOf(app: GivenApplication, request_uri: string, params: Record<string, string> = {}): URL {
  const url = new URL(`${world.issuer}/authorize`);
  url.search = new URLSearchParams({ client_id: app.clientId, request_uri, ...params }).toString();
  return url;
}

async function open(app: GivenApplication, uri: string, params?: Record<string, string>): Promise<URLSearchParams> {
  const view = await browser.open(urlOf(app, uri, params));
  expect([view.left, view.html]).toEqual([true, '']);
  return view.url.searchParams;
}

/** What a page says and the row that explains it. */
async function expectPage(url: URL, rule: string): Promise<void> {
  const view = await createBrowser(world.server.url).open(url);
  expect([view.left, view.status]).toEqual([false, 400]);
  expect(await refusalOf(world, view)).toMatchObject({ error: 'invalid_request_uri', rule, endpoint: 'authorize' });
}

describe('RFC 9126 §2: pushing a request', () => {
  test('RFC 9126 §2.2: answers 201 with a request_uri and how long it lives', async () => {
    const answer = await push(web);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}$/),
      expires_in: 60,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await push(web)).body.request_uri).not.toBe(answer.body.request_uri);
  });

  test('§4: the request is opened with client_id, and the code comes with its own state', async () => {
    const { verifier, challenge } = pkcePair();
    const uri = await pushed(web, {
      state: 'from the push',
      nonce: 'n',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const answer = await open(web, uri);
    expect([answer.get('state'), answer.get('iss')]).toEqual(['from the push', world.issuer]);
    const code = answer.get('code') ?? '';
    const tokens = await world.as(web, '/token', redemption(code, { code_verifier: verifier }));
    expect(tokens.status).toBe(200);
    expect(Buffer.from(tokens.body.id_token?.split('.')[1] ?? '', 'base64url').toString()).toContain('"nonce":"n"');
  });

  test('FAPI 2.0: what stands beside it at the authorization endpoint is ignored', async () => {
    const uri = await pushed(web, { state: 'from the push' });
    const beside = { state: 'other', response_type: 'token', redirect_uri: 'https://evil.example/', scope: 'nonsense' };
    const answer = await open(web, uri, beside);
    expect([answer.get('state'), answer.has('code')]).toEqual(['from the push', true]);
  });

  test('a public client pushes with its client_id', async () => {
    const { verifier, challenge } = pkcePair();
    const uri = await pushed(spa, { code_challenge: challenge, code_challenge_method: 'S256' });
    const code = (await open(spa, uri)).get('code') ?? '';
    expect((await world.as(spa, '/token', redemption(code, { code_verifier: verifier }))).status).toBe(200);
  });

  test('with the secret in the body, which is kept nowhere', async () => {
    const secret = { client_id: web.clientId, client_secret: web.clientSecret ?? '' };
    const params = { response_type: 'code', ...requestOf(web), ...secret };
    expect((await world.post('/par', params)).status).toBe(201);
    const rows = await world.server.deps.db.selectFrom('pushedRequests').select('params').execute();
    for (const row of rows) expect(row.params).not.toContain('client_secret');
  });

  test('with private_key_jwt for the endpoint, which is kept nowhere either', async () => {
    const key = await makeClientKey();
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwks: jwksOf(key),
    });
    const now = world.server.clock.now();
    for (const aud of [world.issuer, `${world.issuer}/par`, `${world.issuer}/token`]) {
      const claims = { iss: app.clientId, sub: app.clientId, aud, exp: now + 60, jti: aud };
      const answer = await world.post<Pushed>('/par', {
        response_type: 'code',
        ...requestOf(app),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await key.sign(claims),
      });
      expect([answer.status, answer.body.expires_in]).toEqual([201, 60]);
      expect((await open(app, answer.body.request_uri)).has('code')).toBe(true);
    }
    const rows = await world.server.deps.db.selectFrom('pushedRequests').select('params').execute();
    for (const row of rows) expect(row.params).not.toContain('client_assertion');
  });

  test('RFC 9126 §5: the metadata names the endpoint', async () => {
    expect(await discover(world)).toMatchObject({
      pushed_authorization_request_endpoint: `${world.issuer}/par`,
      require_pushed_authorization_requests: false,
    });
  });

  test('§2.3: CORS like the other endpoints', async () => {
    const origin = 'https://spa.example.com';
    const preflight = await send(`${world.issuer}/par`, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect((await push(spa, {}, { origin })).headers.get('access-control-allow-origin')).toBe(origin);
    const refused = await push(spa, {}, { origin: 'https://other.example.com' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('RFC 9449 §10: dpop_jkt is kept with the request', async () => {
    const jkt = 'j'.repeat(43);
    const uri = await pushed(web, { dpop_jkt: jkt });
    const rows = await world.server.deps.db
      .selectFrom('pushedRequests')
      .select('dpopJkt')
      .where('dpopJkt', '=', jkt)
      .execute();
    expect(rows).toHaveLength(1);
    await open(web, uri);
    const codes = await world.server.deps.db.selectFrom('codes').select('dpopJkt').where('dpopJkt', '=', jkt).execute();
    expect(codes).toHaveLength(1);
  });
});

describe('RFC 9126 §2.3: what is wrong is said at once, as JSON', () => {
  const refused = (answer: Answer<unknown>, error: string, rule: string, status = 400) =>
    expectRefused(world, answer, { status, error, row: { rule, endpoint: 'par', applicationId: web.id } });

  test.each<[string, Record<string, string>, string, string]>([
    ['another redirect_uri', { redirect_uri: 'https://app.example.com/other' }, 'invalid_request', 'redirect.mismatch'],
    ['no redirect_uri', { redirect_uri: '' }, 'invalid_request', 'param.missing'],
    ['no response_type', { response_type: '' }, 'invalid_request', 'param.missing'],
    ['another response_type', { response_type: 'code id_token' }, 'unsupported_response_type', 'response_type.unknown'],
    ['an unknown scope', { scope: 'openid nonsense' }, 'invalid_scope', 'scope.unknown'],
    ['an unknown resource', { resource: 'https://unknown.example' }, 'invalid_target', 'resource.unknown'],
    ['an unknown response_mode', { response_mode: 'jwt' }, 'invalid_request', 'response_mode.unknown'],
    ['plain PKCE', { code_challenge: 'x'.repeat(43) }, 'invalid_request', 'pkce.method'],
    [
      '§2.1: a request_uri',
      { request_uri: 'https://app.example.com/request.jwt' },
      'invalid_request',
      'par.request_uri',
    ],
    ['a request_uri beside a request', { request_uri: 'urn:x', request: 'x' }, 'invalid_request', 'par.request_uri'],
  ])('%s', async (_, params, error, rule) => {
    const answer = await push(web, params);
    await refused(answer, error, rule);
  });

  test('a public client without PKCE', async () => {
    const answer = await world.post('/par', {
      response_type: 'code',
      client_id: spa.clientId,
      redirect_uri: testRedirectUri,
    });
    await expectRefused(world, answer, { status: 400, error: 'invalid_request', row: { rule: 'pkce.missing' } });
  });

  test('a wrong secret, no secret, an unknown client', async () => {
    const request = { response_type: 'code', ...requestOf(web) };
    await refused(
      await world.post('/par', request, basic(web.clientId, 'wrong')),
      'invalid_client',
      'client.auth_wrong',
      401,
    );
    await refused(await world.post('/par', request), 'invalid_client', 'client.auth_missing', 401);
    const nobody = await world.post('/par', { ...request, client_id: 'nobody' });
    await expectRefused(world, nobody, { status: 401, error: 'invalid_client', row: { rule: 'client.unknown' } });
  });

  test('the client_id of another client', async () => {
    const answer = await world.post('/par', { response_type: 'code', ...requestOf(spa) }, credentials(web));
    await expectRefused(world, answer, { status: 400, error: 'invalid_request', row: { rule: 'client.auth_twice' } });
  });

  test('an application without the code flow', async () => {
    const service = await world.admin.givenApplication(world.project, 'client_credentials', {
      redirectUris: [testRedirectUri],
    });
    await expectRefused(world, await push(service), {
      status: 400,
      error: 'unauthorized_client',
      row: { rule: 'grant.not_allowed' },
    });
  });

  test.each(['GET', 'PUT', 'DELETE'])('by %s: 405', async (method) => {
    const answer = await send(`${world.issuer}/par`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});

describe('RFC 9126 §4, §7.3: a request_uri', () => {
  test('is opened as often as the page is loaded, and used up by the code', async () => {
    const uri = await pushed(web);
    const fresh = createBrowser(world.server.url);
    const url = urlOf(web, uri);
    expect((await fresh.open(url)).left).toBe(false);
    const page = await fresh.open(url);
    expect([page.left, page.status]).toEqual([false, 200]);
    const done = await fresh.submit(page, person);
    expect(done.url.searchParams.has('code')).toBe(true);
    await expectPage(url, 'par.used');
    const again = await fresh.open(url);
    expect([again.left, again.status]).toEqual([false, 400]);
  });

  test('opened in two pages, it brings one code; the second is told so at its application', async () => {
    const uri = await pushed(web, { state: 'one of two' });
    const [first, second] = [createBrowser(world.server.url), createBrowser(world.server.url)];
    const pages = [await first.open(urlOf(web, uri)), await second.open(urlOf(web, uri))] as const;
    const done = [await first.submit(pages[0], person), await second.submit(pages[1], person)].map(
      (view) => view.url.searchParams,
    );
    expect(done[0]?.has('code')).toBe(true);
    expect(done[1]?.has('code')).toBe(false);
    expect([done[1]?.get('error'), done[1]?.get('state')]).toEqual(['invalid_request_uri', 'one of two']);
    const rows = await world.refusals(`applicationId=${web.id}`);
    expect(rows[0]).toMatchObject({ error: 'invalid_request_uri', rule: 'par.used' });
  });

  test('completed several times at once, it brings one code', async () => {
    const uri = await pushed(web);
    const cookie = await browser.cookies.getCookieString(`${world.issuer}/authorize`);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(urlOf(web, uri).href, { headers: { cookie, accept: 'text/html' } })),
    );
    const codes = answers.filter((answer) => new URL(answer.headers.get('location') ?? 'x:').searchParams.has('code'));
    expect(codes).toHaveLength(1);
  });

  test('can be opened for 60 s', async () => {
    const [early, late] = [await pushed(web), await pushed(web)];
    world.server.clock.advance(59);
    expect((await open(web, early)).has('code')).toBe(true);
    world.server.clock.advance(1);
    await expectPage(urlOf(web, late), 'par.expired');
  });

  test('that was opened in time may be completed later', async () => {
    const fresh = createBrowser(world.server.url);
    const page = await fresh.open(urlOf(web, await pushed(web)));
    world.server.clock.advance(600);
    expect((await fresh.submit(page, person)).url.searchParams.has('code')).toBe(true);
  });

  test('of another client, of another suite, or made up is refused', async () => {
    const other = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
    const uri = await pushed(web);
    await expectPage(urlOf(other, uri), 'par.other_client');
    await expectPage(urlOf(web, `${uri}x`), 'par.unknown');
    const foreign = await anotherSuite(world);
    const app = await foreign.admin.givenApplication(foreign.project, 'authorization_flow');
    const away = await foreign.as<Pushed>(app, '/par', { response_type: 'code', ...requestOf(app) });
    await expectPage(urlOf(web, away.body.request_uri), 'par.unknown');
    expect((await open(web, uri)).has('code')).toBe(true);
  });

  test('goes nowhere without client_id', async () => {
    const url = urlOf(web, await pushed(web));
    url.searchParams.delete('client_id');
    const view = await browser.open(url);
    expect([view.left, view.status]).toEqual([false, 400]);
    expect(await refusalOf(world, view)).toMatchObject({ error: 'invalid_request', rule: 'param.missing' });
  });

  test('that is refused goes back to a registered redirect_uri beside it, and to no other', async () => {
    const registered = await browser.open(
      urlOf(web, 'urn:ietf:params:oauth:request_uri:x', { redirect_uri: testRedirectUri, state: 's' }),
    );
    expect(`${registered.url.origin}${registered.url.pathname}`).toBe(testRedirectUri);
    expect(Object.fromEntries(registered.url.searchParams)).toEqual({
      error: 'invalid_request_uri',
      error_description: 'The request_uri is not valid',
      state: 's',
      iss: world.issuer,
    });
    const evil = await browser.open(
      urlOf(web, 'urn:ietf:params:oauth:request_uri:x', { redirect_uri: 'https://evil.example/' }),
    );
    expect([evil.left, evil.status]).toEqual([false, 400]);
  });

  test('with form_post, errors of the completed request go by form_post', async () => {
    const uri = await pushed(web, { response_mode: 'form_post', prompt: 'none', max_age: '0' });
    const view = await createBrowser(world.server.url).open(urlOf(web, uri));
    expect(view.html).toContain('name="error" value="login_required"');
  });

  test('is forgotten two hours after it expired', async () => {
    const count = async () => {
      const { db } = world.server.deps;
      const rows = await db.selectFrom('pushedRequests').select('uriHash').execute();
      return rows.length;
    };
    await pushed(web);
    const before = await count();
    await deleteExpired(world.server.deps.db, world.server.clock.now() + 60, world.server.deps.config.retention);
    expect(await count()).toBeGreaterThan(0);
    world.server.clock.advance(7_261);
    await deleteExpired(world.server.deps.db, world.server.clock.now(), world.server.deps.config.retention);
    expect([before > 0, await count()]).toEqual([true, 0]);
    browser = await world.signedIn(web, person);
  });
});

describe('RFC 9126 §6: an application that has to push', () => {
  let strict: GivenApplication;
  beforeAll(async () => {
    strict = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      requirePushedRequests: true,
    });
  });

  test('is refused when it does not, at its redirect URL', async () => {
    const answer = await world.authorize(browser, strict, { scope: 'openid' });
    expect(Object.fromEntries(answer)).toEqual({
      error: 'invalid_request',
      error_description: 'The request has to be pushed first',
      state: 'af0ifjsldkj',
      iss: world.issuer,
    });
    const rows = await world.refusals(`applicationId=${strict.id}`);
    expect(rows[0]).toMatchObject({ rule: 'par.required', endpoint: 'authorize' });
  });

  test('gets its code when it does', async () => {
    expect((await open(strict, await pushed(strict))).has('code')).toBe(true);
  });

  test('obeys the setting from the very next request on', async () => {
    await world.admin.api('PATCH', `/applications/${strict.id}`, { requirePushedRequests: false });
    const view = await browser.open(authorizeUrl(world.issuer, requestOf(strict)));
    expect(view.url.searchParams.has('code')).toBe(true);
  });
});
