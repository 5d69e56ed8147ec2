import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../oauth/requests.js';
import { startTestServer, type TestServer } from '../support/server.js';

// The product behind a proxy that ends TLS: all that it says of itself is https.
const publicUrl = 'https://id.example.com';
const discoveryUrl = `${publicUrl}/suites/default/.well-known/openid-configuration`;
let server: TestServer;
let metadata: Record<string, unknown>;
let headers: Headers;

beforeAll(async () => {
  server = await startTestServer({ env: { TESSERA_URL: publicUrl } });
  await server.deps.db.updateTable('suites').set({ registration: 'open' }).execute();
  server.deps.registry.clear();
  const answer = await send<Record<string, unknown>>(discoveryUrl.replace(publicUrl, server.url), {});
  expect(answer.status).toBe(200);
  metadata = answer.body;
  headers = answer.headers;
});
afterAll(() => server.close());

/** The registered names (IANA, OAuth Authorization Server Metadata) that a server of this kind may publish, by type. */
const registered = {
  text: [
    'issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint service_documentation',
    'op_policy_uri op_tos_uri revocation_endpoint introspection_endpoint device_authorization_endpoint end_session_endpoint',
    'pushed_authorization_request_endpoint check_session_iframe',
  ],
  texts: [
    'scopes_supported response_types_supported response_modes_supported grant_types_supported acr_values_supported',
    'subject_types_supported id_token_signing_alg_values_supported userinfo_signing_alg_values_supported',
    'request_object_signing_alg_values_supported token_endpoint_auth_methods_supported claims_supported',
    'token_endpoint_auth_signing_alg_values_supported display_values_supported claim_types_supported prompt_values_supported',
    'revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported ui_locales_supported',
    'introspection_endpoint_auth_methods_supported introspection_endpoint_auth_signing_alg_values_supported',
    'introspection_signing_alg_values_supported code_challenge_methods_supported dpop_signing_alg_values_supported',
    'claims_locales_supported authorization_signing_alg_values_supported',
  ],
  yesOrNo: [
    'claims_parameter_supported request_parameter_supported request_uri_parameter_supported',
    'require_request_uri_registration require_signed_request_object require_pushed_authorization_requests',
    'authorization_response_iss_parameter_supported backchannel_logout_supported backchannel_logout_session_supported',
    'frontchannel_logout_supported frontchannel_logout_session_supported',
  ],
};
const named = (names: string[]) => names.join(' ').split(' ');

const title = 'oidcc-discovery-endpoint-verification';
const list = (name: string) => metadata[name] as string[];

test(`${title}: OpenID Connect Discovery §4.2: 200 and application/json`, () => {
  expect(headers.get('content-type')).toMatch(/^application\/json/);
});

test(`${title}: OpenID Connect Discovery §4.3: the issuer is the address without the suffix, https, without query and fragment`, () => {
  const { issuer } = metadata;
  expect(issuer).toBe(discoveryUrl.replace('/.well-known/openid-configuration', ''));
  const url = new URL(String(issuer));
  expect([url.protocol, url.search, url.hash, url.username, url.password]).toEqual(['https:', '', '', '', '']);
});

test(`${title}: every endpoint and the JWKS are https`, () => {
  const addresses = Object.keys(metadata).filter((name) => name.endsWith('_endpoint') || name === 'jwks_uri');
  expect(addresses).toEqual(
    expect.arrayContaining([
      'authorization_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
      'jwks_uri',
      'registration_endpoint',
      'end_session_endpoint',
    ]),
  );
  for (const name of addresses) expect(metadata[name], name).toMatch(/^https:\/\/[^?#]+$/);
});

test(`${title}: every member is a registered one, and of its type`, () => {
  for (const [name, value] of Object.entries(metadata)) {
    if (named(registered.text).includes(name)) expect(value, name).toBeTypeOf('string');
    else if (named(registered.yesOrNo).includes(name)) expect(value, name).toBeTypeOf('boolean');
    else {
      expect(named(registered.texts), name).toContain(name);
      expect(value, name).toEqual(expect.any(Array));
      for (const one of value as unknown[]) expect(one, name).toBeTypeOf('string');
      expect(new Set(value as unknown[]).size, name).toBe((value as unknown[]).length);
    }
  }
});

test(`${title}: response, subject and grant types, and RS256 for ID tokens`, () => {
  expect(list('response_types_supported')).toEqual(['code']);
  expect(list('subject_types_supported')).toEqual(['public', 'pairwise']);
  expect(list('id_token_signing_alg_values_supported')).toContain('RS256');
  expect(list('request_object_signing_alg_values_supported')).toContain('RS256');
  expect(list('grant_types_supported')).toContain('authorization_code');
  // By design: no implicit flow, no hybrid flow (RFC 9700, section 2.1.2).
  expect(list('grant_types_supported')).not.toContain('implicit');
});

test(`${title}: scopes have the characters of RFC 6749 §3.3, openid among them`, () => {
  expect(list('scopes_supported')).toContain('openid');
  for (const scope of list('scopes_supported')) expect(scope).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/);
});

test(`${title}: OpenID Connect Discovery §3: userinfo, its algorithms and its claims are told`, () => {
  expect(list('userinfo_signing_alg_values_supported')).toContain('RS256');
  const claims =
    'sub name given_name family_name middle_name nickname profile picture website gender birthdate zoneinfo locale ' +
    'updated_at preferred_username email email_verified address phone_number phone_number_verified auth_time acr';
  expect(list('claims_supported')).toEqual(expect.arrayContaining(claims.split(' ')));
  expect(metadata.claims_parameter_supported).toBe(true);
  expect(list('acr_values_supported').length).toBeGreaterThan(0);
});

test(`${title}: OpenID Connect Core §6.1, RFC 9101 §10.5: what is said of request objects leaves no default to guess`, () => {
  expect([metadata.request_parameter_supported, metadata.request_uri_parameter_supported]).toEqual([true, true]);
  for (const name of Object.keys(metadata).filter((one) => one.includes('signing_alg_values')))
    expect(list(name), name).not.toContain('none');
});

test(`${title}: RFC 8414 §3: the same document stands under the OAuth address`, async () => {
  const answer = await send(`${server.url}/.well-known/oauth-authorization-server/suites/default`, {});
  expect(answer.body).toEqual(metadata);
});

test('protocol.md §3: registration_client_uri is https (RFC 7592 §3)', async () => {
  const answer = await send<Record<string, string>>(
    String(metadata.registration_endpoint).replace(publicUrl, server.url),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://suite.example/callback'] }),
    },
  );
  expect(answer.status).toBe(201);
  expect(answer.body.registration_client_uri).toBe(`${publicUrl}/suites/default/register/${answer.body.client_id}`);
});

test(`${title}: languages are tags in canonical casing`, () => {
  for (const locale of list('ui_locales_supported')) expect(Intl.getCanonicalLocales(locale)).toEqual([locale]);
});

test(`${title}: code_challenge_methods_supported has S256 and nothing unknown`, () => {
  expect(list('code_challenge_methods_supported')).toContain('S256');
  for (const method of list('code_challenge_methods_supported')) expect(['S256', 'plain']).toContain(method);
});

test(`${title}: the JWKS is public and well-formed`, async () => {
  const answer = await send<{ keys: Record<string, unknown>[] }>(
    String(metadata.jwks_uri).replace(publicUrl, server.url),
    {},
  );
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/^application\/(jwk-set\+)?json/),
  ]);
  for (const key of answer.body.keys) {
    expect(key).toMatchObject({ kid: expect.any(String), alg: expect.any(String), use: 'sig' });
    expect(key).not.toHaveProperty('d');
  }
});

test('FAPI 2.0 Security Profile: what its plan wants of the metadata', () => {
  expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
  expect(metadata.pushed_authorization_request_endpoint).toMatch(/^https:/);
  expect(list('token_endpoint_auth_methods_supported')).toContain('private_key_jwt');
  for (const name of ['token_endpoint_auth', 'id_token', 'request_object', 'dpop'])
    expect(list(`${name}_signing_alg_values_supported`), name).toEqual(expect.arrayContaining(['PS256', 'ES256']));
  expect(metadata.require_pushed_authorization_requests).toBeTypeOf('boolean');
});

test('oidcc-rp-initiated-logout, backchannel and frontchannel plans: what they want of the metadata', () => {
  expect(metadata.end_session_endpoint).toMatch(/^https:/);
  for (const channel of ['backchannel', 'frontchannel'])
    expect([metadata[`${channel}_logout_supported`], metadata[`${channel}_logout_session_supported`]]).toEqual([
      true,
      true,
    ]);
});
