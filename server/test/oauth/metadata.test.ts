import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anotherSuite, send, startWorld, type World } from './requests.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

type Metadata = Record<string, string | string[] | boolean>;
interface Jwk {
  kid: string;
  kty: string;
  alg: string;
  use: string;
  n?: string;
  x?: string;
}

const discover = (of = world) => send<Metadata>(`${of.issuer}/.well-known/openid-configuration`, {});
const keysOf = async (of = world) => (await send<{ keys: Jwk[] }>(`${of.issuer}/jwks`, {})).body.keys;

describe('OpenID Connect Discovery §3, RFC 8414 §2: the metadata of a suite', () => {
  test.each(['/.well-known/openid-configuration', '/jwks'])(
    'RFC 9110 §9.3.2: %s answers HEAD as GET, without a body',
    async (path) => {
      const [head, get] = [
        await send(`${world.issuer}${path}`, { method: 'HEAD' }),
        await send(`${world.issuer}${path}`, {}),
      ];
      expect([head.status, head.text]).toEqual([200, '']);
      for (const header of ['content-type', 'cache-control'])
        expect(head.headers.get(header)).toBe(get.headers.get(header));
    },
  );

  test('is JSON with everything that clients need', async () => {
    const { status, headers, body } = await discover();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toMatchObject({
      issuer: world.issuer,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['public', 'pairwise'],
      code_challenge_methods_supported: ['S256', 'plain'],
      authorization_response_iss_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
    });
    expect(body.id_token_signing_alg_values_supported).toContain('RS256');
    expect(body.scopes_supported).toEqual(expect.arrayContaining(['openid', 'profile', 'email', 'offline_access']));
    expect(body.grant_types_supported).toEqual(
      expect.arrayContaining(['authorization_code', 'refresh_token', 'password', 'client_credentials']),
    );
    for (const method of ['client_secret_basic', 'client_secret_post', 'none'])
      expect(body.token_endpoint_auth_methods_supported).toContain(method);
    expect(body.introspection_endpoint_auth_methods_supported).not.toContain('none');
    expect(JSON.stringify(body)).not.toMatch(/implicit|id_token token|"none alg/);
  });

  test('every endpoint and the keys are below the issuer, and there', async () => {
    const { body } = await discover();
    const endpoints = Object.entries(body).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
    expect(endpoints.map(([name]) => name).sort()).toEqual([
      'authorization_endpoint',
      'device_authorization_endpoint',
      'end_session_endpoint',
      'introspection_endpoint',
      'jwks_uri',
      'pushed_authorization_request_endpoint',
      'revocation_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
    ]);
    for (const [name, url] of endpoints) {
      expect(url).toMatch(new RegExp(`^${world.issuer}/[a-z_]+$`));
      const [byGet, byPost] = [await send(String(url), {}), await send(String(url), { method: 'POST' })];
      expect([byGet.status, byPost.status], name).not.toEqual([404, 404]);
    }
  });

  test('RFC 8414 §3.1: stands under the other well-known address, too, and is the same', async () => {
    const other = await send(
      `${world.server.url}/.well-known/oauth-authorization-server/suites/${world.suite.slug}`,
      {},
    );
    expect([other.status, other.text]).toEqual([200, (await discover()).text]);
  });

  test('a suite that does not exist has none', async () => {
    for (const path of [
      '/suites/nope/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/suites/nope',
    ]) {
      const answer = await send(`${world.server.url}${path}`, {});
      expect([answer.status, answer.body.error]).toEqual([404, 'invalid_request']);
    }
  });

  test('every suite is an issuer of its own', async () => {
    const other = await anotherSuite(world);
    expect((await discover(other)).body.issuer).toBe(other.issuer);
    expect(other.issuer).not.toBe(world.issuer);
    const mine = (await keysOf()).map(({ kid }) => kid);
    for (const { kid } of await keysOf(other)) expect(mine).not.toContain(kid);
  });
});

describe('RFC 7517 §5: the keys of a suite', () => {
  test('are public, named and meant for signatures: of a new suite RS256, ES256 and EdDSA', async () => {
    const answer = await send(`${world.issuer}/jwks`, {});
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    const keys = await keysOf();
    expect([...new Set(keys.map(({ alg }) => alg))].sort()).toEqual(['ES256', 'EdDSA', 'RS256']);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatchObject({ kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), use: 'sig' });
      // RFC 7518 §6.2.2, §6.3.2, §6.4.1: members that only a private or symmetric key has.
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(secret);
    }
    const rsa = keys.find(({ kty }) => kty === 'RSA');
    expect(Buffer.from(rsa?.n ?? '', 'base64url').length * 8).toBeGreaterThanOrEqual(2048);
  });

  test('stay the same from one request to the next', async () => {
    expect((await send(`${world.issuer}/jwks`, {})).text).toBe((await send(`${world.issuer}/jwks`, {})).text);
  });
});
