import type { Page } from '@tessera/contract/list';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from './requests.js';
import { givenKeySuite, type KeySuite, kidOf } from './signing-keys.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let first: World;
let suite: KeySuite;

beforeAll(async () => {
  first = await startWorld();
});
afterAll(() => first.close());

beforeEach(async () => {
  suite = await givenKeySuite(first);
});

describe('revocation', () => {
  it('everything that the key signed fails at once, and the next key signs', async () => {
    const old = await suite.tokens();
    const [signing, next] = [await suite.key('ES256', 'signing'), await suite.key('ES256', 'next')];
    expect((await suite.userinfo(old.access_token)).status).toBe(200);
    const answer = await suite.revoke(signing.kid);
    expect(answer).toMatchObject({
      status: 200,
      body: { changed: [{ alg: 'ES256', from: signing.kid, to: next.kid }] },
    });
    expect((await suite.userinfo(old.access_token)).status).toBe(401);
    expect(await suite.isActive(old.access_token)).toBe(false);
    expect(await suite.verifies(old.access_token)).toBe(false);
    expect(await suite.published()).not.toContain(signing.kid);
    const fresh = await suite.tokens();
    expect(kidOf(fresh.access_token)).toBe(next.kid);
    expect((await suite.userinfo(fresh.access_token)).status).toBe(200);
    expect(await suite.key('ES256', 'revoked')).toMatchObject({
      kid: signing.kid,
      removedAt: suite.now(),
      signsUntil: suite.now(),
      tokensValidUntil: null,
    });
    expect(await suite.key('ES256', 'next')).toMatchObject({ createdAt: suite.now() });
  });

  it('an ID token of a revoked key is no hint any more', async () => {
    suite = await givenKeySuite(first, { complete: true });
    const { id_token = '' } = await suite.tokens();
    await suite.revoke((await suite.key('RS256', 'signing')).kid);
    const answer = await suite.authorize(suite.browser, suite.app, {
      scope: 'openid',
      prompt: 'none',
      id_token_hint: id_token,
    });
    expect(answer.get('error')).toBe('invalid_request');
  });

  it('of a next key: it leaves the JWKS and another takes its place', async () => {
    const [signing, next] = [await suite.key('EdDSA', 'signing'), await suite.key('EdDSA', 'next')];
    const { body } = await suite.revoke(next.kid);
    expect(body.changed).toEqual([]);
    expect((await suite.key('EdDSA', 'signing')).kid).toBe(signing.kid);
    expect((await suite.key('EdDSA', 'next')).kid).not.toBe(next.kid);
    expect(await suite.published()).not.toContain(next.kid);
  });

  it('opaque tokens and refresh tokens are signed by nobody and stay', async () => {
    const { admin, project } = suite;
    const opaque = await admin.givenApplication(project, 'authorization_flow', { accessTokenFormat: 'opaque' });
    const browser = await suite.signedIn(opaque, await admin.givenUser(opaque.id));
    const { access_token, refresh_token = '' } = await suite.tokensFor(browser, opaque);
    await suite.rotate({ alg: 'RS256' });
    for (const { kid, status } of await suite.keys()) if (status !== 'next') await suite.revoke(kid);
    expect((await suite.userinfo(access_token)).status).toBe(200);
    const refreshed = await suite.as(opaque, '/token', { grant_type: 'refresh_token', refresh_token });
    expect(refreshed.status).toBe(200);
    expect(await suite.verifies(refreshed.body.id_token ?? '')).toBe(true);
  });

  it('of a retired key: its tokens fail before they expire', async () => {
    const old = await suite.tokens();
    await suite.rotate({ alg: 'ES256' });
    expect((await suite.userinfo(old.access_token)).status).toBe(200);
    await suite.revoke(kidOf(old.access_token));
    expect((await suite.userinfo(old.access_token)).status).toBe(401);
  });

  it('the last signing key of an algorithm is not revoked without a next one: 409 key_last', async () => {
    const signing = await suite.key('RS256', 'signing');
    expect((await suite.keys('RS256')).map((key) => key.status)).toEqual(['signing']);
    const answer = await suite.revoke(signing.kid);
    expect(answer).toMatchObject({ status: 409, body: { code: 'key_last' } });
    expect((await suite.key('RS256', 'signing')).kid).toBe(signing.kid);
    expect((await suite.rotate({ alg: 'RS256' })).status).toBe(200);
    expect((await suite.revoke(signing.kid)).status).toBe(200);
  });

  it('twice: the second changes nothing and writes nothing', async () => {
    const { kid } = await suite.key('ES256', 'signing');
    await suite.revoke(kid);
    const { kid: signing } = await suite.key('ES256', 'signing');
    expect(await suite.revoke(kid)).toMatchObject({ status: 200, body: { changed: [] } });
    expect((await suite.key('ES256', 'signing')).kid).toBe(signing);
    const { body } = await suite.admin.api<Page<object>>(
      'GET',
      `/audit-events?targetId=${kid}&action=signing_key.revoked`,
    );
    expect(body.total).toBe(1);
  });
});
