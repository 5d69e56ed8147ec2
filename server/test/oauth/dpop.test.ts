import { request } from 'node:http';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import { makeProofKey, type ProofKey } from './proofs.js';
import {
  type Answer,
  claimsOf,
  countIssued,
  expectRefused,
  pkcePair,
  redemption,
  send,
  startWorld,
  type TokenBody,
  type World,
} from './requests.js';

let world: World;
let web: GivenApplication;
let spa: GivenApplication;
/** Has to send a proof with every token request. */
let bound: GivenApplication;
let service: GivenApplication;
let browser: Browser;
let key: ProofKey;
let tokenUrl: string;
let userinfoUrl: string;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  const everyone = { access: 'everyone' } as const;
  web = await admin.givenApplication(project, 'authorization_flow', everyone);
  spa = await admin.givenApplication(project, 'authorization_pkce_flow', everyone);
  bound = await admin.givenApplication(project, 'authorization_flow', everyone);
  service = await admin.givenApplication(project, 'client_credentials');
  await changeClient(world.server, bound.id, { dpopBound: true });
  browser = await world.signedIn(web, await admin.givenUser(web.id));
  key = await makeProofKey(world);
  tokenUrl = `${world.issuer}/token`;
  userinfoUrl = `${world.issuer}/userinfo`;
});
afterAll(() => world.close());

const row = (rule: string) => ({ endpoint: 'token', applicationId: web.id, rule });

async function codeFor(app: GivenApplication, params: Record<string, string> = {}) {
  const { verifier, challenge } = pkcePair();
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const code = await world.codeFor(browser, app, { scope: 'openid', ...pkce, ...params });
  return redemption(code, { code_verifier: verifier });
}

/** A token request with a proof. */
async function ask(app: GivenApplication, params: Record<string, string>, proof: string | null): Promise<Answer> {
  return world.as(app, '/token', params, proof === null ? {} : { dpop: proof });
}

async function boundTokens(app = web, by = key): Promise<TokenBody> {
  const answer = await ask(app, await codeFor(app), await by.proof({ url: tokenUrl }));
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

function userinfo(token: string, dpop: string | null, scheme = 'DPoP', url = userinfoUrl) {
  const headers = { authorization: `${scheme} ${token}`, ...(dpop === null ? {} : { dpop }) };
  return send<Record<string, unknown>>(url, { headers });
}

describe('RFC 9449 §5: a token request with a proof', () => {
  test('RFC 9449 §6: brings a token that names the key, and says so', async () => {
    const tokens = await boundTokens();
    expect(tokens.token_type).toBe('DPoP');
    expect(claimsOf(tokens.access_token).cnf).toEqual({ jkt: key.jkt });
    expect(claimsOf(tokens.id_token)).not.toHaveProperty('cnf');
  });

  test.each(['ES256', 'PS256', 'EdDSA'])('by a key for %s', async (alg) => {
    const own = await makeProofKey(world, alg);
    const { access_token } = await boundTokens(web, own);
    const proof = await own.proof({ method: 'GET', url: userinfoUrl, token: access_token });
    expect((await userinfo(access_token, proof)).status).toBe(200);
  });

  test('client_credentials: the token is bound, too', async () => {
    const answer = await ask(service, { grant_type: 'client_credentials' }, await key.proof({ url: tokenUrl }));
    expect([answer.body.token_type, claimsOf(answer.body.access_token).cnf]).toEqual(['DPoP', { jkt: key.jkt }]);
  });

  test('RFC 9449 §6.2: introspection tells the key and the type', async () => {
    for (const accessTokenFormat of ['jwt', 'opaque']) {
      await world.admin.api('PATCH', `/applications/${web.id}`, { accessTokenFormat });
      const { access_token } = await boundTokens();
      const { body } = await world.as<Record<string, unknown>>(web, '/introspect', { token: access_token });
      expect(body).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } });
    }
    await world.admin.api('PATCH', `/applications/${web.id}`, { accessTokenFormat: 'jwt' });
  });

  test('without a proof the token is a bearer token, as before', async () => {
    const { body } = await ask(web, await codeFor(web), null);
    expect([body.token_type, claimsOf(body.access_token).cnf]).toEqual(['Bearer', undefined]);
  });

  test('a proof that is wrong is refused, nothing is issued, and the code can be used yet', async () => {
    const params = await codeFor(web);
    const before = await countIssued(world);
    const answer = await ask(web, params, await key.proof({ url: userinfoUrl }));
    await expectRefused(world, answer, { status: 400, error: 'invalid_dpop_proof', row: row('dpop.htu') });
    expect(await countIssued(world)).toEqual(before);
    expect((await ask(web, params, await key.proof({ url: tokenUrl }))).status).toBe(200);
  });

  test('an application that has to bind its tokens gets none without a proof', async () => {
    const params = await codeFor(bound);
    const answer = await ask(bound, params, null);
    await expectRefused(world, answer, {
      status: 400,
      error: 'invalid_dpop_proof',
      row: { applicationId: bound.id, rule: 'dpop.missing' },
    });
  });
});

describe('RFC 9449 §5: refresh tokens', () => {
  const refresh = async (app: GivenApplication, token: string | undefined, by: ProofKey | null) =>
    ask(app, { grant_type: 'refresh_token', refresh_token: token ?? '' }, by && (await by.proof({ url: tokenUrl })));

  test('of a public client are bound: another key or none is refused, the same one works', async () => {
    const { refresh_token } = await boundTokens(spa);
    for (const by of [null, await makeProofKey(world)]) {
      const answer = await refresh(spa, refresh_token, by);
      await expectRefused(world, answer, {
        status: 400,
        error: 'invalid_grant',
        row: { applicationId: spa.id, rule: 'dpop.refresh' },
      });
    }
    const { body } = await refresh(spa, refresh_token, key);
    expect(claimsOf(body.access_token).cnf).toEqual({ jkt: key.jkt });
    // And so is the one that follows.
    expect((await refresh(spa, body.refresh_token, null)).body.error).toBe('invalid_grant');
    expect((await refresh(spa, body.refresh_token, key)).status).toBe(200);
  });

  test('of a confidential client are not: a new key binds the new access token', async () => {
    const { refresh_token } = await boundTokens(web);
    const other = await makeProofKey(world);
    const { status, body } = await refresh(web, refresh_token, other);
    expect([status, claimsOf(body.access_token).cnf]).toEqual([200, { jkt: other.jkt }]);
    const without = await refresh(web, body.refresh_token, null);
    expect([without.status, without.body.token_type]).toEqual([200, 'Bearer']);
  });

  test('domain rule 7: a repeat with another key is not the same request', async () => {
    const { refresh_token } = await boundTokens(web);
    const { body } = await refresh(web, refresh_token, key);
    expect((await refresh(web, refresh_token, key)).body).toEqual(body);
    expect((await refresh(web, refresh_token, await makeProofKey(world))).body.error).toBe('invalid_grant');
  });
});

describe('RFC 9449 §10: a code that is bound to a key', () => {
  test('dpop_jkt: another key or none is refused, the named one works', async () => {
    const params = await codeFor(web, { dpop_jkt: key.jkt });
    for (const by of [null, await makeProofKey(world)]) {
      const answer = await ask(web, params, by && (await by.proof({ url: tokenUrl })));
      await expectRefused(world, answer, { status: 400, error: 'invalid_grant', row: row('dpop.code') });
    }
    expect((await ask(web, params, await key.proof({ url: tokenUrl }))).status).toBe(200);
  });

  test('a dpop_jkt that is no thumbprint is refused', async () => {
    const answer = await world.authorize(browser, web, { dpop_jkt: 'short' });
    expect(answer.get('error')).toBe('invalid_request');
  });
});

describe('RFC 9449 §7.1: userinfo', () => {
  test('takes the token with the DPoP scheme and a proof', async () => {
    const { access_token } = await boundTokens();
    const answer = await userinfo(
      access_token,
      await key.proof({ method: 'GET', url: userinfoUrl, token: access_token }),
    );
    expect([answer.status, answer.body.sub]).toEqual([200, claimsOf(access_token).sub]);
  });

  test.each(['dpop', 'DPOP', 'DpOp'])('the scheme %s, as RFC 9110 §11.1 has it', async (scheme) => {
    const { access_token } = await boundTokens();
    const proof = await key.proof({ method: 'GET', url: userinfoUrl, token: access_token });
    expect((await userinfo(access_token, proof, scheme)).status).toBe(200);
  });

  test('by POST, the proof says POST', async () => {
    const { access_token } = await boundTokens();
    const post = async (method: string) =>
      send(userinfoUrl, {
        method: 'POST',
        headers: {
          authorization: `DPoP ${access_token}`,
          dpop: await key.proof({ method, url: userinfoUrl, token: access_token }),
        },
      });
    expect((await post('POST')).status).toBe(200);
    expect((await post('GET')).status).toBe(401);
  });

  test('a bearer token with a proof is refused', async () => {
    const { body } = await ask(web, await codeFor(web), null);
    const answer = await userinfo(
      body.access_token,
      await key.proof({ method: 'GET', url: userinfoUrl, token: body.access_token }),
    );
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
  });

  test('an opaque token is bound like a JWT', async () => {
    await world.admin.api('PATCH', `/applications/${web.id}`, { accessTokenFormat: 'opaque' });
    const { access_token } = await boundTokens();
    await world.admin.api('PATCH', `/applications/${web.id}`, { accessTokenFormat: 'jwt' });
    const proof = await key.proof({ method: 'GET', url: userinfoUrl, token: access_token });
    expect((await userinfo(access_token, proof)).status).toBe(200);
    expect((await userinfo(access_token, null, 'Bearer')).status).toBe(401);
  });
});

describe('RFC 9449 §7.2: a bound token as a bearer token', () => {
  test('is refused at userinfo, in the header and in the body', async () => {
    const { access_token } = await boundTokens();
    for (const answer of [
      await userinfo(access_token, null, 'Bearer'),
      await world.post('/userinfo', { access_token }),
    ]) {
      expect([answer.status, (answer.body as TokenBody).error]).toEqual([401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
    }
  });

  test('is refused even with the right proof beside it', async () => {
    const { access_token } = await boundTokens();
    const proof = await key.proof({ method: 'GET', url: userinfoUrl, token: access_token });
    expect((await userinfo(access_token, proof, 'Bearer')).status).toBe(401);
  });

  test('is refused at the management API, which takes it with a proof', async () => {
    const { url } = world.server;
    const systemToken = `${world.server.issuer('system')}/token`;
    const { testClient } = await import('../support/server.js');
    const answer = await send<TokenBody>(systemToken, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${testClient.clientId}:${testClient.clientSecret}`).toString('base64')}`,
        dpop: await key.proof({ url: systemToken }),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `${url}/api` }).toString(),
    });
    const { access_token } = answer.body;
    const suites = `${url}/api/v1/suites`;
    const call = (authorization: string, dpop?: string) =>
      send(`${suites}?limit=1`, { headers: { authorization, ...(dpop === undefined ? {} : { dpop }) } });
    expect((await call(`Bearer ${access_token}`)).status).toBe(401);
    expect((await call(`DPoP ${access_token}`)).status).toBe(401);
    const proof = await key.proof({ method: 'GET', url: suites, token: access_token });
    expect((await call(`DPoP ${access_token}`, proof)).status).toBe(200);
    expect((await call(`DPoP ${access_token}`, proof)).status).toBe(401);
  });
});

describe('RFC 9449 §4.3, FAPI 2.0 dpop-negative-tests: a proof at a resource', () => {
  let token: string;
  let good: { method: string; url: string; token: string };
  beforeAll(async () => {
    token = (await boundTokens()).access_token;
    good = { method: 'GET', url: userinfoUrl, token };
  });

  async function expectProofRefused(dpop: string | null): Promise<void> {
    const answer = await userinfo(token, dpop);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatch(/^invalid_dpop_proof$/);
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^DPoP error="invalid_dpop_proof", .*algs="ES256 PS256 EdDSA Ed25519"/,
    );
  }

  test('two DPoP headers', async () => {
    const proofs = [await key.proof(good), await key.proof(good)];
    const status = await new Promise((done, fail) => {
      const outgoing = request(
        userinfoUrl,
        { headers: { authorization: `DPoP ${token}`, dpop: proofs } },
        (incoming) => {
          incoming.resume();
          done(incoming.statusCode);
        },
      );
      outgoing.on('error', fail);
      outgoing.end();
    });
    expect(status).toBe(401);
  });

  test.each(['not a JWT', 'a.b.c', '', '{}'])('%j is no JWT', async (dpop) => {
    await expectProofRefused(dpop);
  });

  test.each(['jti', 'htm', 'htu', 'iat', 'ath'])('missing %s', async (claim) => {
    await expectProofRefused(await key.proof({ ...good, claims: { [claim]: undefined } }));
  });

  test.each(['typ', 'jwk'])('missing %s', async (member) => {
    await expectProofRefused(await key.proof({ ...good, header: { [member]: undefined } }));
  });

  test('missing alg', async () => {
    const [, payload, signature] = (await key.proof(good)).split('.');
    const header = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', jwk: key.publicJwk })).toString('base64url');
    await expectProofRefused([header, payload, signature].join('.'));
  });

  test.each(['JWT', 'at+jwt', 'dpop'])('typ %s', async (typ) => {
    await expectProofRefused(await key.proof({ ...good, header: { typ } }));
  });

  test('RS256, which is not on offer', async () => {
    const rsa = await makeProofKey(world, 'RS256');
    await expectProofRefused(await rsa.proof(good));
  });

  test('alg none', async () => {
    const [, payload = ''] = (await key.proof(good)).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const [, encoded] = new UnsecuredJWT(claims).encode().split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: key.publicJwk })).toString(
      'base64url',
    );
    await expectProofRefused(`${header}.${encoded}.`);
  });

  test('HS256 with the public key as the secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(key.publicJwk));
    const claims = JSON.parse(Buffer.from((await key.proof(good)).split('.')[1] ?? '', 'base64url').toString());
    const proof = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AAAA' } as JWK })
      .sign(secret);
    await expectProofRefused(proof);
  });

  test('a signature of another key', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    await expectProofRefused(await key.proof({ ...good, signedBy: privateKey }));
  });

  test('a private key in the header', async () => {
    await expectProofRefused(await key.proof({ ...good, header: { jwk: key.privateJwk } }));
  });

  test.each([
    ['another method', { htm: 'POST' }],
    ['a method in small letters', { htm: 'get' }],
    ['another path', { htu: 'https://id.example.com/other' }],
    ['another scheme', { htu: 'ftp://localhost/' }],
    ['no URL', { htu: 'userinfo' }],
    ['a wrong ath', { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' }],
    ['a jti that is no text', { jti: 5 }],
    ['a jti of 501 characters', { jti: 'a'.repeat(501) }],
    ['an iat that is no number', { iat: 'now' }],
  ])('%s', async (_, claims) => {
    await expectProofRefused(await key.proof({ ...good, claims }));
  });

  test.each([
    ['an hour ago', -3_600],
    ['in an hour', 3_600],
    ['61 seconds ago', -61],
    ['in 61 seconds', 61],
  ])('RFC 9449 §11.1: made %s', async (_, seconds) => {
    await expectProofRefused(await key.proof({ ...good, claims: { iat: world.server.clock.now() + seconds } }));
  });

  test('expired by its own exp, or not valid yet by its nbf', async () => {
    const now = world.server.clock.now();
    await expectProofRefused(await key.proof({ ...good, claims: { exp: now - 60 } }));
    await expectProofRefused(await key.proof({ ...good, claims: { nbf: now + 60 } }));
  });

  test('another key than that of the token', async () => {
    const other = await makeProofKey(world);
    const answer = await userinfo(token, await other.proof(good));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/);
  });

  test('no proof at all', async () => {
    await expectProofRefused(null);
  });

  test('RFC 9449 §11.1: the same proof again', async () => {
    const proof = await key.proof(good);
    expect((await userinfo(token, proof)).status).toBe(200);
    await expectProofRefused(proof);
  });

  test('RFC 9449 §11.1: the same proof ten times at once counts once', async () => {
    const proof = await key.proof(good);
    const answers = await Promise.all(Array.from({ length: 10 }, () => userinfo(token, proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test.each([
    ['a query in htu', { htu: () => `${userinfoUrl}?a=b` }],
    ['a fragment in htu', { htu: () => `${userinfoUrl}#f` }],
    ['a host in capitals in htu', { htu: () => userinfoUrl.replace('localhost', 'LOCALHOST') }],
    ['unknown claims', { extra: () => 'x' }],
    ['iat 10 s ago', { iat: () => world.server.clock.now() - 10 }],
    ['iat in 10 s', { iat: () => world.server.clock.now() + 10 }],
    ['nbf and exp around now', { nbf: () => world.server.clock.now(), exp: () => world.server.clock.now() + 60 }],
  ])('%s does no harm', async (_, made) => {
    const claims = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value()]));
    expect((await userinfo(token, await key.proof({ ...good, claims }))).status).toBe(200);
  });

  test('unknown header members do no harm', async () => {
    expect((await userinfo(token, await key.proof({ ...good, header: { extra: 'x' } }))).status).toBe(200);
  });

  test('a query of the request does not count', async () => {
    expect((await userinfo(token, await key.proof(good), 'DPoP', `${userinfoUrl}?a=b`)).status).toBe(200);
  });

  test('a proof for one issuer is none for another', async () => {
    const other = await world.admin.givenSuite();
    const answer = await userinfo(token, await key.proof(good), 'DPoP', `${world.server.issuer(other.slug)}/userinfo`);
    expect(answer.status).toBe(401);
  });
});

describe('RFC 9449 §8: nonces of the server', () => {
  const withNonce = (nonce: string | null | undefined, url = tokenUrl) =>
    key.proof({ url, claims: { nonce: nonce ?? undefined } });

  test('every answer to a proof brings the nonce, which may be used', async () => {
    const first = await ask(service, { grant_type: 'client_credentials' }, await key.proof({ url: tokenUrl }));
    const nonce = first.headers.get('dpop-nonce');
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await ask(service, { grant_type: 'client_credentials' }, await withNonce(nonce))).status).toBe(200);
    const wrong = await ask(service, { grant_type: 'client_credentials' }, await withNonce('invented'));
    expect([wrong.status, wrong.body.error]).toEqual([400, 'use_dpop_nonce']);
    expect(wrong.headers.get('dpop-nonce')).toBe(nonce);
  });

  test('an application that has to bind its tokens has to use it, and is told so', async () => {
    const params = await codeFor(bound);
    const refused = await ask(bound, params, await key.proof({ url: tokenUrl }));
    expect([refused.status, refused.body.error]).toEqual([400, 'use_dpop_nonce']);
    const answer = await ask(bound, params, await withNonce(refused.headers.get('dpop-nonce')));
    expect([answer.status, answer.body.token_type]).toEqual([200, 'DPoP']);
    const { access_token } = answer.body;
    const good = { method: 'GET', url: userinfoUrl, token: access_token };
    // RFC 9449 §9: at a resource, too.
    const challenged = await userinfo(access_token, await key.proof(good));
    expect([challenged.status, challenged.body.error]).toEqual([401, 'use_dpop_nonce']);
    expect(challenged.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce"/);
    const nonce = challenged.headers.get('dpop-nonce');
    expect((await userinfo(access_token, await key.proof({ ...good, claims: { nonce } }))).status).toBe(200);
  });

  test('an old nonce is taken for one more period, then not', async () => {
    const first = await ask(service, { grant_type: 'client_credentials' }, await key.proof({ url: tokenUrl }));
    const nonce = first.headers.get('dpop-nonce');
    world.server.clock.advance(300);
    expect((await ask(service, { grant_type: 'client_credentials' }, await withNonce(nonce))).status).toBe(200);
    world.server.clock.advance(300);
    const late = await ask(service, { grant_type: 'client_credentials' }, await withNonce(nonce));
    expect(late.body.error).toBe('use_dpop_nonce');
  });

  test('a browser may read it: DPoP-Nonce is exposed, and DPoP allowed, across origins', async () => {
    const origin = 'https://spa.example';
    await world.admin.api('PATCH', `/applications/${spa.id}`, { allowedOrigins: [origin] });
    const preflight = await send(tokenUrl, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('dpop');
    const params = await codeFor(spa);
    const answer = await world.as(spa, '/token', params, { origin, dpop: await key.proof({ url: tokenUrl }) });
    expect(answer.headers.get('access-control-expose-headers')).toContain('dpop-nonce');
  });
});

test('RFC 7638 §3: the thumbprint is of the public members alone', async () => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const own = await exportJWK(publicKey);
  expect(await calculateJwkThumbprint({ ...own, kid: 'x', use: 'sig' })).toBe(await calculateJwkThumbprint(own));
  const { access_token } = await boundTokens();
  const proof = await key.proof({
    method: 'GET',
    url: userinfoUrl,
    token: access_token,
    header: { jwk: { ...key.publicJwk, kid: 'x', use: 'sig' } },
  });
  expect((await userinfo(access_token, proof)).status).toBe(200);
});
