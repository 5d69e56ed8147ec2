import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { changeClient } from '../support/client-settings.js';
import { claimsOf, startWorld, type TokenBody, type World } from './requests.js';

const type = 'application/token-introspection+jwt';
let world: World;
let app: GivenApplication;
let tokens: TokenBody;

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow');
  const user = await world.admin.givenUser(app.id);
  tokens = await world.tokensFor(await world.signedIn(app, user), app);
});
afterAll(() => world.close());

const introspect = (token: string, headers: Record<string, string> = {}) =>
  world.as(app, '/introspect', { token }, headers);

async function verified(jwt: string) {
  return jwtVerify(jwt, createRemoteJWKSet(new URL(`${world.issuer}/jwks`)), {
    issuer: world.issuer,
    audience: app.clientId,
    currentDate: new Date(world.server.clock.now() * 1000),
  });
}

describe('RFC 9701 §5: a signed answer', () => {
  test('RFC 9701 §4: comes to who asks for the media type', async () => {
    const answer = await introspect(tokens.access_token, { accept: `${type}, application/json;q=0.1` });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { payload, protectedHeader } = await verified(answer.text);
    expect(protectedHeader).toMatchObject({ typ: 'token-introspection+jwt', alg: 'RS256', kid: expect.any(String) });
    const { grant_id: _, ...claims } = claimsOf(tokens.access_token);
    expect(payload).toEqual({
      iss: world.issuer,
      aud: app.clientId,
      iat: world.server.clock.now(),
      token_introspection: { active: true, token_type: 'Bearer', ...claims },
    });
    // RFC 9701 §8.1: nothing of it makes it look like an access token or ID token.
    expect(payload).not.toHaveProperty('sub');
    expect(payload).not.toHaveProperty('exp');
  });

  test('and to who registered an algorithm, whatever it asks for', async () => {
    await changeClient(world.server, app.id, { introspectionAlg: 'PS256' });
    const answer = await introspect(tokens.access_token);
    await changeClient(world.server, app.id, { introspectionAlg: null });
    expect((await verified(answer.text)).protectedHeader.alg).toBe('PS256');
  });

  test('others get JSON', async () => {
    for (const headers of [{}, { accept: 'application/json' }, { accept: '*/*' }]) {
      const answer = await introspect(tokens.access_token, headers);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  test('of a token that is not active it says that and no more', async () => {
    const { payload } = await verified((await introspect('nonsense', { accept: type })).text);
    expect(payload.token_introspection).toEqual({ active: false });
  });

  test('errors stay JSON', async () => {
    const answer = await world.post(
      '/introspect',
      { token: 'x', client_id: app.clientId, client_secret: 'wrong' },
      { accept: type },
    );
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });

  test('RFC 9701 §8.1: it cannot be used as an access token, ID token or logout hint', async () => {
    const { text } = await introspect(tokens.access_token, { accept: type });
    expect((await world.userinfo(text)).status).toBe(401);
    expect((await introspect(text)).body).toEqual({ active: false });
    const logout = await fetch(`${world.issuer}/logout?id_token_hint=${text}`, { redirect: 'manual' });
    expect(logout.status).toBe(400);
  });
});
