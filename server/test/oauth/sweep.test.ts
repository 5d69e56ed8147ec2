import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteExpired } from '../../src/store/expired.js';
import type { GivenApplication } from '../support/admin.js';
import type { Browser } from '../support/browser-flow.js';
import { type Person, startWorld, type World } from './requests.js';

const day = 86_400;
let world: World;
let web: GivenApplication;
let short: GivenApplication;
let person: Person;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_KEEP_REFUSALS_DAYS: '3', TESSERA_KEEP_AUDIT_DAYS: '30' } });
  const fields = { access: 'everyone' as const };
  web = await world.admin.givenApplication(world.project, 'authorization_flow', {
    ...fields,
    refreshTokenLifespan: 10 * day,
  });
  short = await world.admin.givenApplication(world.project, 'authorization_flow', {
    ...fields,
    refreshTokens: 'never',
    accessTokenFormat: 'opaque',
  });
  person = await world.admin.givenUser(web.id);
  browser = await world.signedIn(web, person);
});
afterAll(() => world.close());

const sweep = () => deleteExpired(world.server.deps.db, world.server.clock.now(), world.server.deps.config.retention);
const grantsOf = (app: GivenApplication) =>
  world.server.deps.db.selectFrom('grants').select('id').where('applicationId', '=', app.id).execute();
const refresh = (token: string) => world.as(web, '/token', { grant_type: 'refresh_token', refresh_token: token });

describe('what has expired is swept, what lives is not', () => {
  test('a grant lives as long as it is refreshed, and goes with its last refresh token', async () => {
    const first = await world.tokensFor(browser, web);
    world.server.clock.advance(8 * day);
    const second = (await refresh(first.refresh_token ?? '')).body;
    world.server.clock.advance(4 * day);
    await sweep();
    // The first token expired; the grant lives by the second.
    expect(await grantsOf(web)).toHaveLength(1);
    const third = (await refresh(second.refresh_token ?? '')).body;
    expect(third.refresh_token).toBeTruthy();
    world.server.clock.advance(12 * day + 1);
    await sweep();
    expect(await grantsOf(web)).toEqual([]);
    expect(await world.server.deps.db.selectFrom('refreshTokens').selectAll().execute()).toEqual([]);
  });

  test('a grant without refresh tokens goes a day after its access token', async () => {
    const own = await world.signedIn(short, person);
    const { access_token } = await world.tokensFor(own, short);
    expect((await world.userinfo(access_token)).status).toBe(200);
    world.server.clock.advance(day);
    await sweep();
    expect(await grantsOf(short)).not.toEqual([]);
    world.server.clock.advance(day);
    await sweep();
    expect(await grantsOf(short)).toEqual([]);
    expect(await world.server.deps.db.selectFrom('codes').selectAll().execute()).toEqual([]);
  });

  test('refusals and audit events are kept as many days as the operator says', async () => {
    await world.as(web, '/token', { grant_type: 'x' });
    const refusals = async () => (await world.refusals(`applicationId=${web.id}`)).length;
    const audits = async () =>
      (await world.admin.api<{ total: number }>('GET', `/audit-events?targetId=${web.id}`)).body.total;
    const [refusedBefore, auditedBefore] = [await refusals(), await audits()];
    expect(refusedBefore).toBeGreaterThan(0);
    world.server.clock.advance(3 * day - 60);
    await sweep();
    expect(await refusals()).toBeGreaterThan(0);
    world.server.clock.advance(120);
    await sweep();
    expect(await refusals()).toBe(0);
    expect(await audits()).toBe(auditedBefore);
    world.server.clock.advance(31 * day);
    await sweep();
    expect(await audits()).toBe(0);
  });

  test('more than one batch goes in one sweep', async () => {
    const { db } = world.server.deps;
    const rows = Array.from({ length: 1_200 }, (_, index) => ({ idHash: `old ${index}`, expiresAt: 1 }));
    for (let at = 0; at < rows.length; at += 100)
      await db
        .insertInto('replays')
        .values(rows.slice(at, at + 100))
        .execute();
    expect(await sweep()).toBeGreaterThanOrEqual(1_200);
    expect(await db.selectFrom('replays').selectAll().where('expiresAt', '=', 1).execute()).toEqual([]);
  });
});
