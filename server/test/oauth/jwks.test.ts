import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '@tessera/contract/keys';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { rotateKeys } from '../../src/jobs/rotate-keys.js';
import { anotherSuite, credentials, type Person, send, startWorld, type World } from './requests.js';
import { fetchKeys } from './signing-keys.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await rotateKeys(world.server.deps);
});
afterAll(() => world.close());

const algorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
const kinds = {
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
};
const members = {
  RSA: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
  EC: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  OKP: ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
};

describe('JWKS', () => {
  it('RFC 7517 §5: JSON that every origin may read and caches keep for 300 seconds', async () => {
    const answer = await send(`${world.issuer}/jwks`, { headers: { origin: 'https://anybody.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('domain rule 6: has a signing key and a next one of each algorithm', async () => {
    const keys = await fetchKeys(world);
    expect(keys.map((key) => key.alg).sort()).toEqual([...algorithms, ...algorithms].sort());
    for (const key of keys) expect(key).toMatchObject({ ...kinds[key.alg as SigningAlgorithm], use: 'sig' });
  });

  it('every key has a kid, kids are distinct, and no private or unknown member is there', async () => {
    const keys = await fetchKeys(world);
    expect(new Set(keys.map((key) => key.kid)).size).toBe(keys.length);
    for (const key of keys) {
      expect(key.kid).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(Object.keys(key).sort()).toEqual(members[key.kty as keyof typeof members]);
      if (key.kty === 'RSA') expect(Buffer.from(key.n ?? '', 'base64url')).toHaveLength(256);
    }
  });

  it('RFC 8017 §6: RS256 and PS256 have moduli of their own', async () => {
    const moduli = (await fetchKeys(world)).filter((key) => key.kty === 'RSA').map((key) => key.n);
    expect(new Set(moduli).size).toBe(4);
  });

  it('suites share no key', async () => {
    const other = await anotherSuite(world);
    const [mine, theirs] = [await fetchKeys(world), await fetchKeys(other)];
    expect(theirs.filter(({ kid }) => mine.some((key) => key.kid === kid))).toEqual([]);
  });

  it('a new suite: caches keep nothing until every algorithm has its first key', async () => {
    const other = await anotherSuite(world);
    const early = await send(`${other.issuer}/jwks`, {});
    expect(early.headers.get('cache-control')).toBe('no-cache');
    expect((await fetchKeys(other)).map((key) => key.alg).sort()).toEqual([
      'ES256',
      'ES256',
      'EdDSA',
      'EdDSA',
      'RS256',
    ]);
    await rotateKeys(world.server.deps);
    const later = await send(`${other.issuer}/jwks`, {});
    expect(later.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await fetchKeys(other)).toHaveLength(8);
  });

  it('a new suite signs PS256 at once, and twice at once with one key', async () => {
    const other = await anotherSuite(world);
    const app = await other.admin.givenApplication(other.project, 'client_credentials', {
      accessTokenSigningAlg: 'PS256',
    });
    const answers = await Promise.all(
      [1, 2, 3].map(() => other.as(app, '/token', { grant_type: 'client_credentials' })),
    );
    const kids = answers.map((answer) => decodeProtectedHeader(answer.body.access_token));
    const published = (await fetchKeys(other)).filter((key) => key.alg === 'PS256');
    expect(published).toHaveLength(1);
    for (const header of kids) expect(header).toMatchObject({ alg: 'PS256', kid: published[0]?.kid });
  });
});

test.each(['id_token_signing_alg_values_supported', 'userinfo_signing_alg_values_supported'])(
  'OpenID Connect Discovery §3: %s has all four',
  async (member) => {
    const { body } = await send<Record<string, string[]>>(`${world.issuer}/.well-known/openid-configuration`, {});
    expect([...(body[member] ?? [])].sort()).toEqual([...algorithms].sort());
  },
);

describe.each(algorithms)('%s end to end', (alg) => {
  let person: Person;

  async function tokensOf(fields: object) {
    const app = await world.admin.givenApplication(world.project, 'authorization_flow', fields);
    person = await world.admin.givenUser(app.id);
    const browser = await world.signedIn(app, person);
    return { app, tokens: await world.tokensFor(browser, app) };
  }

  it('signs ID and access tokens that jose verifies by the JWKS, and the server by itself', async () => {
    const { app, tokens } = await tokensOf({ idTokenSigningAlg: alg, accessTokenSigningAlg: alg });
    const jwks = createLocalJWKSet({ keys: await fetchKeys(world) });
    const options = { algorithms: [alg], issuer: world.issuer };
    const id = await jwtVerify(tokens.id_token ?? '', jwks, { ...options, audience: app.clientId, typ: 'JWT' });
    const access = await jwtVerify(tokens.access_token, jwks, { ...options, typ: 'at+jwt' });
    expect(id.protectedHeader).toMatchObject({ alg, kid: access.protectedHeader.kid });
    expect((await world.userinfo(tokens.access_token)).status).toBe(200);
    const introspected = await world.post<{ active: boolean }>(
      '/introspect',
      { token: tokens.access_token },
      credentials(app),
    );
    expect(introspected.body.active).toBe(true);
  });

  it('OpenID Connect Core §3.1.3.6: at_hash is the left half of the hash that the signature uses', async () => {
    const { tokens } = await tokensOf({ idTokenSigningAlg: alg });
    const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
      .update(tokens.access_token, 'ascii')
      .digest();
    const jwks = createLocalJWKSet({ keys: await fetchKeys(world) });
    const { payload } = await jwtVerify(tokens.id_token ?? '', jwks);
    expect(payload.at_hash).toBe(digest.subarray(0, digest.length / 2).toString('base64url'));
    expect(decodeProtectedHeader(tokens.access_token).alg).toBe('ES256');
  });
});

it('domain rule 6: access tokens are signed ES256 and ID tokens RS256 where nothing else is said', async () => {
  const app = await world.admin.givenApplication(world.project, 'authorization_flow');
  expect(app).toMatchObject({ idTokenSigningAlg: 'RS256', accessTokenSigningAlg: 'ES256' });
  const browser = await world.signedIn(app, await world.admin.givenUser(app.id));
  const tokens = await world.tokensFor(browser, app);
  expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe('RS256');
  expect(decodeProtectedHeader(tokens.access_token).alg).toBe('ES256');
});

it('M2: a changed algorithm counts from the next token on', async () => {
  const app = await world.admin.givenApplication(world.project, 'authorization_flow');
  const browser = await world.signedIn(app, await world.admin.givenUser(app.id));
  await world.admin.api('PATCH', `/applications/${app.id}`, {
    idTokenSigningAlg: 'EdDSA',
    accessTokenSigningAlg: 'PS256',
  });
  const tokens = await world.tokensFor(browser, app);
  expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe('EdDSA');
  expect(decodeProtectedHeader(tokens.access_token).alg).toBe('PS256');
});
