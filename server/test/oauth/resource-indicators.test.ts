import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { testRedirectUri } from '../support/admin.js';
import {
  allowScopes,
  defaultResourceOf,
  givenResource,
  givenRole,
  givenScopes,
  giveRoles,
} from '../support/api-access.js';
import type { Browser } from '../support/browser-flow.js';
import { type Person, startWorld, type World } from './requests.js';

// Independent clients and an independent resource server; the clock of the server stands at the real time for them.
let world: World;
let web: GivenApplication;
let service: GivenApplication;
let browser: Browser;
let user: Person & { id: string; accountId: string };
let orders: string;
let stock: string;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project } = world;
  const byDefault = await defaultResourceOf(admin, project.id);
  const second = await givenResource(admin, project.id, { identifier: 'urn:example:stock' });
  [orders, stock] = [byDefault.identifier, second.identifier];
  const { read, refund } = await givenScopes(admin, byDefault, 'read', 'refund');
  const { count } = await givenScopes(admin, second, 'count');
  const clerk = await givenRole(admin, project.id, [refund], { name: 'Clerk' });
  web = await admin.givenApplication(project, 'authorization_flow');
  service = await admin.givenApplication(project, 'client_credentials');
  await allowScopes(admin, web, read, refund, count);
  await allowScopes(admin, service, count);
  user = await admin.givenUser(web.id);
  await giveRoles(admin, web, user, clerk);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

function discover(app: GivenApplication): Promise<client.Configuration> {
  return client.discovery(new URL(world.issuer), app.clientId, app.clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  });
}

/** What a resource server does with a request that carries the token (RFC 9068 §4). */
function atResourceServer(token: string, audience: string) {
  const as: oauth.AuthorizationServer = { issuer: world.issuer, jwks_uri: `${world.issuer}/jwks` };
  const request = new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } });
  return oauth.validateJwtAccessToken(as, request, audience, { [oauth.allowInsecureRequests]: true });
}

describe('RFC 8707 with openid-client, RFC 9068 §4 with oauth4webapi', () => {
  test('one authorization for two resources, a token for each', async () => {
    const config = await discover(web);
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(
      config,
      new URLSearchParams([
        ['redirect_uri', testRedirectUri],
        ['scope', 'openid read refund count'],
        ['state', state],
        ['resource', orders],
        ['resource', stock],
      ]),
    );
    const at = (await browser.open(url)).url;
    const first = await client.authorizationCodeGrant(config, at, { expectedState: state }, { resource: stock });
    expect(first.scope).toBe('openid count');
    const stockClaims = await atResourceServer(first.access_token, stock);
    expect(stockClaims).toMatchObject({ aud: stock, scope: 'openid count', sub: user.accountId, roles: ['Clerk'] });
    await expect(atResourceServer(first.access_token, orders)).rejects.toThrow();

    const second = await client.refreshTokenGrant(config, first.refresh_token ?? '', { resource: orders });
    expect(second.scope).toBe('openid read refund');
    const orderClaims = await atResourceServer(second.access_token, orders);
    expect(orderClaims).toMatchObject({ aud: orders, scope: 'openid read refund', roles: ['Clerk'] });
    await expect(atResourceServer(second.access_token, stock)).rejects.toThrow();

    const narrow = await client.refreshTokenGrant(config, second.refresh_token ?? '', { scope: 'read' });
    expect(narrow.scope).toBe('read');
    expect(await client.tokenIntrospection(config, narrow.access_token)).toMatchObject({
      active: true,
      aud: orders,
      scope: 'read',
      roles: ['Clerk'],
    });
    const elsewhere = { resource: 'urn:example:nothing' };
    await expect(client.refreshTokenGrant(config, narrow.refresh_token ?? '', elsewhere)).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });

  test('client_credentials for a resource', async () => {
    const config = await discover(service);
    const tokens = await client.clientCredentialsGrant(config, { resource: stock, scope: 'count' });
    expect(tokens.scope).toBe('count');
    const claims = await atResourceServer(tokens.access_token, stock);
    expect(claims).toMatchObject({ sub: service.clientId, scope: 'count' });
    expect(claims).not.toHaveProperty('roles');
    await expect(client.clientCredentialsGrant(config, { scope: 'count' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    await expect(client.clientCredentialsGrant(config, { resource: 'urn:x' })).rejects.toMatchObject({
      error: 'invalid_target',
    });
  });
});
