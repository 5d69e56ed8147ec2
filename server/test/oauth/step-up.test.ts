import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, type Browser } from '../support/browser-flow.js';
import { claimsOf, type Person, redemption, requestOf, startWorld, type World } from './requests.js';

const acr = 'urn:tessera:acr:password';
let world: World;
let app: GivenApplication;
let ana: Person & { accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ana = await world.admin.givenUser(app.id);
  browser = await world.signedIn(app, ana);
});
afterAll(() => world.close());

describe('RFC 9470 §6.2: how and when the person signed in', () => {
  test('stands in access tokens that are JWTs, and in introspection of opaque ones', async () => {
    const { access_token } = await world.tokensFor(browser, app);
    const authTime = claimsOf(access_token).auth_time;
    expect(claimsOf(access_token)).toMatchObject({ acr, amr: ['pwd'], auth_time: expect.any(Number) });
    await world.admin.api('PATCH', `/applications/${app.id}`, { accessTokenFormat: 'opaque' });
    const opaque = await world.tokensFor(browser, app);
    await world.admin.api('PATCH', `/applications/${app.id}`, { accessTokenFormat: 'jwt' });
    const { body } = await world.as<Record<string, unknown>>(app, '/introspect', { token: opaque.access_token });
    expect(body).toMatchObject({ active: true, acr, auth_time: authTime });
  });

  test('RFC 9068 §2.2.1: a refresh does not make the sign-in younger', async () => {
    const { access_token, refresh_token } = await world.tokensFor(browser, app);
    world.server.clock.advance(100);
    const again = await world.as(app, '/token', { grant_type: 'refresh_token', refresh_token: refresh_token ?? '' });
    expect(claimsOf(again.body.access_token).auth_time).toBe(claimsOf(access_token).auth_time);
    expect(claimsOf(again.body.access_token).acr).toBe(acr);
  });

  test('a client that acts for itself has neither', async () => {
    const service = await world.admin.givenApplication(world.project, 'client_credentials');
    const { body } = await world.as(service, '/token', { grant_type: 'client_credentials' });
    expect(claimsOf(body.access_token)).not.toHaveProperty('acr');
    expect(claimsOf(body.access_token)).not.toHaveProperty('auth_time');
  });
});

test('RFC 9470 §4: a resource server’s challenge, answered by a new authorization, leads to a token that satisfies it', async () => {
  // A resource server that wants a sign-in of the last 60 seconds, and verifies as RFC 9068 §4 says.
  const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
  const api = createServer(async (incoming, response) => {
    const token = incoming.headers.authorization?.slice('Bearer '.length) ?? '';
    const now = world.server.clock.now();
    const { payload } = await jwtVerify(token, keys, {
      issuer: world.issuer,
      audience: world.project.defaultResource,
      typ: 'at+jwt',
      currentDate: new Date(now * 1000),
    });
    const fresh = now - Number(payload.auth_time) <= 60 && payload.acr === acr;
    if (fresh) response.writeHead(200).end('paid');
    else
      response
        .writeHead(401, {
          'www-authenticate': `Bearer error="insufficient_user_authentication", acr_values="${acr}", max_age="60"`,
        })
        .end();
  }).listen(0, '127.0.0.1');
  await new Promise((done) => api.once('listening', done));
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/payments`;
  const pay = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } });
  try {
    world.server.clock.advance(120);
    const old = await world.tokensFor(browser, app);
    const challenged = await pay(old.access_token);
    expect(challenged.status).toBe(401);
    const challenge = challenged.headers.get('www-authenticate') ?? '';
    const asked = Object.fromEntries(
      [...challenge.matchAll(/(acr_values|max_age)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    expect(asked).toEqual({ acr_values: acr, max_age: '60' });
    const page = await browser.open(authorizeUrl(world.issuer, requestOf(app, { scope: 'openid', ...asked })));
    expect(page.url.pathname).toMatch(/\/sign-in$/);
    const after = await browser.submit(page, { email: ana.email, password: ana.password });
    const { body } = await world.as(app, '/token', redemption(after.url.searchParams.get('code') ?? ''));
    const paid = await pay(body.access_token);
    expect([paid.status, await paid.text()]).toEqual([200, 'paid']);
  } finally {
    api.close();
  }
});

test('RFC 9470 §5: an essential acr that cannot be reached is an error, not a weaker token', async () => {
  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:example:hardware' } } });
  const answer = await world.authorize(browser, app, { scope: 'openid', claims });
  expect(answer.get('error')).toBe('unmet_authentication_requirements');
});
