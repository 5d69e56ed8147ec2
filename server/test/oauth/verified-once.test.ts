import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { anotherSuite, startWorld, type World } from './requests.js';

let world: World;
let other: World;
let app: GivenApplication;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld();
  other = await anotherSuite(world);
  app = await world.admin.givenApplication(world.project, 'authorization_flow', {
    access: 'everyone',
    accessTokenLifespan: 60,
  });
  browser = await world.signedIn(app, await world.admin.givenUser(app.id));
});
afterAll(() => world.close());

/** A token whose signature the server has verified before. */
async function knownToken(): Promise<string> {
  const { access_token = '' } = await world.tokensFor(browser, app);
  expect((await world.userinfo(access_token)).status).toBe(200);
  return access_token;
}

describe('RFC 6750 §3.1: a token that was verified before is refused', () => {
  test('from the second at which it has expired', async () => {
    const token = await knownToken();
    world.server.clock.advance(59);
    expect((await world.userinfo(token)).status).toBe(200);
    world.server.clock.advance(1);
    expect((await world.userinfo(token)).status).toBe(401);
  });

  test('at another suite', async () => {
    const token = await knownToken();
    expect((await other.userinfo(token)).status).toBe(401);
    expect((await world.userinfo(token)).status).toBe(200);
  });

  test('with another signature', async () => {
    const token = await knownToken();
    const [head, payload, signature = ''] = token.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect((await world.userinfo(`${head}.${payload}.${changed}`)).status).toBe(401);
  });

  test('once it is revoked', async () => {
    const token = await knownToken();
    await world.as(app, '/revoke', { token });
    expect((await world.userinfo(token)).status).toBe(401);
  });
});
