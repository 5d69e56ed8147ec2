import { exportJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import { type Browser, createBrowser, type View } from '../support/browser-flow.js';
import { type ClientKey, jwksOf, makeClientKey, unsigned } from '../support/client-key.js';
import { createTestOutbound, type TestOutbound } from '../support/outbound.js';
import {
  claimsOf,
  discover,
  expectRefused,
  type Person,
  redemption,
  refusalOf,
  setMetadata,
  startWorld,
  type World,
} from './requests.js';

const place = 'https://app.example.com/request.jwt';
const jwksUri = 'https://app.example.com/jwks.json';

let world: World;
let outbound: TestOutbound;
let web: GivenApplication;
let person: Person;
let browser: Browser;
let key: ClientKey;

beforeAll(async () => {
  outbound = createTestOutbound();
  world = await startWorld({ fetch: outbound });
  key = await makeClientKey();
  web = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    jwks: jwksOf(key),
    redirectUris: [testRedirectUri, 'https://app.example.com/second'],
  });
  person = await world.admin.givenUser(web.id);
  browser = await world.signedIn(web, person);
});
afterAll(() => world.close());

/** A whole request, as it stands inside. */
function inside(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: web.clientId,
    aud: world.issuer,
    client_id: web.clientId,
    response_type: 'code',
    redirect_uri: testRedirectUri,
    scope: 'openid',
    state: 'inside',
    ...change,
  };
}

async function open(params: Record<string, string>, opened: Browser = browser): Promise<View> {
  const url = new URL(`${world.issuer}/authorize`);
  url.search = new URLSearchParams({ client_id: web.clientId, ...params }).toString();
  return opened.open(url);
}

async function expectCode(params: Record<string, string>): Promise<URLSearchParams> {
  const view = await open(params);
  expect([view.left, view.html]).toEqual([true, '']);
  expect(Object.fromEntries(view.url.searchParams)).toMatchObject({ code: expect.any(String), iss: world.issuer });
  return view.url.searchParams;
}

/** Refused on a page, since nothing outside says where to go. */
async function expectPage(
  params: Record<string, string>,
  rule: string,
  error = 'invalid_request_object',
): Promise<void> {
  const view = await open(params);
  expect([view.left, view.status]).toEqual([false, 400]);
  expect(await refusalOf(world, view)).toMatchObject({ error, rule, endpoint: 'authorize', applicationId: web.id });
}

describe('RFC 9101 §5: a request by value', () => {
  test('everything inside, only client_id outside', async () => {
    const request = await key.sign(inside({ nonce: 'n' }), { typ: 'oauth-authz-req+jwt' });
    const answer = await expectCode({ request });
    expect(answer.get('state')).toBe('inside');
    const tokens = await world.as(web, '/token', redemption(answer.get('code') ?? ''));
    expect(claimsOf(tokens.body.id_token)).toMatchObject({ nonce: 'n', aud: web.clientId });
  });

  test('by POST', async () => {
    const cookie = await browser.cookies.getCookieString(`${world.issuer}/authorize`);
    const answer = await world.post(
      '/authorize',
      { client_id: web.clientId, request: await key.sign(inside()) },
      { cookie },
    );
    expect(new URL(answer.headers.get('location') ?? '').searchParams.has('code')).toBe(true);
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])('signed with %s', async (alg) => {
    const signer = await makeClientKey(alg);
    await setMetadata(world, web, { jwks: jwksOf(key, signer) });
    await expectCode({ request: await signer.sign(inside()) });
  });

  test('OpenID Connect Core §6.1: those inside win, those outside fill up', async () => {
    const request = await key.sign({ client_id: web.clientId, response_type: 'code', state: 'inside' });
    const outer = { response_type: 'code', redirect_uri: testRedirectUri, scope: 'openid', state: 'outside', request };
    expect((await expectCode(outer)).get('state')).toBe('inside');
  });

  test('OpenID Connect Core §6.1: nonce only inside', async () => {
    const request = await key.sign({ nonce: 'only inside' });
    const code = (
      await expectCode({ response_type: 'code', redirect_uri: testRedirectUri, scope: 'openid', request })
    ).get('code');
    const tokens = await world.as(web, '/token', redemption(code ?? ''));
    expect(claimsOf(tokens.body.id_token).nonce).toBe('only inside');
  });

  test('RFC 9101 §5: typed for it, nothing outside counts but client_id', async () => {
    const { state: _, ...claims } = inside();
    const request = await key.sign(claims, { typ: 'oauth-authz-req+jwt' });
    const answer = await expectCode({ request, state: 'outside', prompt: 'login', scope: 'nonsense' });
    expect(answer.has('state')).toBe(false);
  });

  test('the redirect_uri inside is the one that counts', async () => {
    const request = await key.sign(inside({ redirect_uri: 'https://app.example.com/second' }));
    for (const redirect_uri of [testRedirectUri, 'https://app.example.com/callback_invalid']) {
      const view = await open({ request, redirect_uri, response_type: 'code' });
      expect(`${view.url.origin}${view.url.pathname}`).toBe('https://app.example.com/second');
      expect(view.url.searchParams.has('code')).toBe(true);
    }
  });

  test('numbers and objects inside are read as the parameters they are', async () => {
    const claims = { userinfo: { given_name: { essential: true } } };
    const answer = await expectCode({ request: await key.sign(inside({ max_age: 3600, claims })) });
    const tokens = await world.as(web, '/token', redemption(answer.get('code') ?? ''));
    expect((await world.userinfo(tokens.body.access_token)).body).toMatchObject({ given_name: 'Ana' });
  });

  test('the sign-in page keeps what was inside', async () => {
    const fresh = createBrowser(world.server.url);
    const page = await open({ request: await key.sign(inside()), state: 'outside' }, fresh);
    expect(page.url.search).not.toContain('request=');
    world.server.clock.advance(300);
    const done = await fresh.submit(page, person);
    expect(done.url.searchParams.get('state')).toBe('inside');
    expect(done.url.searchParams.has('code')).toBe(true);
  });
});

describe('RFC 9101 §6: a request object that is not right is refused', () => {
  const now = () => world.server.clock.now();
  test.each<[string, () => Record<string, unknown>, string]>([
    ['another client_id', () => ({ client_id: 'other' }), 'request_object.client_id'],
    ['another iss', () => ({ iss: 'other' }), 'request_object.iss'],
    ['another aud', () => ({ aud: 'https://other.example' }), 'request_object.aud'],
    ['exp passed', () => ({ exp: now() }), 'request_object.exp'],
    ['nbf ahead', () => ({ nbf: now() + 11 }), 'request_object.nbf'],
    ['request inside', () => ({ request: 'x' }), 'request_object.request'],
    ['request_uri inside', () => ({ request_uri: place }), 'request_object.request_uri'],
    ['a client assertion', () => ({ sub: web.clientId, jti: 'x' }), 'request_object.sub'],
  ])('%s', async (_, change, rule) => {
    await expectPage({ request: await key.sign(inside(change())) }, rule);
  });

  test('alg none', () => expectPage({ request: unsigned(inside()) }, 'request_object.alg'));

  test('a key that is not the client’s', async () => {
    const stranger = await makeClientKey();
    await expectPage({ request: await stranger.sign(inside()) }, 'request_object.key');
    await expectPage({ request: await stranger.sign(inside(), { kid: key.kid }) }, 'request_object.signature');
  });

  test('another algorithm than the registered one', async () => {
    const rsa = await makeClientKey('RS256');
    await setMetadata(world, web, { jwks: jwksOf(key, rsa), requestObjectAlg: 'RS256' });
    await expectCode({ request: await rsa.sign(inside()) });
    await expectPage({ request: await key.sign(inside()) }, 'request_object.alg');
    await setMetadata(world, web, { requestObjectAlg: null });
  });

  test('no JWT, an encrypted one, one of another kind', async () => {
    await expectPage({ request: 'hello' }, 'request_object.malformed');
    await expectPage({ request: 'e30.e30.e30.e30.e30' }, 'request_object.malformed');
    await expectPage({ request: await key.sign(inside(), { typ: 'client-authentication+jwt' }) }, 'request_object.typ');
  });

  test('a client without keys', async () => {
    await setMetadata(world, web, { jwks: null });
    await expectPage({ request: await key.sign(inside()) }, 'request_object.keys_missing');
    await setMetadata(world, web, { jwks: jwksOf(key) });
  });

  test('OpenID Connect Core §6.1: response_type inside and outside differ', async () => {
    const view = await open({
      request: await key.sign(inside()),
      response_type: 'id_token',
      redirect_uri: testRedirectUri,
    });
    expect(view.url.searchParams.get('error')).toBe('invalid_request_object');
  });

  test('objects that cannot be made into text, in a claim or in the header', async () => {
    const odd = { toString: '' };
    const request = await key.sign({ ...inside(), response_type: odd });
    await expectPage({ request, response_type: 'code' }, 'request_object.response_type');
    // jose sees that such a header is none; whoever signs by hand can send it.
    const header = { alg: 'ES256', kid: odd, typ: odd };
    const [encoded, , signature] = request.split('.');
    expect(encoded).toBeTruthy();
    const parts = [header, inside()].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const view = await open({ request: [...parts, signature].join('.') });
    expect([view.left, view.status]).toEqual([false, 400]);
  });

  test('request and request_uri together', async () => {
    await expectPage(
      { request: await key.sign(inside()), request_uri: place },
      'request_object.twice',
      'invalid_request',
    );
  });

  test('goes back to a registered redirect_uri outside, with the state outside; to no other', async () => {
    const request = unsigned(inside());
    const view = await open({ request, redirect_uri: testRedirectUri, state: 'outside', response_mode: 'fragment' });
    expect(`${view.url.origin}${view.url.pathname}`).toBe(testRedirectUri);
    expect(Object.fromEntries(new URLSearchParams(view.url.hash.slice(1)))).toEqual({
      error: 'invalid_request_object',
      error_description: 'The request object is not valid',
      state: 'outside',
      iss: world.issuer,
    });
    await expectPage({ request, redirect_uri: 'https://evil.example/' }, 'request_object.alg');
  });

  test('a redirect_uri inside that is not registered is shown, not followed', async () => {
    const request = await key.sign(inside({ redirect_uri: 'https://app.example.com/callback/x' }));
    await expectPage({ request, redirect_uri: testRedirectUri }, 'redirect.mismatch', 'invalid_request');
  });

  test('what is wrong inside is said at the redirect_uri inside', async () => {
    const view = await open({ request: await key.sign(inside({ response_type: 'token' })) });
    expect(Object.fromEntries(view.url.searchParams)).toMatchObject({
      error: 'unsupported_response_type',
      state: 'inside',
    });
  });

  test('the client has to be named outside', async () => {
    const view = await browser.open(`${world.issuer}/authorize?request=${await key.sign(inside())}`);
    expect([view.left, view.status]).toEqual([false, 400]);
    expect(await refusalOf(world, view)).toMatchObject({ rule: 'param.missing', expected: 'client_id' });
  });
});

describe('OpenID Connect Core §6.2: a request by reference', () => {
  beforeAll(() => setMetadata(world, web, { requestUris: [`${place}#abc`, 'https://app.example.com/gone'] }));

  test.each(['#abc', '#another-hash', ''])('a registered place, with the fragment “%s”', async (fragment) => {
    outbound.documents.set(place, `${await key.sign(inside({ state: `at ${fragment}` }))}\n`);
    outbound.asked.length = 0;
    const answer = await expectCode({ request_uri: `${place}${fragment}`, response_type: 'code', scope: 'openid' });
    expect(answer.get('state')).toBe(`at ${fragment}`);
    expect(outbound.asked).toEqual([place]);
  });

  test('a place that is not registered is not even asked', async () => {
    outbound.asked.length = 0;
    for (const uri of [
      'https://app.example.com/other',
      'https://evil.example/request.jwt',
      `${place}2`,
      'http://127.0.0.1/',
    ])
      await expectPage({ request_uri: uri }, 'request_uri.not_registered', 'invalid_request_uri');
    expect(outbound.asked).toEqual([]);
  });

  test('a place that does not answer', async () => {
    await expectPage({ request_uri: 'https://app.example.com/gone' }, 'request_uri.unreadable', 'invalid_request_uri');
  });

  test('a document that is no request', async () => {
    outbound.documents.set(place, '<html>');
    await expectPage({ request_uri: place }, 'request_object.malformed');
    outbound.documents.set(place, unsigned(inside()));
    await expectPage({ request_uri: place }, 'request_object.alg');
  });

  test('signed with a key that the client publishes', async () => {
    const published = await makeClientKey('RS256');
    outbound.documents.set(
      jwksUri,
      JSON.stringify({ keys: [{ ...(await exportJWK(published.privateKey)), kid: 'x' }] }),
    );
    await setMetadata(world, web, { jwks: null, jwksUri });
    const request = await published.sign(inside());
    await expectPage({ request }, 'request_object.keys_unavailable');
    outbound.documents.set(jwksUri, JSON.stringify(jwksOf(published)));
    world.server.clock.advance(10);
    await expectCode({ request });
    await setMetadata(world, web, { jwks: jwksOf(key), jwksUri: null });
  });
});

describe('RFC 9126 §3: a request object that is pushed', () => {
  const push = (params: Record<string, string>) => world.as<{ request_uri: string }>(web, '/par', params);

  test('is opened when it is pushed', async () => {
    const answer = await push({ request: await key.sign(inside(), { typ: 'oauth-authz-req+jwt' }) });
    expect(answer.status).toBe(201);
    expect((await expectCode({ request_uri: answer.body.request_uri })).get('state')).toBe('inside');
  });

  test('is refused when it is pushed', async () => {
    const refused = (rule: string) => ({
      status: 400,
      error: 'invalid_request_object',
      row: { rule, endpoint: 'par', applicationId: web.id },
    });
    await expectRefused(world, await push({ request: unsigned(inside()) }), refused('request_object.alg'));
    const other = await push({ request: await key.sign(inside({ client_id: 'other' })) });
    await expectRefused(world, other, refused('request_object.client_id'));
    const nested = await push({ request: await key.sign(inside({ request_uri: place })) });
    await expectRefused(world, nested, refused('request_object.request_uri'));
    const stranger = await makeClientKey();
    const foreign = await push({ request: await stranger.sign(inside()) });
    await expectRefused(world, foreign, refused('request_object.key'));
  });

  test('counts for an application that has to push', async () => {
    await setMetadata(world, web, { requirePar: true });
    const request = await key.sign(inside());
    const view = await open({ request });
    expect(view.url.searchParams.get('error')).toBe('invalid_request');
    const answer = await push({ request });
    await expectCode({ request_uri: answer.body.request_uri });
    await setMetadata(world, web, { requirePar: false });
  });
});

test('OpenID Connect Discovery §3: the metadata says what is offered', async () => {
  expect(await discover(world)).toMatchObject({
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    request_object_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519'],
  });
});
