import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rotateKeys } from '../../src/jobs/rotate-keys.js';
import { manage } from '../oauth/registrations.js';
import { send, type TokenBody } from '../oauth/requests.js';
import type { Browser } from '../support/browser-flow.js';
import { createTestOutbound } from '../support/outbound.js';
import { type Client, type DynamicPlan, type Key, makeKey, startDynamicPlan } from './dynamic-plan.js';
import { base, type Changes, callback, checkTokens } from './plan.js';

// The clients of this plan authenticate with private_key_jwt, aud being the token endpoint.
const outbound = createTestOutbound();
let plan: DynamicPlan;
let browser: Browser;

beforeAll(async () => {
  plan = await startDynamicPlan({ fetch: outbound });
  await rotateKeys(plan.server.deps);
});
afterAll(() => plan.close());
beforeEach(() => {
  browser = plan.newBrowser();
  outbound.asked.length = 0;
});

const registerClient = (metadata?: Record<string, unknown>) => plan.registerClient(metadata);
const refused = (metadata: Record<string, unknown>) => plan.refusal(metadata);
const flow = (client: Client, params?: Changes, signed?: { key?: Key; aud?: string }) =>
  plan.run(browser, client, params, signed);

/** A refresh with the client assertion; `key` signs it in place of the client’s own. */
const refresh = (client: Client, tokens: TokenBody, key = client.key) => {
  const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  return plan.call(client, '/token', params, { key });
};

async function expectErrorPage(client: Client, params: Changes): Promise<void> {
  const { view } = await plan.visit(browser, params, { app: client.app });
  expect([view.left, view.status]).toEqual([false, 400]);
}

describe('tokens of registered clients', () => {
  test('oidcc-server: OpenID Connect Registration §3: the happy flow; nobody had to name scopes in the registration', async () => {
    const client = await registerClient();
    const { asked, tokens } = await flow(client, { scope: 'openid profile email address phone' });
    expect(asked).toEqual(['sign-in', 'consent']);
    expect(await plan.checkUserinfo(tokens.access_token)).toHaveProperty('address');
  });

  test.each([[{}], [{ id_token_signed_response_alg: 'RS256' }]])(
    'oidcc-idtoken-rs256, oidcc-idtoken-signature: %j',
    async (metadata) => {
      const { tokens } = await flow(await registerClient(metadata));
      const header = JSON.parse(Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString());
      expect(header).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    },
  );

  test('oidcc-idtoken-unsigned: OpenID Connect Core §3.1.3.7: none cannot be registered', async () => {
    expect(await refused({ id_token_signed_response_alg: 'none' })).toEqual([400, 'invalid_client_metadata']);
  });

  test('oidcc-userinfo-rs256: OpenID Connect Core §5.3.2: a JWT with iss and aud, without a nonce', async () => {
    const client = await registerClient({ userinfo_signed_response_alg: 'RS256' });
    const { tokens, idToken } = await flow(client);
    const answer = await plan.userinfo(tokens.access_token);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jwt']);
    const { keys } = (await send<{ keys: JWK[] }>(`${plan.issuer}/jwks`, {})).body;
    const { payload, protectedHeader } = await jwtVerify(answer.text, createLocalJWKSet({ keys }));
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    expect(payload).toEqual({
      sub: idToken.sub,
      iss: plan.issuer,
      aud: client.client_id,
      iat: expect.any(Number),
    });
  });

  test('oidcc-ensure-client-assertion-with-iss-aud-succeeds: OpenID Connect Core §9: aud may be the issuer', async () => {
    const client = await registerClient();
    await flow(client, {}, { aud: plan.issuer });
  });

  test('oidcc-refresh-token: with offline_access and prompt=consent', async () => {
    const client = await registerClient({ grant_types: ['authorization_code', 'refresh_token'] });
    const { tokens } = await flow(client, { scope: 'openid offline_access', prompt: 'consent' });
    plan.server.clock.advance(1);
    checkTokens(await refresh(client, tokens));
  });

  test('oidcc-refresh-token: RFC 6749 §10.4: the token of another client is 400 invalid_grant, and lives on', async () => {
    const metadata = { grant_types: ['authorization_code', 'refresh_token'] };
    const [one, two] = [await registerClient(metadata), await registerClient(metadata)];
    const { tokens } = await flow(two, { scope: 'openid offline_access', prompt: 'consent' });
    const answer = await refresh(one, tokens);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    checkTokens(await refresh(two, tokens));
  });
});

describe('redirect URIs', () => {
  test('oidcc-ensure-redirect-uri-in-authorization-request: OpenID Connect Core §3.1.2.1: two are registered, none is sent: an error page', async () => {
    const client = await registerClient({ redirect_uris: [callback, 'https://example.org/redirect'] });
    await expectErrorPage(client, { redirect_uri: undefined });
  });

  test('oidcc-redirect-uri-query-OK: RFC 6749 §3.1.2: a registered query is kept', async () => {
    const { sent } = await flow(await registerClient({ redirect_uris: [`${callback}?bar=foo`] }));
    expect(sent.redirect_uri).toBe(`${callback}?bar=foo`);
  });

  test.each([
    ['oidcc-redirect-uri-query-mismatch', '?bar=foo', '?foo=bar'],
    ['oidcc-redirect-uri-query-mismatch', '?bar=foo', ''],
    ['oidcc-redirect-uri-query-added', '?bar=foo', '?bar=foo&x=y'],
    ['oidcc-redirect-uri-query-added', '', '?foo=bar'],
  ])(
    '%s: OpenID Connect Core §3.1.2.1: registered with “%s”, asked for with “%s”: an error page',
    async (_, kept, asked) => {
      const client = await registerClient({ redirect_uris: [`${callback}${kept}`] });
      await expectErrorPage(client, { redirect_uri: `${callback}${asked}` });
    },
  );

  test('oidcc-redirect-uri-regfrag: RFC 6749 §3.1.2: a fragment is refused at registration', async () => {
    expect(await refused({ redirect_uris: [`${callback}#fragment`] })).toEqual([400, 'invalid_redirect_uri']);
  });
});

describe('what a person sees', () => {
  test.each([
    ['oidcc-registration-logo-uri', 'logo_uri', 'img', 'src'],
    ['oidcc-registration-policy-uri', 'policy_uri', 'a', 'href'],
    ['oidcc-registration-tos-uri', 'tos_uri', 'a', 'href'],
  ])(
    '%s: OpenID Connect Registration §2: the sign-in page shows it, and the consent page',
    async (_, member, element, attribute) => {
      const address = `https://suite.example/${member}`;
      const client = await registerClient({ [member]: address });
      const query = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
      });
      const signIn = await browser.open(`${plan.issuer}/authorize?${query}`);
      const { email, password } = plan.person;
      for (const view of [signIn, await browser.submit(signIn, { email, password })]) {
        const shown = parse(view.html)
          .querySelectorAll(element)
          .map((one) => one.getAttribute(attribute));
        expect(shown).toContain(address);
        // A picture that the policy of the page forbids is one that nobody sees.
        if (element === 'img')
          expect(view.headers.get('content-security-policy')).toContain("img-src 'self' https://suite.example;");
      }
    },
  );
});

describe('keys of clients', () => {
  const publish = (uri: string, ...keys: Key[]) =>
    outbound.documents.set(uri, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));

  test('oidcc-registration-jwks-uri: RFC 7515 §5.2: the keys are fetched, and used by kid', async () => {
    const [key, other] = [await makeKey('one'), await makeKey('two')];
    const uri = `${base}/client1_jwks`;
    publish(uri, other, key);
    await flow(await registerClient({ jwks_uri: uri }), {}, { key });
    expect(outbound.asked).toContain(uri);
  });

  test('oidcc-refresh-token-rp-key-rotation: OpenID Connect Core §10.1.1: a kid that is not known is looked for again', async () => {
    const [before, after] = [await makeKey('before'), await makeKey('after')];
    const uri = `${base}/client2_jwks`;
    publish(uri, before);
    const client = await registerClient({ jwks_uri: uri, grant_types: ['authorization_code', 'refresh_token'] });
    const { tokens } = await flow(client, { scope: 'openid offline_access', prompt: 'consent' }, { key: before });
    publish(uri, after);
    plan.server.clock.advance(60);
    checkTokens(await refresh(client, tokens, after));
  });

  test('oidcc-server-rotate-keys: OpenID Connect Core §10.1.1: a new key of ours with a new kid, the old one still there', async () => {
    const keys = async () => (await send<{ keys: JWK[] }>(`${plan.issuer}/jwks`, {})).body.keys;
    const first = await keys();
    plan.server.clock.advance(3_600);
    const rotated = await plan.admin.api('POST', `/suites/${plan.suite.id}/keys/rotate`, { alg: 'RS256' });
    expect(rotated.status).toBe(200);
    const second = await keys();
    for (const { kid } of first) expect(second.map((key) => key.kid)).toContain(kid);
    const made = second.filter(({ kid }) => !first.some((key) => key.kid === kid));
    expect(made).toEqual([expect.objectContaining({ kty: 'RSA', use: 'sig', alg: 'RS256' })]);
    expect(first.map(({ n }) => n)).not.toContain(made[0]?.n);
    await flow(await registerClient());
  });
});

describe('pairwise subjects', () => {
  const sector = `${base}/redirect_uris.json`;

  test('oidcc-registration-sector-uri: OpenID Connect Registration §5: the document is fetched, and the sub is that of the sector', async () => {
    outbound.documents.set(sector, JSON.stringify([callback, 'https://other.example/callback']));
    const metadata = { subject_type: 'pairwise', sector_identifier_uri: sector };
    const { idToken } = await flow(await registerClient(metadata));
    expect(outbound.asked).toContain(sector);
    expect(idToken.sub).not.toBe(plan.person.accountId);
    expect((await flow(await registerClient(metadata))).idToken.sub).toBe(idToken.sub);
  });

  test.each([
    ['without the redirect URI', '["https://other.example/callback"]'],
    ['that is no list', '{}'],
    ['that is no JSON', 'nonsense'],
    ['that cannot be read', undefined],
  ])('oidcc-registration-sector-bad: a document %s', async (_, document) => {
    if (document === undefined) outbound.documents.delete(sector);
    else outbound.documents.set(sector, document);
    const metadata = { subject_type: 'pairwise', sector_identifier_uri: sector };
    expect(await refused(metadata)).toEqual([400, 'invalid_client_metadata']);
  });
});

describe('request objects', () => {
  const place = `${base}/requesturi/${'a'.repeat(64)}`;
  const claimsFor = (client: Client) => ({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: callback,
    scope: 'openid',
    state: 'inner',
    nonce: 'inner',
  });

  test('oidcc-request-uri-signed-rs256: RFC 9101 §5.2: fetched from a registered address, the fragment is no part of it', async () => {
    const client = await registerClient({ request_uris: [`${place}#fragment`] });
    const object = await new SignJWT(claimsFor(client))
      .setProtectedHeader({ alg: 'RS256' })
      .sign(client.key.privateKey);
    outbound.documents.set(place, object);
    const { idToken } = await flow(client, { request_uri: `${place}#fragment`, state: 'inner', nonce: 'inner' });
    expect(idToken.nonce).toBe('inner');
    expect(outbound.asked).toContain(place);
  });

  test('oidcc-request-uri-unsigned: RFC 9101 §6.2: refused, since none is not on offer', async () => {
    const client = await registerClient({ request_uris: [place] });
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    outbound.documents.set(place, `${encode({ alg: 'none' })}.${encode(claimsFor(client))}.`);
    const { view } = await plan.visit(browser, { request_uri: place }, { app: client.app });
    expect([view.left, view.url.searchParams.get('error')]).toEqual([true, 'invalid_request_object']);
  });

  test('an address that is not registered is not fetched (RFC 9700 §4.11.1)', async () => {
    const client = await registerClient({ request_uris: [place] });
    const { view } = await plan.visit(browser, { request_uri: 'https://evil.example/request' }, { app: client.app });
    expect(view.url.searchParams.get('error')).toBe('invalid_request_uri');
    expect(outbound.asked).toEqual([]);
  });
});

describe('after each module', () => {
  test('DELETE of the registration answers 204, and the client is gone', async () => {
    const client = await registerClient();
    expect((await manage(client, 'DELETE')).status).toBe(204);
    const answer = await plan.call(client, '/token', { grant_type: 'authorization_code', code: 'x' });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });

  test('RFC 7592 §1.2: the registration access token is that of one client', async () => {
    const [one, two] = [await registerClient(), await registerClient()];
    const crossed = { ...one, registration_access_token: two.registration_access_token };
    for (const method of ['GET', 'DELETE'] as const) expect((await manage(crossed, method)).status).toBe(401);
    expect((await manage(one, 'GET')).status).toBe(200);
  });

  test('Back-Channel Logout §2.2: a client that registered back- and front-channel logout has sid in its ID tokens (trap 23)', async () => {
    const client = await registerClient({
      backchannel_logout_uri: `${base}/backchannel_logout`,
      backchannel_logout_session_required: true,
      frontchannel_logout_uri: `${base}/frontchannel_logout`,
      frontchannel_logout_session_required: true,
      post_logout_redirect_uris: [`${base}/post_logout_redirect`],
    });
    expect((await flow(client)).idToken.sid).toBeTypeOf('string');
  });
});

test('discovery of this plan: registration, request_uri and the algorithms it wants', async () => {
  const { body } = await send<Record<string, unknown>>(`${plan.issuer}/.well-known/openid-configuration`, {});
  expect(body.registration_endpoint).toBe(`${plan.issuer}/register`);
  expect(body.request_uri_parameter_supported).toBe(true);
  expect(body.userinfo_signing_alg_values_supported).toContain('RS256');
  expect(body.request_object_signing_alg_values_supported).toContain('RS256');
});
