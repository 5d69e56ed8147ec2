import type { Application } from '@tessera/contract/applications';
import type { Problem } from '@tessera/contract/problems';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { createBrowser } from '../support/browser-flow.js';
import { createTestOutbound } from '../support/outbound.js';

let world: World;
const outbound = createTestOutbound();

beforeAll(async () => {
  world = await startWorld({ fetch: outbound });
});
afterAll(() => world.close());

const uri = 'https://app.example.com';

/** Everything an application may say about itself, each unlike its default. */
const everything = {
  firstParty: false,
  logoUri: `${uri}/logo.png`,
  clientUri: `${uri}/`,
  policyUri: `${uri}/policy#top`,
  tosUri: 'http://app.example.com/terms',
  contacts: ['ana@example.com', 'bea@example.com'],
  initiateLoginUri: `${uri}/login?from=tessera`,
  subjectType: 'pairwise',
  sectorIdentifierUri: `${uri}/sector.json`,
  userinfoSigningAlg: 'RS256',
  introspectionSigningAlg: 'ES256',
  requestUris: [`${uri}/request.jwt#hash`],
  requestObjectSigningAlg: 'ES256',
  defaultMaxAge: 0,
  dpopBoundAccessTokens: true,
  backchannelLogoutUri: `${uri}/backchannel`,
  backchannelLogoutSessionRequired: true,
  frontchannelLogoutUri: `${uri}/frontchannel`,
  frontchannelLogoutSessionRequired: true,
} as const;

const change = (app: { id: string }, body: object) =>
  world.admin.api<Application & Pick<Problem, 'errors'>>('PATCH', `/applications/${app.id}`, body);
const given = (fields: object = {}): Promise<GivenApplication> =>
  world.admin.givenApplication(world.project, 'authorization_flow', fields);

describe('what an application says about itself (OpenID Connect Registration §2)', () => {
  test('has defaults, and can be set at once or later', async () => {
    outbound.documents.set(everything.sectorIdentifierUri, JSON.stringify([`${uri}/callback`]));
    const plain = await given();
    expect(plain).toMatchObject({
      firstParty: true,
      selfRegistered: false,
      logoUri: null,
      contacts: [],
      subjectType: 'public',
      userinfoSigningAlg: null,
      requestUris: [],
      defaultMaxAge: null,
      dpopBoundAccessTokens: false,
      backchannelLogoutUri: null,
      frontchannelLogoutSessionRequired: false,
    });
    expect(await given(everything)).toMatchObject(everything);
    const changed = await change(plain, everything);
    expect([changed.status, changed.body]).toMatchObject([200, everything]);
    expect((await world.admin.api<Application>('GET', `/applications/${plain.id}`)).body).toMatchObject(everything);
    const emptied = await change(plain, {
      logoUri: null,
      contacts: [],
      sectorIdentifierUri: null,
      defaultMaxAge: null,
      frontchannelLogoutUri: null,
    });
    expect(emptied.body).toMatchObject({
      logoUri: null,
      contacts: [],
      sectorIdentifierUri: null,
      defaultMaxAge: null,
      policyUri: everything.policyUri,
    });
  });

  test('a change of another field leaves all of them alone, and members that no field has', async () => {
    const app = await given({ policyUri: `${uri}/policy`, contacts: ['ana@example.com'] });
    const { db } = world.server.deps;
    const row = await db
      .selectFrom('applications')
      .select('metadata')
      .where('id', '=', app.id)
      .executeTakeFirstOrThrow();
    const metadata = JSON.stringify({ ...(JSON.parse(row.metadata) as object), softwareId: 'kept' });
    await db.updateTable('applications').set({ metadata }).where('id', '=', app.id).execute();
    const { body } = await change(app, { description: 'New' });
    expect(body).toMatchObject({ policyUri: `${uri}/policy`, contacts: ['ana@example.com'] });
    const after = await db
      .selectFrom('applications')
      .select('metadata')
      .where('id', '=', app.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(after.metadata)).toMatchObject({ softwareId: 'kept', policyUri: `${uri}/policy` });
  });

  test('domain rule 14: the audit log has just what changed', async () => {
    const app = await given();
    await change(app, { firstParty: false, tosUri: `${uri}/terms` });
    const { body } = await world.admin.api<{ items: { changes: object }[] }>(
      'GET',
      `/audit-events?targetId=${app.id}&limit=1`,
    );
    expect(body.items[0]?.changes).toEqual({
      firstParty: { from: true, to: false },
      tosUri: { from: null, to: `${uri}/terms` },
    });
  });

  test.each<[string, unknown, string]>([
    ['logoUri', 'http://app.example.com/logo.png', 'url_insecure'],
    ['logoUri', 'javascript:alert(1)', 'url_invalid'],
    ['logoUri', 'logo.png', 'url_invalid'],
    ['clientUri', 'https://a b.example.com', 'url_invalid'],
    ['policyUri', 'https://ana:secret@app.example.com', 'url_invalid'],
    ['tosUri', 'data:text/html,x', 'url_invalid'],
    ['tosUri', '', 'url_invalid'],
    ['initiateLoginUri', 'http://localhost/login', 'url_insecure'],
    ['sectorIdentifierUri', 'http://localhost/sector', 'url_insecure'],
    ['backchannelLogoutUri', 'https://app.example.com/#x', 'url_invalid'],
    ['frontchannelLogoutUri', 'https://other.example.com/logout', 'logout_origin'],
    ['frontchannelLogoutUri', 'https://app.example.com:8443/logout', 'logout_origin'],
    ['requestUris.0', ['http://app.example.com/request'], 'url_insecure'],
    ['contacts.0', [''], 'required'],
    ['contacts', Array(11).fill('a@example.com'), 'too_long'],
    ['subjectType', 'secret', 'invalid'],
    ['userinfoSigningAlg', 'none', 'invalid'],
    ['introspectionSigningAlg', 'HS256', 'invalid'],
    ['requestObjectSigningAlg', 'none', 'invalid'],
    ['defaultMaxAge', -1, 'invalid'],
    ['defaultMaxAge', 1.5, 'not_integer'],
    ['firstParty', 'yes', 'invalid'],
    ['softwareId', 'x', 'unknown_field'],
    ['selfRegistered', true, 'unknown_field'],
  ])('refuses %s = %j: %s', async (field, value, code) => {
    const app = await given();
    const answer = await change(app, { [field.split('.')[0] ?? '']: value });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ field, code }]]);
  });

  test('OpenID Connect Core §8.1: pairwise subjects with several hosts need a sector', async () => {
    const app = await given({ redirectUris: [`${uri}/callback`, 'https://www.example.com/callback'] });
    expect((await change(app, { subjectType: 'pairwise' })).body.errors).toMatchObject([
      { field: 'sectorIdentifierUri', code: 'sector_required' },
    ]);
    const one = await given({ subjectType: 'pairwise' });
    const more = await change(one, { redirectUris: [`${uri}/callback`, 'https://www.example.com/callback'] });
    expect(more.body.errors).toMatchObject([{ field: 'sectorIdentifierUri', code: 'sector_required' }]);
  });
});

describe('what it changes for people', () => {
  test('a third party asks for consent, a first party does not', async () => {
    const app = await given({ access: 'everyone' });
    const user = await world.admin.givenUser(app.id);
    const browser = await world.signedIn(app, user);
    const ask = () => world.authorize(browser, app, { scope: 'openid', prompt: 'none' });
    expect((await ask()).has('code')).toBe(true);
    await change(app, { firstParty: false });
    expect((await ask()).get('error')).toBe('consent_required');
    await change(app, { firstParty: true });
    expect((await ask()).has('code')).toBe(true);
  });

  test('OpenID Connect Registration §2 default_max_age: people sign in again after it', async () => {
    const app = await given({ access: 'everyone', defaultMaxAge: 60 });
    const user = await world.admin.givenUser(app.id);
    const browser = await world.signedIn(app, user);
    const ask = () => world.authorize(browser, app, { scope: 'openid', prompt: 'none' });
    world.server.clock.advance(60);
    expect((await ask()).has('code')).toBe(true);
    world.server.clock.advance(1);
    expect((await ask()).get('error')).toBe('login_required');
    expect(
      (await world.authorize(browser, app, { scope: 'openid', prompt: 'none', max_age: '3600' })).has('code'),
    ).toBe(true);
  });

  test('logo, policy and terms stand on the sign-in page', async () => {
    const app = await given({ logoUri: `${uri}/logo.png`, policyUri: `${uri}/policy`, tosUri: `${uri}/terms` });
    const page = await createBrowser(world.server.url).open(
      `${world.issuer}/authorize?${new URLSearchParams({ response_type: 'code', scope: 'openid', client_id: app.clientId, redirect_uri: `${uri}/callback` })}`,
    );
    for (const text of [`src="${uri}/logo.png"`, `href="${uri}/policy"`, `href="${uri}/terms"`])
      expect(page.html).toContain(text);
  });

  test('userinfo and introspection are signed as set', async () => {
    const app = await given({ access: 'everyone', userinfoSigningAlg: 'EdDSA', introspectionSigningAlg: 'PS256' });
    const user = await world.admin.givenUser(app.id);
    const tokens = await world.tokensFor(await world.signedIn(app, user), app);
    const info = await world.userinfo(tokens.access_token);
    expect(info.headers.get('content-type')).toMatch(/^application\/jwt/);
    expect(JSON.parse(Buffer.from(info.text.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      alg: 'EdDSA',
    });
    const introspection = await world.as(
      app,
      '/introspect',
      { token: tokens.access_token },
      { accept: 'application/token-introspection+jwt' },
    );
    expect(introspection.headers.get('content-type')).toMatch(/^application\/token-introspection\+jwt/);
    expect(JSON.parse(Buffer.from(introspection.text.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      alg: 'PS256',
    });
  });
});
