import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/platform/log.js';
import { basic, pkcePair, redemption, send, startWorld, type World } from '../oauth/requests.js';
import { createBrowser } from '../support/browser-flow.js';
import { collectSecrets } from './secrets-seen.js';

interface Line {
  level: number;
  msg: string;
  requestId?: string;
  route?: string;
  status?: number;
}

const wrongSecrets = ['wrong-client-secret-1234567', 'wrong-password-1234567'] as const;

/** A server that logs into memory. */
async function startLogged(level: string, env: Record<string, string> = {}) {
  let text = '';
  const log = createLog(level, {
    write(line) {
      text += line;
    },
  });
  const world = await startWorld({ log, env });
  return {
    world,
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line),
  };
}

describe('the log at level debug', () => {
  let world: World;
  let logged: Awaited<ReturnType<typeof startLogged>>;
  let secrets: ReturnType<typeof collectSecrets>;

  beforeAll(async () => {
    secrets = collectSecrets();
    logged = await startLogged('debug', { TESSERA_TRUSTED_PROXIES: '10.0.0.0/8' });
    world = logged.world;
    await useEverything(world);
  });
  afterAll(async () => {
    secrets.stop();
    await world.close();
  });

  test('no token, code, secret, password or cookie that went over the wire stands in it', () => {
    const kinds = [...secrets.seen.keys()];
    // What was looked for was really there.
    for (const kind of [
      'access_token',
      'refresh_token',
      'id_token',
      'code',
      'code_verifier',
      'client_secret',
      'password',
    ])
      expect(kinds).toContain(kind);
    for (const kind of ['cookie', 'Basic', 'Bearer', 'device_code', 'user_code', 'token', 'clientSecret'])
      expect(kinds).toContain(kind);
    const values = [...secrets.seen.values()].flatMap((of) => [...of]);
    expect(values).toEqual(expect.arrayContaining([...wrongSecrets]));
    const text = logged.text();
    expect(values.filter((value) => text.includes(value) || text.includes(encodeURIComponent(value)))).toEqual([]);
  });

  test('one line for each request: its id, the pattern of its route and what came of it, without the query', async () => {
    const answer = await fetch(`${world.issuer}/jwks?marker=in-the-query`, {
      headers: { referer: 'https://r.example' },
    });
    const requestId = answer.headers.get('x-request-id') ?? '';
    await answer.text();
    const lines = logged.lines().filter((line) => line.requestId === requestId);
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'answered', method: 'GET', route: '/suites/:slug/jwks', status: 200, level: 20 }),
    ]);
    expect(logged.text()).not.toMatch(/in-the-query|r\.example/);
  });

  test('a fault stands in it with its stack, by the id that the caller was told', async () => {
    const { db } = world.server.deps;
    const app = await world.admin.givenApplication(world.project, 'user_credentials', { access: 'everyone' });
    const user = await world.admin.givenUser(app.id);
    await sql`alter table grants rename to grants_away`.execute(db);
    const answer = await world.as(app, '/token', {
      grant_type: 'password',
      username: user.email,
      password: user.password,
    });
    await sql`alter table grants_away rename to grants`.execute(db);
    expect(answer.status).toBe(500);
    const line = logged.lines().find((one) => one.msg === 'unexpected error') as Line & { err: { stack: string } };
    expect(line.requestId).toBe(answer.headers.get('x-request-id'));
    expect(line.err.stack).toMatch(/grants/);
    expect(logged.text()).not.toContain(user.password);
  });

  test('an id that anybody else than a trusted proxy names is not taken', async () => {
    const answer = await fetch(`${world.server.url}/healthz`, { headers: { 'x-request-id': 'id-of-a-stranger' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(logged.text()).not.toContain('id-of-a-stranger');
  });
});

describe('at level info', () => {
  test('a request that is answered leaves no line, one that is refused leaves its rule', async () => {
    const { world, lines } = await startLogged('info');
    try {
      await fetch(`${world.issuer}/jwks`);
      await world.post('/token', { grant_type: 'client_credentials', client_id: 'nobody' });
      const ofRequests = lines().filter(({ requestId }) => requestId !== undefined);
      expect(ofRequests.map(({ msg }) => msg)).toEqual(['refused']);
    } finally {
      await world.close();
    }
  });
});

describe('the id that a trusted proxy gives a request', () => {
  let world: World;
  let lines: () => Line[];
  beforeAll(async () => {
    ({ world, lines } = await startLogged('debug', { TESSERA_TRUSTED_PROXIES: '127.0.0.1' }));
  });
  afterAll(() => world.close());

  const idOf = async (given: string) => {
    const answer = await fetch(`${world.server.url}/healthz`, { headers: { 'x-request-id': given } });
    await answer.text();
    return answer.headers.get('x-request-id');
  };

  test.each(['5f0c1a6e9b7d4c2f8a3e1d0b6c5a4f39', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736', 'Root.1-67891233_abcdef'])(
    '%s is the id in answer and log',
    async (given) => {
      expect(await idOf(given)).toBe(given);
      expect(lines().some(({ requestId }) => requestId === given)).toBe(true);
    },
  );

  test.each([
    ['too short', 'abc'],
    ['too long', 'a'.repeat(65)],
    ['markup', '<script>alert(1)</script>'],
    ['blanks', 'id with blanks'],
  ])('one that is %s is replaced', async (_case, given) => {
    expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

/** Every way to get, use and miss a token. */
async function useEverything(world: World): Promise<void> {
  const { admin, project } = world;
  const everyone = { access: 'everyone' } as const;
  const spa = await admin.givenApplication(project, 'authorization_pkce_flow', everyone);
  const backEnd = await admin.givenApplication(project, 'user_credentials', everyone);
  const machine = await admin.givenApplication(project, 'client_credentials');
  const tv = await admin.givenApplication(project, 'device_flow', everyone);
  const ana = await admin.givenUser(spa.id);

  const browser = await world.signedIn(spa, ana);
  const tokens = await world.tokensFor(browser, spa, { scope: 'openid offline_access' });
  await world.userinfo(tokens.access_token);
  const renewed = await world.as(spa, '/token', {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token ?? '',
  });
  await world.as(machine, '/introspect', { token: renewed.body.access_token });
  await world.as(spa, '/revoke', { token: renewed.body.refresh_token ?? '' });
  await browser.open(`${world.issuer}/logout?id_token_hint=${tokens.id_token}`);

  await world.as(machine, '/token', { grant_type: 'client_credentials' });
  const guess = { grant_type: 'password', username: ana.email };
  await world.as(backEnd, '/token', { ...guess, password: ana.password });
  await world.as(backEnd, '/token', { ...guess, password: wrongSecrets[1] });
  const device = await world.post<{ device_code: string; verification_uri_complete: string }>('/device_authorization', {
    client_id: tv.clientId,
  });
  await createBrowser(world.server.url).open(device.body.verification_uri_complete);
  await world.post('/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: tv.clientId,
    device_code: device.body.device_code,
  });

  // What is refused.
  const code = await world.codeFor(await world.signedIn(spa, ana), spa);
  await world.as(spa, '/token', redemption(code, { code_verifier: pkcePair().verifier }));
  await world.post('/token', { grant_type: 'client_credentials' }, basic(machine.clientId, wrongSecrets[0]));
  await world.post(`/token?client_secret=${machine.clientSecret}`, { grant_type: 'client_credentials' });
  await world.post('/token', `client_secret=${machine.clientSecret}&client_secret=twice`);
  await world.userinfo(`${tokens.access_token.slice(0, -4)}AAAA`);
  await world.as(spa, '/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
  await send(`${world.server.url}/api/v1/accounts?token=${tokens.access_token}`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  await fetch(`${world.server.url}/nowhere/${tokens.access_token}`);
  await fetch(`${world.server.url}/%zz${tokens.access_token}`);
}
