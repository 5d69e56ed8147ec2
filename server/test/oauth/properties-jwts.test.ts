import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { createTestOutbound } from '../support/outbound.js';
import { type Draft, makeSigner, type Signer, signDraft, spoiledJwts, spoiledTexts } from './hostile-jwts.js';
import { hostileRequests } from './hostile-requests.js';
import { countIssued, requestOf, startWorld, type TokenBody, type World } from './requests.js';

// Hundreds of requests in one test: slow only where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const runs = { numRuns: 200 };
const evil = 'https://evil.example/callback';
const postLogout = 'https://app.example.com/signed-out';
const outbound = createTestOutbound();
const own = makeSigner();

let world: World;
/** Authenticates with private_key_jwt, signs its requests, binds its tokens to keys. */
let keyed: GivenApplication;
/** Authenticates with client_secret_jwt. */
let macked: GivenApplication;
let browser: Browser;
let cookie: string;
let tokens: TokenBody;
let bound: TokenBody;
let hostile: ReturnType<typeof hostileRequests>;
let before: Record<string, number>;

beforeAll(async () => {
  world = await startWorld({ fetch: outbound, env: { TESSERA_MAX_FAILURES_PER_ADDRESS: '1000000' } });
  const { admin, project } = world;
  const everyone = { access: 'everyone' as const, postLogoutRedirectUris: [postLogout] };
  keyed = await admin.givenApplication(project, 'authorization_flow', {
    ...everyone,
    tokenEndpointAuthMethod: 'private_key_jwt',
    jwks: { keys: [own.jwk] },
  });
  macked = await admin.givenApplication(project, 'client_credentials', {
    tokenEndpointAuthMethod: 'client_secret_jwt',
  });
  browser = await world.signedIn(keyed, await admin.givenUser(keyed.id));
  cookie = await browser.cookies.getCookieString(`${world.issuer}/authorize`);
  tokens = (await swap()).body;
  bound = (await swap(() => proof(`${world.issuer}/token`))).body;
  expect([tokens.token_type, bound.token_type]).toEqual(['Bearer', 'DPoP']);
  const known = [keyed.clientId, macked.clientId, testRedirectUri, tokens.access_token, tokens.id_token ?? ''];
  hostile = hostileRequests({ issuer: world.issuer, known, registered: [testRedirectUri, postLogout] });
});
afterAll(() => world.close());
beforeEach(async () => {
  before = await countIssued(world);
});

const now = () => world.server.clock.now();
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function assertionOf(app: GivenApplication): Draft {
  const { clientId: id } = app;
  return {
    header: { alg: app === macked ? 'HS256' : 'ES256' },
    claims: { iss: id, sub: id, aud: world.issuer, jti: randomUUID(), iat: now(), exp: now() + 60 },
  };
}

const signerOf = (app: GivenApplication): Signer => (app === macked ? { secret: macked.clientSecret ?? '' } : own);

const asserted = (jwt: string) => ({ client_assertion: jwt, client_assertion_type: assertionType });

function post(path: string, params: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${world.issuer}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(params),
    redirect: 'manual',
  });
}

/** A code swapped for tokens, with a proof where one is given. */
async function swap(dpop?: () => string) {
  const code = await world.codeFor(browser, keyed, { scope: 'openid' });
  const params = { grant_type: 'authorization_code', code, redirect_uri: testRedirectUri };
  const assertion = asserted(signDraft(assertionOf(keyed), own));
  return world.post('/token', { ...params, ...assertion }, dpop ? { dpop: dpop() } : {});
}

function proofOf(htu: string, htm = 'POST', accessToken?: string): Draft {
  const ath = accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') };
  return {
    header: { alg: 'ES256', typ: 'dpop+jwt', jwk: own.jwk },
    claims: { jti: randomUUID(), htm, htu, iat: now(), ...ath },
  };
}

const proof = (...of: Parameters<typeof proofOf>) => signDraft(proofOf(...of), own);

const times = {
  exp: (value: unknown) => isNumber(value) && value > now() && value <= now() + 3_600,
  nbf: (value: unknown) => value === undefined || (isNumber(value) && value <= now() + 10),
};
/** `typ` is left out, or says what any JWT may say. */
const plainTyp = (value: unknown) => value === undefined || (isText(value) && /^(application\/)?jwt$/i.test(value));

test('RFC 7523 §3: a client assertion that is wrong in any way authenticates nobody, at every endpoint', async () => {
  const spoiled = spoiledJwts(
    {
      iss: (value, { claims }) => value === claims.iss,
      sub: (value, { claims }) => value === claims.sub,
      aud: (value) => [value].flat().some((one) => isText(one) && one.startsWith(world.issuer)),
      ...times,
      iat: (value) => value === undefined || (isNumber(value) && value <= now() + 10),
      jti: (value) => isText(value) && value !== '' && value.length <= 500,
    },
    { typ: plainTyp },
  );
  await fc.assert(
    fc.asyncProperty(
      spoiled,
      fc.constantFrom('/token', '/par', '/introspect', '/revoke', '/device_authorization'),
      fc.boolean(),
      async ({ make }, path, byKey) => {
        const app = byKey ? keyed : macked;
        const jwt = make(assertionOf(app), signerOf(app));
        const params = { grant_type: 'client_credentials', token: tokens.access_token, ...requestOf(keyed) };
        const { client_id: _, ...rest } = params as Record<string, string>;
        const answer = await post(path, { ...rest, response_type: 'code', ...asserted(jwt) });
        expect([400, 401]).toContain(answer.status);
        expect(['invalid_client', 'invalid_request']).toContain(((await answer.clone().json()) as TokenBody).error);
        await hostile.expectJsonRefusal(answer, 'POST');
      },
    ),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
  expect((await world.userinfo(tokens.access_token)).status).toBe(200);
  // One that is right is taken, or this would prove nothing.
  for (const app of [keyed, macked])
    expect(
      (await post('/introspect', { token: 'x', ...asserted(signDraft(assertionOf(app), signerOf(app))) })).status,
    ).toBe(200);
});

function requestObject(): Draft {
  const params = { ...requestOf(keyed), response_type: 'code', scope: 'openid' };
  const about = { iss: keyed.clientId, aud: world.issuer, iat: now(), exp: now() + 60 };
  return { header: { alg: 'ES256' }, claims: { ...about, ...params } };
}

const place = 'https://app.example.com/request.jwt';
const ways = ['request', 'request_uri', 'par'] as const;

/** Sends a request object by one of the ways there are; signed in, nothing but the object stands in the way of a code. */
async function sendObject(way: (typeof ways)[number], jwt: string, outer: Record<string, string>): Promise<Response> {
  const base = { client_id: keyed.clientId, ...outer };
  if (way === 'par') return post('/par', { ...base, request: jwt, ...asserted(signDraft(assertionOf(keyed), own)) });
  outbound.documents.set(place, jwt);
  const by = way === 'request' ? { request: jwt } : { request_uri: place };
  const query = new URLSearchParams({ ...base, ...by });
  // Node answers a longer head before the product sees it.
  if (query.toString().length > 12_000) return post('/authorize', { ...base, ...by }, { cookie });
  return fetch(`${world.issuer}/authorize?${query}`, { headers: { cookie }, redirect: 'manual' });
}

const outers = () =>
  fc.constantFrom<Record<string, string>>(
    {},
    { redirect_uri: testRedirectUri, response_type: 'code', scope: 'openid' },
    { redirect_uri: evil, response_type: 'code', scope: 'openid' },
  );

test('RFC 9101 §6: a request object that is wrong in any way brings no code, and leads nowhere that is not registered', async () => {
  await changeClient(world.server, keyed.id, { requestUris: [place] });
  const spoiled = spoiledJwts(
    {
      iss: (value) => value === undefined || value === keyed.clientId,
      client_id: (value) => value === undefined || value === keyed.clientId,
      aud: (value) => value === undefined || [value].flat().includes(world.issuer),
      exp: (value) => value === undefined || (isNumber(value) && value > now()),
      nbf: times.nbf,
      request: (value) => value === undefined,
      request_uri: (value) => value === undefined,
    },
    { typ: (value) => plainTyp(value) || (isText(value) && /oauth-authz-req\+jwt$/i.test(value)) },
  );
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(spoiled, fc.constantFrom(...ways), outers(), async ({ make }, way, outer) => {
      const answer = await sendObject(way, make(requestObject(), own), outer);
      const text = await hostile.expectHarmless(answer);
      const location = answer.headers.get('location');
      expect([400, 303]).toContain(answer.status);
      if (location !== null) expect(new URL(location).searchParams.get('error')).toMatch(/^invalid_request/);
      else expect(text).toMatch(/invalid_request/);
      seen.add(`${way} ${answer.status}`);
    }),
    runs,
  );
  // Pages, redirects to the registered address and JSON were all among the answers.
  expect([...seen].sort()).toEqual(['par 400', 'request 303', 'request 400', 'request_uri 303', 'request_uri 400']);
  expect(await countIssued(world)).toEqual(before);
  const right = await sendObject('request_uri', signDraft(requestObject(), own), {});
  expect(right.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/callback\?code=/);
});

test('RFC 9101 §4: whatever a client signs into its request, a browser goes to registered addresses only', async () => {
  await changeClient(world.server, keyed.id, { requestUris: [place] });
  const names =
    'redirect_uri response_type response_mode scope state nonce prompt max_age claims resource code_challenge code_challenge_method ' +
    'id_token_hint login_hint acr_values display ui_locales dpop_jkt client_secret client_assertion __proto__ constructor';
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      evil,
      `${testRedirectUri}/x`,
      'code',
      'token',
      'none',
      'login',
      'form_post',
      'fragment',
      'a\r\nb',
    ),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const changes = fc.dictionary(fc.constantFrom(...names.split(' ')), value, { maxKeys: 4, noNullPrototype: true });
  let codes = 0;
  await fc.assert(
    fc.asyncProperty(changes, fc.constantFrom(...ways), outers(), fc.boolean(), async (changed, way, outer, typed) => {
      const { header, claims } = requestObject();
      const typ = typed ? { typ: 'oauth-authz-req+jwt' } : {};
      const jwt = signDraft({ header: { ...header, ...typ }, claims: { ...claims, ...changed } }, own);
      const answer = await sendObject(way, jwt, outer);
      const text = await hostile.expectHarmless(answer);
      if (answer.headers.get('location')?.includes('code=')) codes += 1;
      if (answer.status !== 201) return;
      const { request_uri } = JSON.parse(text) as { request_uri: string };
      const query = new URLSearchParams({ client_id: keyed.clientId, request_uri });
      await hostile.expectHarmless(
        await fetch(`${world.issuer}/authorize?${query}`, { headers: { cookie }, redirect: 'manual' }),
      );
    }),
    runs,
  );
  expect(codes).toBeGreaterThan(0);
});

test('RFC 9101 §5.2: whatever is found at a registered request_uri, it is a request or it is refused', async () => {
  await changeClient(world.server, keyed.id, { requestUris: [place] });
  const found = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc.constantFrom('', '<html>', 'a.b.c', '..', 'x'.repeat(60_000), `${testRedirectUri}?response_type=code`),
  );
  const uri = fc.oneof(
    fc.constantFrom(
      place,
      `${place}#abc`,
      `${place}?x`,
      'https://evil.example/r',
      'http://127.0.0.1/',
      'file:///etc/passwd',
    ),
    fc.webUrl(),
  );
  await fc.assert(
    fc.asyncProperty(found, uri, outers(), async (document, request_uri, outer) => {
      outbound.asked.length = 0;
      outbound.documents.set(place, document);
      const query = new URLSearchParams({ client_id: keyed.clientId, request_uri, ...outer });
      const answer = await fetch(`${world.issuer}/authorize?${query}`, { headers: { cookie }, redirect: 'manual' });
      await hostile.expectHarmless(answer);
      expect(answer.headers.get('location') ?? '').not.toContain('code=');
      // Nothing else is ever asked for.
      expect(outbound.asked.filter((asked) => asked !== place)).toEqual([]);
    }),
    runs,
  );
  expect(await countIssued(world)).toEqual(before);
});

test('RFC 9449 §4.3: a DPoP proof that is wrong in any way proves nothing, at the token endpoint, at PAR and at userinfo', async () => {
  const urls: Record<string, string> = Object.fromEntries(
    ['/token', '/par', '/userinfo'].map((path) => [path, `${world.issuer}${path}`]),
  );
  const { privateKey, jwk } = makeSigner();
  const spoiled = spoiledJwts(
    {
      htm: (value, { claims }) => value === claims.htm,
      htu: (value, { claims }) => isText(value) && value.startsWith(String(claims.htu)),
      iat: (value) => isNumber(value) && Math.abs(value - now()) <= 60,
      jti: (value) => isText(value) && value.length <= 500,
      exp: (value) => value === undefined || (isNumber(value) && value > now() - 11),
      nbf: times.nbf,
      nonce: (value) => value === undefined,
    },
    {
      typ: (value) => isText(value) && /^(application\/)?dpop\+jwt$/i.test(value),
      jwk: () => false,
    },
  );
  const keys = fc.constantFrom<unknown>(
    { ...own.jwk, d: privateKey.export({ format: 'jwk' }).d },
    { ...jwk },
    { ...own.jwk, x: own.jwk.y },
    { ...own.jwk, crv: 'P-384' },
    { kty: 'oct', k: 'AAAA' },
    { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    { kty: 'OKP', crv: 'Ed25519', x: own.jwk.x },
  );
  const any = fc.oneof(
    { weight: 5, arbitrary: spoiled },
    {
      weight: 1,
      arbitrary: keys.map((key) => ({
        make: ({ header, claims }: Draft, signer: Signer) =>
          signDraft({ header: { ...header, jwk: key }, claims }, signer),
      })),
    },
  );
  await fc.assert(
    fc.asyncProperty(any, fc.constantFrom(...Object.keys(urls)), async ({ make }, path) => {
      const url = urls[path] ?? '';
      const atResource = path === '/userinfo';
      const draft = atResource ? proofOf(url, 'GET', bound.access_token) : proofOf(url);
      const dpop = make(draft, own).replace(/[^\x20-\x7e]/g, '');
      const params = { ...requestOf(keyed), response_type: 'code', grant_type: 'authorization_code', code: 'x' };
      const answer = atResource
        ? await fetch(url, { headers: { authorization: `DPoP ${bound.access_token}`, dpop } })
        : await post(path, { ...params, ...asserted(signDraft(assertionOf(keyed), own)) }, { dpop });
      expect(answer.status).toBe(atResource ? 401 : 400);
      const { error } = (await answer.clone().json()) as TokenBody;
      expect(['invalid_dpop_proof', 'use_dpop_nonce', ...(atResource ? ['invalid_token'] : [])]).toContain(error);
      await hostile.expectJsonRefusal(answer, 'POST');
    }),
    runs,
  );
  const right = {
    authorization: `DPoP ${bound.access_token}`,
    dpop: proof(urls['/userinfo'] ?? '', 'GET', bound.access_token),
  };
  expect((await fetch(urls['/userinfo'] ?? '', { headers: right })).status).toBe(200);
});

/** Our own JWTs changed, foreign ones that look like them, and those of ours that are for something else. */
function spoiledTokens(jwt: string, others: string[]) {
  const [header = '', payload = ''] = jwt.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const forged = spoiledJwts({ exp: () => false, aud: () => false }, { typ: () => false });
  return fc.oneof(
    spoiledTexts().map(({ change }) => change(jwt)),
    forged.map(({ make }) => make({ header: { ...read(header), alg: 'ES256' }, claims: read(payload) }, own)),
    fc.constantFrom(...others),
  );
}

test('OpenID Connect Core §3.1.2.2, RP-Initiated Logout §4: an id_token_hint that is none names nobody, and leads nowhere', async () => {
  await changeClient(world.server, keyed.id, { userinfoAlg: 'RS256' });
  const signedUserinfo = (await world.userinfo(tokens.access_token)).text;
  await changeClient(world.server, keyed.id, { userinfoAlg: null });
  const hint = tokens.id_token ?? '';
  const others = [
    tokens.access_token,
    bound.access_token,
    signedUserinfo,
    signDraft(assertionOf(keyed), own),
    'x',
    'a.b.c',
  ];
  await fc.assert(
    fc.asyncProperty(spoiledTokens(hint, others), fc.boolean(), async (id_token_hint, atLogout) => {
      const params: Record<string, string> = atLogout
        ? { id_token_hint, post_logout_redirect_uri: postLogout, state: 's' }
        : { ...requestOf(keyed), response_type: 'code', scope: 'openid', prompt: 'none', id_token_hint };
      const url = `${world.issuer}/${atLogout ? 'logout' : 'authorize'}?${new URLSearchParams(params)}`;
      const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
      await hostile.expectHarmless(answer);
      const location = answer.headers.get('location');
      if (atLogout) expect([answer.status, location]).toEqual([400, null]);
      else expect(new URL(location ?? '').searchParams.get('error')).toBe('invalid_request');
    }),
    runs,
  );
  // Nobody was signed out, and a hint that is one does what it should.
  const silent = await world.authorize(browser, keyed, { prompt: 'none', scope: 'openid', id_token_hint: hint });
  expect(silent.has('code')).toBe(true);
});

test('RFC 9068 §4, RFC 7662 §2.2: an access token that is none opens nothing and is not active', async () => {
  const others = [tokens.id_token ?? '', bound.id_token ?? '', bound.access_token, signDraft(assertionOf(keyed), own)];
  const kinds = spoiledTokens(tokens.access_token, others).map((token) => token.replace(/[^\x21-\x7e]/g, ''));
  await fc.assert(
    fc.asyncProperty(kinds, fc.constantFrom('header', 'form', 'introspection'), async (token, way) => {
      if (way === 'introspection') {
        if (token === bound.access_token) return;
        const form = { token, ...asserted(signDraft(assertionOf(keyed), own)) };
        expect((await world.post('/introspect', form)).body).toEqual({ active: false });
        return;
      }
      const answer =
        way === 'form'
          ? await post('/userinfo', { access_token: token })
          : await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
      expect([400, 401]).toContain(answer.status);
      await hostile.expectJsonRefusal(answer, 'POST');
    }),
    runs,
  );
  expect((await world.userinfo(tokens.access_token)).status).toBe(200);
});
