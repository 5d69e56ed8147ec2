import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeUrl, createBrowser } from '../support/browser-flow.js';
import { createTestOutbound } from '../support/outbound.js';
import {
  applicationOf,
  leastMetadata,
  manage,
  register,
  registered,
  setRegistration,
  signInAndAgree,
} from './registrations.js';
import { claimsOf, type Person, redemption, requestOf, send, startWorld, type World } from './requests.js';

const outbound = createTestOutbound();
let world: World;
let ana: Person & { accountId: string };

beforeAll(async () => {
  world = await startWorld({ fetch: outbound });
  await setRegistration(world, 'open');
  const ours = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  ana = await world.admin.givenUser(ours.id);
});
afterAll(() => world.close());

const urlOf = (client: { client_id: string; redirect_uris: string[] }, params: Record<string, string> = {}) =>
  authorizeUrl(world.issuer, {
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0] ?? '',
    scope: 'openid',
    state: 's',
    ...params,
  });

describe('RFC 9700 §4.1: where a registered client may have codes sent', () => {
  test.each([
    'https://client.example.org/✓',
    'https://clïent.example.org/callback',
    'https://client.example.org/\u202etxt',
    'https://client.example.org/a\u0000b',
    'https://client.example.org/a\r\nset-cookie: a=b',
  ])('%j is refused: what stands in a Location header is ASCII', async (uri) => {
    const answer = await register(world, { ...leastMetadata, redirect_uris: [uri] });
    expect([answer.status, answer.body.error]).toEqual([
      400,
      expect.stringMatching(/^invalid_(redirect_uri|client_metadata)$/),
    ]);
  });
});

describe('RFC 7591 §5: what a registered client may say about itself', () => {
  test.each(['https://logo.example;script-src', 'https://logo.example,default-src', "https://logo'self'.example"])(
    'the host of a logo cannot write into the policy of our pages: %s',
    async (origin) => {
      const client = await registered(world, { logo_uri: `${origin}/logo.png` });
      const view = await createBrowser(world.server.url).open(urlOf(client));
      expect(view.status).toBe(200);
      const policy = view.headers.get('content-security-policy') ?? '';
      expect(policy.split(';').map((part) => part.trim())).toEqual([
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(policy).not.toContain(',');
    },
  );

  test('markup in its name and addresses is text on our pages', async () => {
    const client = await registered(world, {
      client_name: '<img src=x onerror=alert(1)>"\'',
      policy_uri: 'https://client.example.org/"><script>alert(1)</script>',
      tos_uri: "https://client.example.org/'onmouseover='alert(1)",
      logo_uri: 'https://client.example.org/"onerror="alert(1)',
    });
    const view = await createBrowser(world.server.url).open(urlOf(client));
    const page = parse(view.html);
    expect(page.querySelectorAll('script, [onerror], [onmouseover]')).toEqual([]);
    expect(page.querySelectorAll('img.logo')).toHaveLength(1);
    expect(page.querySelectorAll('main a[href^="https://client.example.org/"]')).toHaveLength(3);
  });
});

test('RFC 7591 §5: a name cannot turn the order of its letters round', async () => {
  for (const client_name of ['Bank\u202e', '\u2066Bank', 'Ba\u200fnk']) {
    const answer = await register(world, { ...leastMetadata, client_name });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
  }
  expect((await register(world, { ...leastMetadata, client_name: 'בנק Ünïcode 银行' })).status).toBe(201);
});

describe('RFC 7592 §5: a registration that is replaced', () => {
  test('other redirect URIs: nobody has agreed to those yet', async () => {
    const client = await registered(world);
    const browser = createBrowser(world.server.url);
    expect((await signInAndAgree(browser, urlOf(client), ana)).searchParams.has('code')).toBe(true);
    expect((await browser.open(urlOf(client, { prompt: 'none' }))).url.searchParams.has('code')).toBe(true);

    const same = await manage(client, 'PUT', { ...leastMetadata, client_id: client.client_id, client_name: 'Renamed' });
    expect(same.status).toBe(200);
    expect((await browser.open(urlOf(client, { prompt: 'none' }))).url.searchParams.has('code')).toBe(true);

    const redirect_uris = ['https://elsewhere.example.net/callback'];
    const moved = await manage(client, 'PUT', { ...leastMetadata, client_id: client.client_id, redirect_uris });
    expect(moved.status).toBe(200);
    const silent = await browser.open(urlOf({ ...client, redirect_uris }, { prompt: 'none' }));
    expect(silent.url.searchParams.get('error')).toBe('consent_required');
    expect((await browser.open(urlOf({ ...client, redirect_uris }))).url.pathname).toMatch(/\/consent$/);
  });
});

describe('OpenID Connect Core §8.1: a pairwise subject of another sector', () => {
  const sector = 'https://bank.example/sector.json';
  const redirect_uris = ['https://bank.example/callback'];

  test('is not learnt by a device that names the redirect URI of another', async () => {
    const bank = await applicationOf(world, await registered(world, { redirect_uris, subject_type: 'pairwise' }));
    const browser = createBrowser(world.server.url);
    const { searchParams } = await signInAndAgree(
      browser,
      authorizeUrl(world.issuer, requestOf(bank, { scope: 'openid' })),
      ana,
    );
    const atBank = await world.as(bank, '/token', {
      ...redemption(searchParams.get('code') ?? ''),
      redirect_uri: redirect_uris[0] ?? '',
    });

    const spy = await registered(world, {
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      token_endpoint_auth_method: 'none',
      subject_type: 'pairwise',
      redirect_uris,
    });
    const device = await world.post<Record<string, string>>('/device_authorization', {
      client_id: spy.client_id,
      scope: 'openid',
    });
    const page = await browser.open(device.body.verification_uri_complete ?? '');
    const question = await browser.submit(page);
    await browser.submit(question, {}, { name: 'decision', value: 'allow' });
    const atSpy = await world.post('/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: spy.client_id,
      device_code: device.body.device_code ?? '',
    });
    expect([atBank.status, atSpy.status]).toEqual([200, 200]);
    expect(claimsOf(atSpy.body.id_token).sub).not.toBe(claimsOf(atBank.body.id_token).sub);
  });

  test('nor by one that names the sector identifier of another', async () => {
    outbound.documents.set(sector, JSON.stringify(redirect_uris));
    for (const own of [[], redirect_uris]) {
      const answer = await register(world, {
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
        token_endpoint_auth_method: 'none',
        subject_type: 'pairwise',
        sector_identifier_uri: sector,
        redirect_uris: own,
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
    }
    expect(
      (
        await register(world, {
          ...leastMetadata,
          redirect_uris,
          subject_type: 'pairwise',
          sector_identifier_uri: sector,
        })
      ).status,
    ).toBe(201);
  });
});

describe('RFC 7662 §4: introspection by a client that registered itself', () => {
  test('tells it about its own tokens, and nothing about those of the API of its project', async () => {
    const client = await registered(world, { grant_types: ['client_credentials'], response_types: [] });
    const spy = await applicationOf(world, client);
    const ours = await world.admin.givenApplication(world.project, 'client_credentials');
    const api = await world.admin.givenApplication(world.project, 'client_credentials');
    const { body } = await world.as(ours, '/token', { grant_type: 'client_credentials' });
    const asked = { token: body.access_token };
    expect((await world.as(spy, '/introspect', asked)).text).toBe('{"active":false}');
    expect((await world.as<{ active: boolean }>(api, '/introspect', asked)).body.active).toBe(true);
    const own = await world.as(spy, '/token', { grant_type: 'client_credentials' });
    const answer = await world.as<{ active: boolean }>(spy, '/introspect', { token: own.body.access_token });
    expect(answer.body.active).toBe(true);
  });
});

test('RFC 7591 §3: first_party and other words of ours cannot be registered', async () => {
  const client = await registered(world, {
    first_party: true,
    firstParty: true,
    access: 'everyone',
    built_in: 1,
    registration_token_hash: 'x',
    client_id: 'console',
    client_secret: 'of my own choice',
    scope: 'openid admin',
  });
  expect(client.client_id).not.toBe('console');
  expect(client.client_secret).not.toBe('of my own choice');
  const application = await applicationOf(world, client);
  expect(application).toMatchObject({ firstParty: false, builtIn: false });
  const scoped = await send(urlOf(client, { scope: 'openid admin' }).href, {});
  expect(new URL(scoped.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_scope');
});
