import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GivenApplication, testRedirectUri } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { makeCertificate } from '../support/certificate.js';
import { type ClientKey, jwksOf, makeClientKey } from '../support/client-key.js';
import { type Person, refusalOf, setMetadata, startWorld, type World } from './requests.js';

// The clock of the server follows the real one here, which the clients read. Nothing is faked: the server fetches keys
// over TLS from a listener of this test, which it may because an operator listed the address.
let world: World;
let site: Server;
let place: string;
let directory: string;
const documents = new Map<string, string>();
let person: Person & { accountId: string };
let browser: Browser;
let key: ClientKey;
let keyed: GivenApplication;
let secret: GivenApplication;

const insecure = { [oauth.allowInsecureRequests]: true };

beforeAll(async () => {
  const certificate = makeCertificate();
  directory = mkdtempSync(join(tmpdir(), 'tessera-ca-'));
  writeFileSync(join(directory, 'ca.pem'), certificate.cert);
  site = createServer(certificate, (request, reply) => {
    const document = documents.get(request.url ?? '');
    if (document?.startsWith('->')) reply.writeHead(302, { location: document.slice(2) }).end();
    else reply.writeHead(document === undefined ? 404 : 200).end(document);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  place = `https://localhost:${(site.address() as AddressInfo).port}`;
  const env = { TESSERA_OUTBOUND_ALLOW: '127.0.0.1, ::1', TESSERA_OUTBOUND_CA: join(directory, 'ca.pem') };
  world = await startWorld({ env });

  key = await makeClientKey('ES256', 'one');
  documents.set('/jwks.json', JSON.stringify(jwksOf(key)));
  const { admin, project } = world;
  const everyone = { access: 'everyone' } as const;
  keyed = await admin.givenApplication(project, 'authorization_flow', {
    ...everyone,
    tokenEndpointAuthMethod: 'private_key_jwt',
    jwksUri: `${place}/jwks.json`,
  });
  secret = await admin.givenApplication(project, 'authorization_flow', {
    ...everyone,
    tokenEndpointAuthMethod: 'client_secret_jwt',
    jwks: jwksOf(key),
  });
  person = await admin.givenUser(keyed.id);
  browser = await world.signedIn(keyed, person);
});
afterAll(async () => {
  await world.close();
  site.close();
  site.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  const { clock } = world.server;
  clock.advance(Math.max(0, Math.floor(Date.now() / 1000) - clock.now()));
});

const privateKey = () => ({ key: key.privateKey, kid: key.kid ?? '' });

describe('the client openid-client', () => {
  async function discover(app: GivenApplication, authentication: client.ClientAuth) {
    return client.discovery(new URL(world.issuer), app.clientId, app.clientSecret, authentication, {
      execute: [client.allowInsecureRequests],
    });
  }

  async function flow(config: client.Configuration, build: (params: Record<string, string>) => Promise<URL>) {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = await build({
      redirect_uri: testRedirectUri,
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const view = await browser.open(url);
    expect([view.left, view.html]).toEqual([true, '']);
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await client.authorizationCodeGrant(config, view.url, checks);
    expect(tokens.claims()?.sub).toBe(person.accountId);
    return tokens;
  }

  test('private_key_jwt: code, refresh, introspection, revocation', async () => {
    const config = await discover(keyed, client.PrivateKeyJwt(privateKey()));
    const tokens = await flow(config, async (params) => client.buildAuthorizationUrl(config, params));
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(await client.tokenIntrospection(config, again.access_token)).toMatchObject({ active: true });
    await client.tokenRevocation(config, again.refresh_token ?? '');
    expect(await client.tokenIntrospection(config, again.access_token)).toEqual({ active: false });
  });

  test('client_secret_jwt', async () => {
    const config = await discover(secret, client.ClientSecretJwt(secret.clientSecret));
    const tokens = await flow(config, async (params) => client.buildAuthorizationUrl(config, params));
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true });
  });

  test('RFC 9126: a pushed request', async () => {
    for (const [app, authentication] of [
      [keyed, client.PrivateKeyJwt(privateKey())],
      [secret, client.ClientSecretJwt(secret.clientSecret)],
    ] as const) {
      const config = await discover(app, authentication);
      await flow(config, (params) => client.buildAuthorizationUrlWithPAR(config, params));
    }
  });

  test('RFC 9101: a signed request', async () => {
    const config = await discover(keyed, client.PrivateKeyJwt(privateKey()));
    await flow(config, (params) => client.buildAuthorizationUrlWithJAR(config, params, privateKey()));
  });

  test('RFC 9126 §3: a signed request that is pushed', async () => {
    const config = await discover(keyed, client.PrivateKeyJwt(privateKey()));
    await flow(config, async (params) => {
      const { searchParams } = await client.buildAuthorizationUrlWithJAR(config, params, privateKey());
      return client.buildAuthorizationUrlWithPAR(config, searchParams);
    });
  });
});

describe('the client oauth4webapi', () => {
  let as: oauth.AuthorizationServer;
  beforeAll(async () => {
    const issuer = new URL(world.issuer);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  });

  /** Pushes, opens, and swaps the code. */
  async function pushedFlow(known: oauth.Client, authentication: oauth.ClientAuth, params: Record<string, string>) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const request = {
      response_type: 'code',
      client_id: known.client_id,
      redirect_uri: testRedirectUri,
      scope: 'openid',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...params,
    };
    const answer = await oauth.pushedAuthorizationRequest(as, known, authentication, request, insecure);
    const { request_uri } = await oauth.processPushedAuthorizationResponse(as, known, answer);
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id: known.client_id, request_uri }).toString();
    const back = oauth.validateAuthResponse(as, known, (await browser.open(url)).url, state);
    const token = await oauth.authorizationCodeGrantRequest(
      as,
      known,
      authentication,
      back,
      testRedirectUri,
      verifier,
      insecure,
    );
    return oauth.processAuthorizationCodeResponse(as, known, token, { requireIdToken: true });
  }

  test('private_key_jwt and a pushed request', async () => {
    const result = await pushedFlow({ client_id: keyed.clientId }, oauth.PrivateKeyJwt(privateKey()), {});
    expect(oauth.getValidatedIdTokenClaims(result)?.sub).toBe(person.accountId);
  });

  test('client_secret_jwt and a pushed request', async () => {
    const authentication = oauth.ClientSecretJwt(secret.clientSecret ?? '');
    const result = await pushedFlow({ client_id: secret.clientId }, authentication, {});
    expect(oauth.getValidatedIdTokenClaims(result)?.sub).toBe(person.accountId);
  });

  test.each(['RS256', 'PS256', 'EdDSA'])('RFC 9101: a request signed with %s', async (alg) => {
    const { publicKey, privateKey: signer } = await oauth.generateKeyPair(alg === 'EdDSA' ? 'Ed25519' : alg);
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: alg };
    const { key_ops: _, ext: __, alg: ___, ...shown } = jwk;
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', {
      access: 'everyone',
      jwks: { keys: [shown as Record<string, unknown>] },
    });
    const known = { client_id: app.clientId };
    const state = oauth.generateRandomState();
    const params = { response_type: 'code', redirect_uri: testRedirectUri, scope: 'openid', state };
    const request = await oauth.issueRequestObject(as, known, params, { key: signer, kid: alg });
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id: app.clientId, request }).toString();
    const view = await browser.open(url);
    expect([view.left, view.html]).toEqual([true, '']);
    expect(oauth.validateAuthResponse(as, known, view.url, state).get('code')).toMatch(/^tes_ac_/);
  });
});

describe('what the server fetches', () => {
  /** Asks for a token with keys at an address; answers the row of the refusal. */
  async function keysAt(jwksUri: string, server = world) {
    const app = await server.admin.givenApplication(server.project, 'client_credentials', {
      tokenEndpointAuthMethod: 'private_key_jwt',
      jwksUri: 'https://app.example.com/jwks.json',
    });
    await setMetadata(server, app, { jwksUri });
    const now = server.server.clock.now();
    const claims = { iss: app.clientId, sub: app.clientId, aud: server.issuer, exp: now + 60, jti: jwksUri };
    const answer = await server.post('/token', {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await key.sign(claims),
    });
    if (answer.status === 200) return { rule: 'none', reason: '' };
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    expect(answer.text).not.toContain('jwks');
    return refusalOf(server, answer);
  }

  test('from a listed address', async () => {
    expect(await keysAt(`${place}/jwks.json`)).toMatchObject({ rule: 'none' });
  });

  test('no redirect is followed, no missing or large document taken', async () => {
    documents.set('/moved', `->${place}/jwks.json`);
    documents.set('/large', ' '.repeat(70_000) + JSON.stringify(jwksOf(key)));
    for (const [path, reason] of [
      ['/moved', 'answered 302'],
      ['/none', 'answered 404'],
      ['/large', 'more than 65536 bytes'],
    ] as const)
      expect(await keysAt(`${place}${path}`)).toMatchObject({
        rule: 'assertion.keys_unavailable',
        reason: expect.stringContaining(reason),
      });
  });

  test('without a list, nothing inside is reached: not by address, not by a name that leads there', async () => {
    const closed = await startWorld();
    try {
      const port = new URL(place).port;
      for (const host of [
        '127.0.0.1',
        'localhost',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '169.254.169.254',
        '10.0.0.1',
        '192.168.0.1',
      ])
        expect(await keysAt(`https://${host}:${port}/jwks.json`, closed), host).toMatchObject({
          rule: 'assertion.keys_unavailable',
          reason: expect.stringContaining('TESSERA_OUTBOUND_ALLOW'),
        });
    } finally {
      await closed.close();
    }
  });
});
