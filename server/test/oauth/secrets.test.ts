import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type GivenApplication, testPassword, testRedirectUri } from '../support/admin.js';
import { authorizeUrl, createBrowser } from '../support/browser-flow.js';
import { testAdmin, testClient } from '../support/server.js';
import {
  basic,
  credentials,
  form,
  isPublic,
  type Person,
  pkcePair,
  redemption,
  requestOf,
  send,
  startWorld,
  type World,
} from './requests.js';

// Hundreds of requests in one test or hook: slow only where the machine is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });

let world: World;
/** Everything that was secret in this run, by what it is. */
const secrets = new Map<string, string>();

const keep = (what: string, value: string | undefined | null) => {
  if (!value) throw new Error(`There is no ${what} to look for`);
  secrets.set(`${what} ${secrets.size}`, value);
  return value;
};

/** Goes through what an application does, right and wrong. */
async function useEverything(app: GivenApplication, person: Person): Promise<void> {
  const browser = createBrowser(world.server.url);
  const page = await browser.open(authorizeUrl(world.issuer, requestOf(app)));
  await browser.submit(page, {
    email: person.email,
    password: keep('wrong password', `not the password of ${app.name}`),
  });
  await browser.submit(page, { email: person.email, password: person.password });
  for (const { value } of await browser.cookies.getCookies(world.issuer)) keep('cookie', value);

  const { verifier, challenge } = pkcePair();
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const code = keep('code', await world.codeFor(browser, app, { scope: 'openid offline_access', ...pkce }));
  await world.as(app, '/token', redemption(code, { code_verifier: keep('wrong verifier', pkcePair().verifier) }));
  await world.as(app, '/token', redemption(code, { code_verifier: verifier, redirect_uri: 'https://evil.example/' }));
  const first = (await world.as(app, '/token', redemption(code, { code_verifier: verifier }))).body;
  keep('verifier', verifier);
  keep('ID token', first.id_token);
  const refresh = (token: string) => world.as(app, '/token', { grant_type: 'refresh_token', refresh_token: token });
  const second = (await refresh(keep('refresh token', first.refresh_token))).body;
  keep('refresh token', second.refresh_token);
  for (const token of [first.access_token, second.access_token]) {
    await world.userinfo(keep('access token', token));
    await world.userinfo(`${token}x`);
    if (!isPublic(app)) await world.as(app, '/introspect', { token });
    await world.post('/revoke', { token }, basic(app.clientId, keep('wrong secret', `tes_cs_${pkcePair().verifier}`)));
  }
  await world.as(app, '/revoke', { token: second.access_token });
  world.server.clock.advance(31);
  await refresh(first.refresh_token ?? '');
  await world.as(app, '/token', redemption(code, { code_verifier: verifier }));
  await browser.open(
    `${world.issuer}/logout?${form({ id_token_hint: first.id_token ?? '', post_logout_redirect_uri: 'x' })}`,
  );
  await browser.open(`${world.issuer}/logout?${form({ id_token_hint: `${first.id_token}x` })}`);
}

/** What people do wrong: a credential in the wrong place. */
async function misplaceEverything(app: GivenApplication, person: Person): Promise<void> {
  const own = app.clientSecret ?? '';
  const code = keep('code', await world.codeFor(await world.signedIn(app, person), app));
  const { refresh_token = '', access_token } = await world.tokensFor(await world.signedIn(app, person), app);
  keep('refresh token', refresh_token);
  keep('access token', access_token);
  const grant = { grant_type: 'client_credentials' };
  await world.post('/token', grant, basic(own, app.clientId));
  await world.post('/token', { ...grant, client_id: own, client_secret: app.clientId });
  for (const value of [own, code, refresh_token, access_token]) {
    await world.post('/token', { grant_type: value }, credentials(app));
    await world.as(app, '/token', { grant_type: 'refresh_token', refresh_token, scope: value });
    await world.as(app, '/token', { grant_type: 'refresh_token', refresh_token, resource: value });
    await world.post('/token', `${value}=1&${value}=2`);
    await world.post('/token', { [value]: 'a\0b' });
    await send(`${world.issuer}/token`, { method: 'POST', headers: { 'content-type': value } });
    await world.userinfo(access_token, { authorization: value });
    const target = `${testRedirectUri}?${form({ code: value, state: 'x' })}`;
    await send(authorizeUrl(world.issuer, requestOf(app, { redirect_uri: target })).href, {});
    for (const parameter of ['client_id', 'scope', 'resource', 'prompt', 'max_age', 'response_type', 'response_mode'])
      await send(authorizeUrl(world.issuer, requestOf(app, { [parameter]: value })).href, {});
  }
}

beforeAll(async () => {
  world = await startWorld({ log });
  const { admin, project } = world;
  keep('admin password', testAdmin.password);
  keep('bootstrap secret', testClient.clientSecret);
  keep('user password', testPassword);
  keep('admin access token', await admin.token());
  for (const [type, accessTokenFormat] of [
    ['authorization_flow', 'jwt'],
    ['authorization_flow', 'opaque'],
    ['authorization_pkce_flow', 'opaque'],
  ] as const) {
    const app = await admin.givenApplication(project, type, { accessTokenFormat });
    if (app.clientSecret) keep('client secret', app.clientSecret);
    const person = await admin.givenUser(app.id);
    await useEverything(app, person);
    if (app.clientSecret && accessTokenFormat === 'jwt') await misplaceEverything(app, person);
  }
  const backEnd = await admin.givenApplication(project, 'user_credentials', { access: 'everyone' });
  const person = await admin.givenAccount(world.suite.id);
  const grant = { grant_type: 'password', username: person.email };
  const { body } = await world.as(backEnd, '/token', { ...grant, password: person.password });
  keep('client secret', backEnd.clientSecret);
  keep('refresh token', body.refresh_token);
  await world.as(backEnd, '/token', { ...grant, password: keep('wrong password', 'not the right pass phrase') });
  await world.as(backEnd, '/token', {
    grant_type: 'password',
    username: keep('misplaced password', 'typed into the wrong field'),
  });
  await admin.api('PATCH', `/accounts/${person.id}`, {
    password: keep('new password', 'the new pass phrase of a person'),
  });
  await admin.api('POST', `/applications/${backEnd.id}/lab/token`, { email: person.email });
  await world.server.deps.usage.flush();
});
afterAll(() => world.close());

/** Says which secrets stand in a text, whole or as it would be encoded in a URL. */
function secretsIn(text: string): string[] {
  return [...secrets]
    .filter(([, value]) => text.includes(value) || text.includes(encodeURIComponent(value)))
    .map(([what]) => what);
}

describe('domain rule 12: no secret is written down', () => {
  test('the run had secrets of every kind, refusals, and a log', () => {
    expect(secrets.size).toBeGreaterThan(40);
    expect(lines.filter((line) => line.includes('"refused"')).length).toBeGreaterThan(60);
    expect(secretsIn(`... ${[...secrets.values()][5]} ...`)).toHaveLength(1);
  });

  test('in the log', () => {
    expect(secretsIn(lines.join('\n'))).toEqual([]);
    // No error (level 50) either: nothing went wrong inside.
    expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });

  test.each(['refusals', 'audit-events'])('in %s', async (list) => {
    let cursor: string | null = '';
    let rows = 0;
    while (cursor !== null) {
      const path: string = `/${list}?limit=100${cursor && `&cursor=${cursor}`}`;
      const { body } = await world.admin.api<{ items: unknown[]; nextCursor: string | null }>('GET', path);
      for (const row of body.items) expect([secretsIn(JSON.stringify(row)), row]).toEqual([[], row]);
      rows += body.items.length;
      cursor = body.nextCursor;
    }
    expect(rows).toBeGreaterThan(5);
  });

  test('anywhere in the database', async () => {
    const { db } = world.server.deps;
    const tables = (await db.introspection.getTables()).map(({ name }) => name);
    expect(tables).toEqual(
      expect.arrayContaining(['codes', 'refresh_tokens', 'access_tokens', 'sessions', 'interactions']),
    );
    for (const table of tables) {
      const rows = await db
        .selectFrom(table as 'codes')
        .selectAll()
        .execute();
      expect([table, secretsIn(JSON.stringify(rows))]).toEqual([table, []]);
      // Private keys are sealed.
      expect(JSON.stringify(rows)).not.toMatch(/\\?"d\\?":/);
    }
  });
});
