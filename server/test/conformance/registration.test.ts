import { SignJWT } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverLogouts } from '../../src/jobs/deliver-logout.js';
import { givenInitialAccessToken, manage, register, setRegistration } from '../oauth/registrations.js';
import { claimsOf, pkcePair } from '../oauth/requests.js';
import type { Browser } from '../support/browser-flow.js';
import { type Listener, type LocalTrust, listen, makeLocalTrust } from '../support/listener.js';
import { type Client, type DynamicPlan, makeKey, startDynamicPlan } from './dynamic-plan.js';
import { base, callback, checkError, checkTokens, postLogoutRedirect, random } from './plan.js';

// Section 3 of protocol.md. The tester’s own server is on loopback with a certificate of its own (trap 24): an operator
// has listed the address and given the certificate; nothing else is arranged.
let trust: LocalTrust;
let site: Listener;
let plan: DynamicPlan;
let browser: Browser;
/** What is read at the tester’s server, by path. */
const documents = new Map<string, string>();

beforeAll(async () => {
  trust = makeLocalTrust();
  site = await listen(trust.certificate);
  site.answer(({ path }) => ({ body: documents.get(path) ?? '' }));
  plan = await startDynamicPlan({ env: trust.env });
});
afterAll(async () => {
  await plan.close();
  site.close();
  trust.remove();
});
beforeEach(() => {
  browser = plan.newBrowser();
  site.received.splice(0);
});

const offline = { scope: 'openid offline_access', prompt: 'consent' };
const refreshing = { grant_types: ['authorization_code', 'refresh_token'] };
const paths = () => site.received.map(({ path }) => path);

describe('OpenID Connect Registration §3.1: the registrations that will come', () => {
  test.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])(
    'client_auth_type %s: code, userinfo and refresh',
    async (token_endpoint_auth_method) => {
      const client = await plan.registerClient({ ...refreshing, token_endpoint_auth_method });
      expect(client.token_endpoint_auth_method).toBe(token_endpoint_auth_method);
      expect(typeof client.client_secret).toBe(
        /^client_secret/.test(token_endpoint_auth_method) ? 'string' : 'undefined',
      );
      const { verifier, challenge } = pkcePair();
      const pkce = { code_challenge: challenge, code_challenge_method: 'S256', code_verifier: verifier };
      const { tokens, idToken } = await plan.run(browser, client, { ...offline, ...pkce });
      expect((await plan.checkUserinfo(tokens.access_token)).sub).toBe(idToken.sub);
      const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
      checkTokens(await plan.call(client, '/token', params));
    },
  );

  test('OpenID Connect Core §9: a client that names no method has client_secret_basic', async () => {
    const client = await plan.registerClient({ token_endpoint_auth_method: undefined });
    expect(client.token_endpoint_auth_method).toBe('client_secret_basic');
    await plan.run(browser, client);
  });

  test('RFC 7591 §3.2.1: what is registered is told, and RS256 where no algorithm is named (trap 3)', async () => {
    const client = await plan.registerClient({ contacts: ['certification@oidf.org'] });
    expect(client).toMatchObject({
      client_name: expect.stringMatching(/^OIDF Conformance Test /),
      contacts: ['certification@oidf.org'],
      redirect_uris: [callback],
      response_types: ['code'],
      id_token_signed_response_alg: 'RS256',
      client_id_issued_at: plan.server.clock.now(),
    });
    expect(client).not.toHaveProperty('error');
  });

  test('RFC 7591 §2: implicit beside the code flow is left out, not refused', async () => {
    const client = await plan.registerClient({ grant_types: ['authorization_code', 'implicit'] });
    expect(client.grant_types).toEqual(['authorization_code']);
    await plan.run(browser, client);
  });

  test('RFC 7591 §2: members of other specifications are ignored', async () => {
    await plan.registerClient({
      tls_client_certificate_bound_access_tokens: true,
      backchannel_user_code_parameter: false,
      authorization_signed_response_alg: 'PS256',
      'client_name#ja': 'テスト',
      something: { else: [1, null] },
    });
  });

  test('RFC 7591 §3: with the initial access token that the suite wants, and not without', async () => {
    await setRegistration(plan, 'token');
    try {
      const { initialAccessToken } = await givenInitialAccessToken(plan);
      const client = await plan.registerClient({}, { authorization: `Bearer ${initialAccessToken}` });
      await plan.run(browser, client);
      const refused = await register(plan, { redirect_uris: [callback] });
      expect([refused.status, refused.body.error]).toEqual([401, 'invalid_token']);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
    } finally {
      await setRegistration(plan, 'open');
    }
  });

  test('RFC 7592 §2.3: DELETE answers 204 whatever the client has left behind, and everything is gone', async () => {
    const client = await plan.registerClient({
      ...refreshing,
      backchannel_logout_uri: `${site.url}/backchannel_logout`,
      frontchannel_logout_uri: `${base}/frontchannel_logout`,
      post_logout_redirect_uris: [postLogoutRedirect],
    });
    const { tokens } = await plan.run(browser, client, offline);
    await plan.visit(browser, { prompt: 'login' }, { app: client.app });
    await browser.open(`${plan.issuer}/logout?${new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })}`);
    await plan.visit(plan.newBrowser(), {}, { app: client.app });
    const answer = await manage(client, 'DELETE');
    expect([answer.status, answer.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE'] as const) expect((await manage(client, method)).status).toBe(401);
    expect((await plan.userinfo(tokens.access_token)).status).toBe(401);
    const { view } = await plan.visit(browser, {}, { app: client.app });
    expect([view.left, view.status]).toEqual([false, 400]);
  });
});

describe('trap 24: the tester’s server is reached where the operator allows it', () => {
  test('oidcc-registration-jwks-uri: OpenID Connect Core §10.1: the keys are read over TLS', async () => {
    const key = await makeKey('one');
    documents.set('/client1_jwks', JSON.stringify({ keys: [key.jwk] }));
    const client = await plan.registerClient({ jwks_uri: `${site.url}/client1_jwks` });
    await plan.run(browser, client, {}, { key });
    expect(paths()).toContain('/client1_jwks');
  });

  test('oidcc-refresh-token-rp-key-rotation: OpenID Connect Core §10.1.1: a new kid is looked for at once', async () => {
    const [before, after] = [await makeKey('before'), await makeKey('after')];
    documents.set('/client2_jwks', JSON.stringify({ keys: [before.jwk] }));
    const client = await plan.registerClient({ ...refreshing, jwks_uri: `${site.url}/client2_jwks` });
    const { tokens } = await plan.run(browser, client, offline, { key: before });
    documents.set('/client2_jwks', JSON.stringify({ keys: [after.jwk] }));
    plan.server.clock.advance(60);
    const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    checkTokens(await plan.call(client, '/token', params, { key: after }));
  });

  test('oidcc-request-uri-signed-rs256: RFC 9101 §5.2.3: the request object is read, the fragment is not sent', async () => {
    const path = `/requesturi/${random(64)}`;
    const client = await plan.registerClient({
      request_uris: [`${site.url}${path}#${random(43)}`],
      request_object_signing_alg: 'RS256',
    });
    const claims = { ...requestOf(client), state: 'inner', nonce: 'inner', iss: client.client_id, aud: plan.issuer };
    const object = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'oauth-authz-req+jwt' })
      .sign(client.key.privateKey);
    documents.set(path, object);
    const request_uri = (client.request_uris as string[])[0] ?? '';
    const { idToken } = await plan.run(browser, client, { request_uri, state: 'inner', nonce: 'inner' });
    expect(idToken.nonce).toBe('inner');
    expect(paths()).toEqual([path]);
  });

  test('oidcc-registration-sector-uri: OpenID Connect Registration §5: the document is read', async () => {
    documents.set('/redirect_uris.json', JSON.stringify([callback]));
    const metadata = { subject_type: 'pairwise', sector_identifier_uri: `${site.url}/redirect_uris.json` };
    const { idToken } = await plan.run(browser, await plan.registerClient(metadata));
    expect(idToken.sub).not.toBe(plan.person.accountId);
    expect(paths()).toEqual(['/redirect_uris.json']);
    documents.set('/redirect_uris.json', JSON.stringify([`${callback}/other`]));
    expect(await plan.refusal(metadata)).toEqual([400, 'invalid_client_metadata']);
  });
});

describe('logout of clients that registered themselves', () => {
  const logoutMetadata = () => ({ post_logout_redirect_uris: [postLogoutRedirect] });

  /** Asks for the end of the session as the tester does; a page that asks back is clicked. */
  async function logout(idToken: string | undefined, state: string) {
    const params = { id_token_hint: idToken ?? '', post_logout_redirect_uri: postLogoutRedirect, state };
    const view = await browser.open(`${plan.issuer}/logout?${new URLSearchParams(params)}`);
    return !view.left && view.html.includes('name="confirmation"') ? browser.submit(view) : view;
  }

  async function expectSignedOut(client: Client): Promise<void> {
    const { sent, view } = await plan.visit(browser, { prompt: 'none' }, { app: client.app });
    expect(checkError(plan, sent, view)).toBe('login_required');
  }

  test('oidcc-rp-initiated-logout: RP-Initiated Logout §3: back to the registered address, and to no other', async () => {
    const client = await plan.registerClient(logoutMetadata());
    const { tokens } = await plan.run(browser, client);
    const other = await plan.registerClient();
    const { tokens: others } = await plan.run(browser, other);
    expect((await logout(others.id_token, 's')).left).toBe(false);
    const view = await logout(tokens.id_token, 'the state');
    expect([view.left, view.url.href]).toEqual([true, `${postLogoutRedirect}?state=the+state`]);
    await expectSignedOut(client);
  });

  test('oidcc-backchannel-rp-initiated-logout: Back-Channel Logout §2.4: the logout token comes over TLS, with the iss of discovery (trap 19)', async () => {
    const client = await plan.registerClient({
      ...logoutMetadata(),
      backchannel_logout_uri: `${site.url}/backchannel_logout`,
      backchannel_logout_session_required: true,
    });
    const { tokens, idToken } = await plan.run(browser, client);
    expect((await logout(tokens.id_token, 's')).left).toBe(true);
    await deliverLogouts(plan.server.deps);
    expect(site.received).toHaveLength(1);
    const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: '' }] = site.received;
    expect([method, path, headers['content-type']]).toEqual([
      'POST',
      '/backchannel_logout',
      'application/x-www-form-urlencoded',
    ]);
    const sent = new URLSearchParams(body);
    expect([...sent.keys()]).toEqual(['logout_token']);
    expect(claimsOf(sent.get('logout_token') ?? '')).toMatchObject({
      iss: plan.issuer,
      aud: client.client_id,
      sub: idToken.sub,
      sid: idToken.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    await expectSignedOut(client);
  });

  test('oidcc-frontchannel-rp-initiated-logout: Front-Channel Logout §3: the frame is loaded, and the way back is kept', async () => {
    const client = await plan.registerClient({
      ...logoutMetadata(),
      frontchannel_logout_uri: `${base}/frontchannel_logout`,
      frontchannel_logout_session_required: true,
    });
    const { tokens, idToken } = await plan.run(browser, client);
    const page = parse((await logout(tokens.id_token, 'abc')).html);
    const [frame] = page.querySelectorAll('iframe');
    const { origin, pathname, searchParams } = new URL((frame?.getAttribute('src') ?? '').replaceAll('&amp;', '&'));
    expect(origin + pathname).toBe(`${base}/frontchannel_logout`);
    expect(Object.fromEntries(searchParams)).toEqual({ iss: plan.issuer, sid: idToken.sid });
    const refresh = page.querySelector('meta[http-equiv=refresh]')?.getAttribute('content');
    expect(refresh).toBe(`2;url=${postLogoutRedirect}?state=abc`);
    await expectSignedOut(client);
  });
});

describe('protocol.md §2.7: third-party initiated login', () => {
  const initiate_login_uri = `${base}/initiate_login`;

  test('oidcc-3rdparty-init-login: OpenID Connect Registration §2: initiate_login_uri is told at registration and when read', async () => {
    const client = await plan.registerClient({ initiate_login_uri });
    expect(client.initiate_login_uri).toBe(initiate_login_uri);
    const read = await manage(client, 'GET');
    expect([read.status, read.body.initiate_login_uri]).toEqual([200, initiate_login_uri]);
    expect(read.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('oidcc-3rdparty-init-login-nohttps: OpenID Connect Registration §2: an http address is refused', async () => {
    const http = { initiate_login_uri: initiate_login_uri.replace('https', 'http') };
    expect(await plan.refusal(http)).toEqual([400, 'invalid_client_metadata']);
  });
});

function requestOf(client: Client): Record<string, string> {
  return { client_id: client.client_id, redirect_uri: callback, response_type: 'code', scope: 'openid' };
}
