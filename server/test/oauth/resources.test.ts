import type { Resource, Scope } from '@tessera/contract/resources';
import type { RoleWithScopes } from '@tessera/contract/roles';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import {
  allowScopes,
  defaultResourceOf,
  givenResource,
  givenRole,
  givenScopes,
  giveRoles,
} from '../support/api-access.js';
import { authorizeUrl, type Browser, createBrowser } from '../support/browser-flow.js';
import { changeClient } from '../support/client-settings.js';
import {
  claimsOf,
  countIssued,
  expectRefused,
  form,
  type Person,
  redemption,
  requestOf,
  startWorld,
  type World,
} from './requests.js';

let world: World;
/** The shop's APIs: the default one, and `stock`; `billing` belongs to another project of the suite. */
let orders: Resource;
let stock: Resource;
let billing: Resource;
let scopes: Record<'read' | 'refund' | 'erase', Scope>;
let stockScopes: Record<'read' | 'count', Scope>;
let billingScopes: Record<'read' | 'pay', Scope>;
let clerk: RoleWithScopes;
let payer: RoleWithScopes;
let web: GivenApplication;
let service: GivenApplication;
let user: Person & { id: string; accountId: string };
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  const { admin, project, suite } = world;
  orders = await defaultResourceOf(admin, project.id);
  stock = await givenResource(admin, project.id);
  const other = await admin.givenProject(suite.id);
  billing = await givenResource(admin, other.id);
  scopes = await givenScopes(admin, orders, 'read', 'refund', 'erase');
  stockScopes = await givenScopes(admin, stock, 'read', 'count');
  billingScopes = await givenScopes(admin, billing, 'read', 'pay');
  clerk = await givenRole(admin, project.id, [scopes.refund], { name: 'Clerk' });
  payer = await givenRole(admin, other.id, [billingScopes.pay], { name: 'Payer' });
  web = await admin.givenApplication(project, 'authorization_flow');
  service = await admin.givenApplication(project, 'client_credentials');
  user = await admin.givenUser(web.id);
  browser = await world.signedIn(web, user);
});
afterAll(() => world.close());

beforeEach(async () => {
  const { admin } = world;
  await allowScopes(admin, web, scopes.read, scopes.refund, stockScopes.count, billingScopes.read, billingScopes.pay);
  await allowScopes(admin, service, scopes.read, scopes.refund, stockScopes.read);
  await giveRoles(admin, web, user);
});

/** A code for an authorization request that names several resources, which a record cannot. */
async function codeForAll(resources: Resource[], scope: string): Promise<string> {
  const url = authorizeUrl(world.issuer, requestOf(web, { scope }));
  for (const { identifier } of resources) url.searchParams.append('resource', identifier);
  const view = await browser.open(url);
  const code = view.url.searchParams.get('code');
  if (code === null) throw new Error(`No code came: ${view.url}`);
  return code;
}

const redeem = (code: string, params = {}) => world.as(web, '/token', redemption(code, params));
const refresh = (token: string | undefined, params = {}) =>
  world.as(web, '/token', { grant_type: 'refresh_token', refresh_token: token ?? '', ...params });

describe('RFC 6749 §3.3: which scopes an application may ask for', () => {
  test('those it is allowed of the default resource, beside OpenID scopes', async () => {
    const tokens = await world.tokensFor(browser, web, { scope: 'openid read' });
    expect(tokens.scope).toBe('openid read');
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: orders.identifier, scope: 'openid read' });
  });

  test.each([
    ['a scope of the resource that the application is not allowed', 'erase', 'scope.not_granted'],
    ['a scope that no resource has', 'fly', 'scope.unknown'],
    ['a scope of another resource than the one chosen', 'count', 'scope.unknown'],
    ['a scope in other letters', 'READ', 'scope.unknown'],
  ])('%s is invalid_scope', async (_, scope, rule) => {
    const answer = await world.authorize(browser, web, { scope: `openid ${scope}` });
    expect([answer.get('error'), answer.get('code')]).toEqual(['invalid_scope', null]);
    const [row] = await world.refusals(`applicationId=${web.id}&limit=1`);
    expect(row).toMatchObject({ error: 'invalid_scope', rule, received: scope });
  });

  test('what is refused is not told apart on the wire', async () => {
    const [denied, unknown] = [
      await world.authorize(browser, web, { scope: 'erase' }),
      await world.authorize(browser, web, { scope: 'fly' }),
    ];
    expect(denied.get('error_description')).toBe(unknown.get('error_description'));
  });

  test('an application that is allowed none may ask for none', async () => {
    await allowScopes(world.admin, web);
    for (const scope of ['read', 'refund', 'erase'])
      expect((await world.authorize(browser, web, { scope })).get('error')).toBe('invalid_scope');
    expect((await world.tokensFor(browser, web)).scope).toBe('openid');
  });

  test('the metadata names OpenID scopes only: others depend on the resource and the application', async () => {
    const metadata = (await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json()) as object;
    expect(metadata).toMatchObject({
      scopes_supported: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
    });
  });
});

describe('RFC 8707 §2: the audience', () => {
  test('any resource of the project may be named, with or without scopes', async () => {
    const bare = await givenResource(world.admin, world.project.id);
    for (const resource of [stock, bare]) {
      const { access_token } = await world.tokensFor(browser, web, { resource: resource.identifier });
      expect(claimsOf(access_token).aud).toBe(resource.identifier);
    }
  });

  test('a resource of another project may be named once a scope of it is allowed', async () => {
    const { access_token } = await world.tokensFor(browser, web, { resource: billing.identifier, scope: 'read' });
    expect(claimsOf(access_token)).toMatchObject({ aud: billing.identifier, scope: 'read' });
    await allowScopes(world.admin, web, scopes.read);
    const refused = await world.authorize(browser, web, { resource: billing.identifier });
    expect(refused.get('error')).toBe('invalid_target');
  });

  test('a resource of another suite is unknown, even under the same identifier', async () => {
    const suite = await world.admin.givenSuite();
    const project = await world.admin.givenProject(suite.id);
    const elsewhere = await givenResource(world.admin, project.id, { identifier: 'https://elsewhere.example.com' });
    const refused = await world.authorize(browser, web, { resource: elsewhere.identifier });
    expect(refused.get('error')).toBe('invalid_target');
    const same = await givenResource(world.admin, project.id, { identifier: stock.identifier });
    await givenScopes(world.admin, same, 'foreign');
    const params = { resource: stock.identifier, scope: 'foreign' };
    expect((await world.authorize(browser, web, params)).get('error')).toBe('invalid_scope');
  });

  test('a new default is the audience of the next token, at once', async () => {
    const { admin } = world;
    const app = await admin.givenApplication(await admin.givenProject(world.suite.id), 'client_credentials');
    const ask = async () =>
      claimsOf((await world.as(app, '/token', { grant_type: 'client_credentials' })).body.access_token).aud;
    const before = await ask();
    const second = await givenResource(admin, app.projectId, { isDefault: true });
    expect([before === second.identifier, await ask()]).toEqual([false, second.identifier]);
  });
});

describe('RFC 8707 §2.1, §2.2: several resources', () => {
  test('the authorization has them all, each token one: the first, or the one the token request names', async () => {
    const first = (await redeem(await codeForAll([stock, orders], 'openid read count'))).body;
    // `count` is a scope of stock; `read` of stock is not allowed, so it is no scope of this token.
    expect(claimsOf(first.access_token)).toMatchObject({ aud: stock.identifier, scope: 'openid count' });
    expect(first.scope).toBe('openid count');
    const second = (await refresh(first.refresh_token, { resource: orders.identifier })).body;
    expect(claimsOf(second.access_token)).toMatchObject({ aud: orders.identifier, scope: 'openid read' });
    const third = (await refresh(second.refresh_token)).body;
    expect(claimsOf(third.access_token).aud).toBe(stock.identifier);

    const code = await codeForAll([stock, orders], 'read count');
    const other = (await redeem(code, { resource: orders.identifier })).body;
    expect(claimsOf(other.access_token)).toMatchObject({ aud: orders.identifier, scope: 'read' });
  });

  test('at the token endpoint another resource than those granted is invalid_target, and the code is still good', async () => {
    const code = await codeForAll([stock], 'openid');
    const answer = await redeem(code, { resource: orders.identifier });
    const row = { rule: 'resource.unknown', expected: stock.identifier, received: orders.identifier };
    await expectRefused(world, answer, { status: 400, error: 'invalid_target', row });
    const { body } = await redeem(code);
    const again = await refresh(body.refresh_token, { resource: orders.identifier });
    await expectRefused(world, again, { status: 400, error: 'invalid_target', row });
    expect((await refresh(body.refresh_token, { resource: stock.identifier })).status).toBe(200);
  });

  test('two at once at the token endpoint are invalid_target: a token has one audience', async () => {
    const code = await codeForAll([stock, orders], 'openid');
    const params = `${form(redemption(code))}&${form({ resource: stock.identifier })}&${form({ resource: orders.identifier })}`;
    await expectRefused(world, await world.as(web, '/token', params), {
      status: 400,
      error: 'invalid_target',
      row: { rule: 'resource.several' },
    });
  });

  test('a scope has to belong to one of the resources named', async () => {
    const url = authorizeUrl(world.issuer, requestOf(web, { scope: 'pay' }));
    for (const { identifier } of [orders, stock]) url.searchParams.append('resource', identifier);
    expect((await browser.open(url)).url.searchParams.get('error')).toBe('invalid_scope');
    url.searchParams.append('resource', billing.identifier);
    expect((await browser.open(url)).url.searchParams.has('code')).toBe(true);
  });
});

describe('scopes that roles carry', () => {
  test('stand in a token only when the person has one of the roles', async () => {
    const scope = 'openid read refund';
    const without = await world.tokensFor(browser, web, { scope });
    expect([without.scope, claimsOf(without.access_token).scope]).toEqual(['openid read', 'openid read']);
    await giveRoles(world.admin, web, user, clerk);
    const withRole = await world.tokensFor(browser, web, { scope });
    expect([withRole.scope, claimsOf(withRole.access_token).scope]).toEqual([scope, scope]);
  });

  test('a role is held through one application: what the person is elsewhere does not count', async () => {
    const { admin, project } = world;
    const second = await admin.givenApplication(project, 'authorization_flow');
    const assigned = await admin.api<{ id: string }>('POST', `/applications/${second.id}/users`, {
      accountId: user.accountId,
    });
    await allowScopes(admin, second, scopes.refund);
    await giveRoles(admin, second, assigned.body, clerk);
    expect((await world.tokensFor(browser, web, { scope: 'openid refund' })).scope).toBe('openid');
    expect((await world.tokensFor(browser, second, { scope: 'openid refund' })).scope).toBe('openid refund');
  });

  test('a role given is felt at the next refresh, and one taken away as well', async () => {
    const first = await world.tokensFor(browser, web, { scope: 'openid read refund' });
    await giveRoles(world.admin, web, user, clerk);
    const second = (await refresh(first.refresh_token)).body;
    expect(claimsOf(second.access_token)).toMatchObject({ scope: 'openid read refund', roles: ['Clerk'] });
    await giveRoles(world.admin, web, user);
    const third = (await refresh(second.refresh_token)).body;
    expect(third.scope).toBe('openid read');
    expect(claimsOf(third.access_token)).not.toHaveProperty('roles');
  });

  test('a scope that only a deleted role carried is everybody’s from then on', async () => {
    const { admin, project } = world;
    const { count } = stockScopes;
    const params = { resource: stock.identifier, scope: 'count' };
    const keeper = await givenRole(admin, project.id, [count]);
    expect((await world.tokensFor(browser, web, params)).scope).toBe('');
    await admin.api('DELETE', `/roles/${keeper.id}`);
    expect((await world.tokensFor(browser, web, params)).scope).toBe('count');
  });

  test('RFC 6749 §5.1: a token without any of the scopes asked for says so', async () => {
    const tokens = await world.tokensFor(browser, web, { scope: 'refund' });
    expect(tokens.scope).toBe('');
    expect(claimsOf(tokens.access_token)).not.toHaveProperty('scope');
    // Nothing asked for, nothing to tell.
    const { access_token, scope } = (await redeem(await world.codeFor(browser, web))).body;
    expect([claimsOf(access_token).scope, scope]).toEqual([undefined, undefined]);
  });
});

describe('RFC 9068 §2.2.3.1: the roles claim', () => {
  const roles = [] as RoleWithScopes[];
  beforeAll(async () => {
    roles.push(clerk, payer, await givenRole(world.admin, world.project.id, [], { name: 'Auditor' }));
  });
  beforeEach(() => giveRoles(world.admin, web, user, ...roles));

  test('has the roles of the project that owns the audience, by name, and of no other', async () => {
    const own = await world.tokensFor(browser, web, { scope: 'openid' });
    expect(claimsOf(own.access_token).roles).toEqual(['Auditor', 'Clerk']);
    expect(claimsOf(own.id_token)).not.toHaveProperty('roles');
    const ofStock = await world.tokensFor(browser, web, { resource: stock.identifier });
    expect(claimsOf(ofStock.access_token).roles).toEqual(['Auditor', 'Clerk']);
    const ofBilling = await world.tokensFor(browser, web, { resource: billing.identifier, scope: 'pay' });
    expect(claimsOf(ofBilling.access_token)).toMatchObject({ aud: billing.identifier, scope: 'pay', roles: ['Payer'] });
  });

  test('userinfo does not tell them', async () => {
    const { access_token } = await world.tokensFor(browser, web);
    expect((await world.userinfo(access_token)).body).not.toHaveProperty('roles');
  });

  test('RFC 7662: introspection tells them, in both formats, and only those of the audience', async () => {
    for (const accessTokenFormat of ['opaque', 'jwt']) {
      await world.admin.api('PATCH', `/applications/${web.id}`, { accessTokenFormat });
      const own = await world.tokensFor(browser, web, { scope: 'refund' });
      const { body } = await world.as(web, '/introspect', { token: own.access_token });
      expect(body).toMatchObject({
        active: true,
        aud: orders.identifier,
        scope: 'refund',
        roles: ['Auditor', 'Clerk'],
      });
      const other = await world.tokensFor(browser, web, { resource: billing.identifier, scope: 'read' });
      const described = (await world.as(web, '/introspect', { token: other.access_token })).body;
      expect(described).toMatchObject({ aud: billing.identifier, scope: 'read', roles: ['Payer'] });
    }
  });
});

describe('tokens of one audience carry nothing of another', () => {
  test('whatever is asked for together', async () => {
    await giveRoles(world.admin, web, user, clerk, payer);
    const code = await codeForAll([orders, billing], 'openid read refund pay');
    const forOrders = (await redeem(code, { resource: orders.identifier })).body;
    expect(claimsOf(forOrders.access_token)).toMatchObject({ scope: 'openid read refund', roles: ['Clerk'] });
    const forBilling = (await refresh(forOrders.refresh_token, { resource: billing.identifier })).body;
    expect(claimsOf(forBilling.access_token)).toMatchObject({ scope: 'openid read pay', roles: ['Payer'] });
  });

  test('RFC 7662 §4: a client that may call an API is not one that may learn of all its tokens', async () => {
    const { admin } = world;
    const biller = await admin.givenApplication({ ...world.project, id: billing.projectId }, 'client_credentials');
    const token = (await world.as(biller, '/token', { grant_type: 'client_credentials', resource: billing.identifier }))
      .body;
    expect(claimsOf(token.access_token).aud).toBe(billing.identifier);
    expect((await world.as(web, '/introspect', { token: token.access_token })).body).toEqual({ active: false });
    expect((await world.as(biller, '/introspect', { token: token.access_token })).body).toMatchObject({ active: true });
  });
});

describe('RFC 6749 §6: a refresh after something was taken away', () => {
  test.each([
    ['the application is not allowed the scope any more', () => allowScopes(world.admin, web, scopes.refund)],
    ['the application is allowed nothing any more', () => allowScopes(world.admin, web)],
  ])('narrows when %s, and widens again with it', async (_, takeAway) => {
    const first = await world.tokensFor(browser, web, { scope: 'openid read' });
    await takeAway();
    const second = (await refresh(first.refresh_token)).body;
    expect(second.scope).toBe('openid');
    expect(claimsOf(second.access_token).scope).toBe('openid');
    await allowScopes(world.admin, web, scopes.read);
    expect((await refresh(second.refresh_token)).body.scope).toBe('openid read');
  });

  test('narrows when the scope was deleted, and what was issued lives on', async () => {
    const { admin } = world;
    const { temporary } = await givenScopes(admin, orders, 'temporary');
    await allowScopes(admin, web, scopes.read, temporary);
    const first = await world.tokensFor(browser, web, { scope: 'openid read temporary' });
    expect((await admin.api('DELETE', `/resources/${orders.id}/scopes/${temporary.id}`)).status).toBe(204);
    expect((await world.as(web, '/introspect', { token: first.access_token })).body).toMatchObject({
      active: true,
      scope: 'openid read temporary',
    });
    const second = (await refresh(first.refresh_token, { scope: 'openid temporary' })).body;
    expect(second.scope).toBe('openid');
    expect((await refresh(second.refresh_token)).body.scope).toBe('openid read');
  });

  test('a resource that was deleted is no audience any more: invalid_target by name, invalid_grant without one', async () => {
    const { admin, project } = world;
    const gone = await givenResource(admin, project.id);
    const first = await world.tokensFor(browser, web, { resource: gone.identifier });
    expect((await admin.api('DELETE', `/resources/${gone.id}`)).status).toBe(204);
    const before = await countIssued(world);
    await expectRefused(world, await refresh(first.refresh_token, { resource: gone.identifier }), {
      status: 400,
      error: 'invalid_target',
      row: { rule: 'resource.unknown' },
    });
    await expectRefused(world, await refresh(first.refresh_token), {
      status: 400,
      error: 'invalid_grant',
      row: { rule: 'resource.gone', received: gone.identifier },
    });
    expect(await countIssued(world)).toEqual(before);
  });
});

describe('RFC 6749 §4.4: client_credentials', () => {
  const ask = (params = {}) => world.as(service, '/token', { grant_type: 'client_credentials', ...params });

  test('has the scopes asked for of the chosen resource; the roles of people have no say', async () => {
    const { body } = await ask({ scope: 'refund read' });
    expect(body.scope).toBe('refund read');
    expect(claimsOf(body.access_token)).toMatchObject({ aud: orders.identifier, scope: 'refund read' });
    expect(claimsOf(body.access_token)).not.toHaveProperty('roles');
    const other = (await ask({ scope: 'read', resource: stock.identifier })).body;
    expect(claimsOf(other.access_token)).toMatchObject({ aud: stock.identifier, scope: 'read' });
  });

  test('has no scope when none is asked for', async () => {
    const { body } = await ask();
    expect(body).not.toHaveProperty('scope');
    expect(claimsOf(body.access_token)).not.toHaveProperty('scope');
  });

  test.each([
    ['erase', false, 'scope.not_granted'],
    ['count', true, 'scope.not_granted'],
    ['count', false, 'scope.unknown'],
    ['openid', false, 'scope.unknown'],
  ])('is refused %s, resource named: %s', async (scope, resource, rule) => {
    const answer = await ask({ scope, ...(resource ? { resource: stock.identifier } : {}) });
    await expectRefused(world, answer, { status: 400, error: 'invalid_scope', row: { rule, received: scope } });
  });

  test('is refused a resource of another project that it is allowed no scope of', async () => {
    await expectRefused(world, await ask({ resource: billing.identifier }), {
      status: 400,
      error: 'invalid_target',
      row: { rule: 'resource.unknown', received: billing.identifier },
    });
  });
});

describe('RFC 6749 §4.3: password', () => {
  test('follows the same rules', async () => {
    const { admin, project } = world;
    const backEnd = await admin.givenApplication(project, 'user_credentials');
    const person = await admin.givenUser(backEnd.id);
    await allowScopes(admin, backEnd, scopes.read, scopes.refund, stockScopes.count);
    await giveRoles(admin, backEnd, person, clerk);
    const ask = (params: Record<string, string>) =>
      world.as(backEnd, '/token', {
        grant_type: 'password',
        username: person.email,
        password: person.password,
        ...params,
      });
    const { access_token } = (await ask({ scope: 'openid read refund' })).body;
    expect(claimsOf(access_token)).toMatchObject({
      aud: orders.identifier,
      scope: 'openid read refund',
      roles: ['Clerk'],
    });
    expect((await ask({ scope: 'erase' })).body.error).toBe('invalid_scope');
    expect((await ask({ scope: 'count' })).body.error).toBe('invalid_scope');
    expect((await ask({ scope: 'count', resource: stock.identifier })).body.scope).toBe('count');
  });
});

describe('the consent page of a third party', () => {
  let party: GivenApplication;
  let person: Person & { id: string };

  beforeAll(async () => {
    const { admin, project } = world;
    party = await admin.givenApplication(project, 'authorization_flow');
    await changeClient(world.server, party.id, { firstParty: false });
    await allowScopes(admin, party, scopes.read, scopes.refund, stockScopes.read);
    person = await admin.givenUser(party.id);
  });

  /** Signs in anew, up to the consent page. */
  async function reachConsent(params: Record<string, string>) {
    const fresh = createBrowser(world.server.url);
    const signInPage = await fresh.open(authorizeUrl(world.issuer, requestOf(party, params)));
    return { fresh, page: await fresh.submit(signInPage, person) };
  }

  test('says each scope of the resource in its sentence', async () => {
    const { page } = await reachConsent({ scope: 'openid email read refund' });
    expect(page.url.pathname).toMatch(/\/consent$/);
    for (const sentence of ['See your e-mail address', 'May read', 'May refund']) expect(page.html).toContain(sentence);
  });

  test('consent to a scope of one resource is none to the same name of another', async () => {
    const { fresh, page } = await reachConsent({ scope: 'openid read' });
    const after = await fresh.submit(page, {}, { name: 'decision', value: 'allow' });
    expect(after.url.searchParams.has('code')).toBe(true);
    const again = (params: Record<string, string>) =>
      fresh.open(authorizeUrl(world.issuer, requestOf(party, { prompt: 'none', ...params })));
    expect((await again({ scope: 'openid read' })).url.searchParams.has('code')).toBe(true);
    const other = await again({ scope: 'openid read', resource: stock.identifier });
    expect(other.url.searchParams.get('error')).toBe('consent_required');
    expect((await again({ scope: 'openid refund' })).url.searchParams.get('error')).toBe('consent_required');
  });
});

describe('RFC 8628: the device flow', () => {
  test('asks for scopes of resources and gives tokens by the same rules', async () => {
    const { admin, project } = world;
    const device = await admin.givenApplication(project, 'device_flow');
    const person = await admin.givenUser(device.id);
    await allowScopes(admin, device, scopes.read, scopes.refund, stockScopes.count);
    await giveRoles(admin, device, person, clerk);
    const begin = (params: [string, string][]) =>
      world.post<Record<string, string>>('/device_authorization', [['client_id', device.clientId], ...params]);
    expect((await begin([['scope', 'erase']])).body.error).toBe('invalid_scope');
    expect((await begin([['resource', billing.identifier]])).body.error).toBe('invalid_target');
    const asked = await begin([
      ['scope', 'openid read refund count'],
      ['resource', orders.identifier],
      ['resource', stock.identifier],
    ]);
    const { verification_uri = '', user_code = '', device_code = '' } = asked.body;
    const fresh = createBrowser(world.server.url);
    const signInPage = await fresh.submit(await fresh.open(verification_uri), { user_code });
    const confirm = await fresh.submit(signInPage, { email: person.email, password: person.password });
    for (const sentence of ['May read', 'May refund', 'May count']) expect(confirm.html).toContain(sentence);
    await fresh.submit(confirm, {}, { name: 'decision', value: 'allow' });
    const tokens = await world.post('/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: device.clientId,
      device_code,
      resource: orders.identifier,
    });
    expect(claimsOf(tokens.body.access_token)).toMatchObject({
      aud: orders.identifier,
      scope: 'openid read refund',
      roles: ['Clerk'],
    });
  });
});

describe('signing out', () => {
  test('ends a grant whose scopes only look like offline_access', async () => {
    const { admin } = world;
    const { 'x.offline_access': lookalike } = await givenScopes(admin, orders, 'x.offline_access');
    await allowScopes(admin, web, lookalike);
    const fresh = await world.signedIn(web, user);
    const { refresh_token } = await world.tokensFor(fresh, web, { scope: 'openid x.offline_access' });
    const kept = await world.tokensFor(fresh, web, { scope: 'openid offline_access' });
    const signOut = await fresh.open(`${world.issuer}/logout`);
    await fresh.submit(signOut);
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(kept.refresh_token)).status).toBe(200);
  });
});
