import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, createBrowser } from '../support/browser-flow.js';
import { jwksOf, makeClientKey } from '../support/client-key.js';
import { changeClient } from '../support/client-settings.js';
import { expectRefused, requestOf, setMetadata, startWorld, type World } from './requests.js';

let world: World;
let app: GivenApplication;

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'client_credentials');
});
afterAll(() => world.close());

test.each(['a\0b', '\ud800', '\u202e', 'k'.repeat(5_000)])(
  'domain rule 14: a refusal leaves its row whatever a client puts into it (kid %j)',
  async (kid) => {
    const [own, stranger] = await Promise.all([makeClientKey(), makeClientKey()]);
    await setMetadata(world, app, { authMethod: 'private_key_jwt', jwks: jwksOf(own) });
    const now = world.server.clock.now();
    const claims = { iss: app.clientId, sub: app.clientId, aud: world.issuer, exp: now + 60, jti: kid.slice(0, 100) };
    const answer = await world.post('/token', {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await stranger.sign(claims, { kid }),
    });
    await expectRefused(world, answer, { status: 401, error: 'invalid_client', row: { rule: 'assertion.key' } });
  },
);

test('domain rule 12: a secret that a client puts into the address of the authorization endpoint is kept nowhere', async () => {
  const web = await world.admin.givenApplication(world.project, 'authorization_flow');
  const url = authorizeUrl(world.issuer, requestOf(web, { scope: 'openid', client_secret: web.clientSecret ?? '' }));
  expect((await createBrowser(world.server.url).open(url)).url.pathname).toMatch(/\/sign-in$/);
  const rows = await world.server.deps.db.selectFrom('interactions').select('params').execute();
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(web.clientSecret);
});

test('domain rule 2, RFC 9700 §2.4: a third party gets no tokens for a password', async () => {
  const backEnd = await world.admin.givenApplication(world.project, 'user_credentials');
  const ana = await world.admin.givenUser(backEnd.id);
  const params = { grant_type: 'password', username: ana.email, password: ana.password };
  expect((await world.as(backEnd, '/token', params)).status).toBe(200);
  await changeClient(world.server, backEnd.id, { firstParty: false });
  await expectRefused(world, await world.as(backEnd, '/token', params), {
    status: 400,
    error: 'unauthorized_client',
    row: { rule: 'grant.third_party' },
  });
});
