import { parse } from 'node-html-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  anotherSuite,
  countIssued,
  expectRefused,
  type Person,
  refusalOf,
  requestOf,
  startWorld,
  type World,
} from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';
import { authorizeUrl, createBrowser } from '../support/browser-flow.js';

const limits = { account: 3, address: 6, window: 900 };

let world: World;
let web: GivenApplication;
let backEnd: GivenApplication;
let people: Person[];

beforeAll(async () => {
  world = await startWorld({
    env: {
      TESSERA_MAX_FAILURES_PER_ACCOUNT: String(limits.account),
      TESSERA_MAX_FAILURES_PER_ADDRESS: String(limits.address),
      TESSERA_FAILURE_WINDOW: String(limits.window),
    },
  });
  const { admin, project } = world;
  web = await admin.givenApplication(project, 'authorization_flow', { access: 'everyone' });
  backEnd = await admin.givenApplication(project, 'user_credentials', { access: 'everyone' });
  people = [await admin.givenAccount(world.suite.id), await admin.givenAccount(world.suite.id)];
});
afterAll(() => world.close());
// Every test begins with no failures counted.
beforeEach(() => world.server.clock.advance(limits.window));

const [ana, bo] = [() => people[0] as Person, () => people[1] as Person];

async function onPage(person: Person, password = person.password) {
  const browser = createBrowser(world.server.url);
  const page = await browser.open(authorizeUrl(world.issuer, requestOf(web)));
  return browser.submit(page, { email: person.email, password });
}

const byToken = (person: Person, password = person.password, of = world, app = backEnd) =>
  of.as(app, '/token', { grant_type: 'password', username: person.email, password });

describe('throttling of sign-ins (protocol.md trap 20, RFC 6749 §4.3.2)', () => {
  test('after three failures the account waits, with the right password as well', async () => {
    for (let failure = 0; failure < limits.account; failure += 1)
      expect((await onPage(ana(), 'wrong')).status).toBe(401);
    world.server.clock.advance(100);
    const before = await countIssued(world);
    const view = await onPage(ana());
    expect([view.left, view.status]).toEqual([false, 429]);
    expect(view.headers.get('retry-after')).toBe(String(limits.window - 100));
    const until = new Date((world.server.clock.now() + limits.window - 100) * 1000).toISOString().slice(11, 16);
    expect(parse(view.html).querySelector('[role=alert]')?.text).toBe(`Too many tries. Try again at ${until} UTC.`);
    expect(view.headers.getSetCookie().join()).not.toContain('tessera_session');
    expect(await refusalOf(world, view)).toMatchObject({
      endpoint: 'sign-in',
      rule: 'rate.limit',
      applicationId: web.id,
    });
    expect(await countIssued(world)).toEqual(before);
    expect((await onPage(bo())).left).toBe(true);
  });

  test('the token endpoint says so with 429 and Retry-After', async () => {
    for (let failure = 0; failure < limits.account; failure += 1)
      expect((await byToken(ana(), 'wrong')).status).toBe(400);
    const answer = await byToken(ana());
    await expectRefused(world, answer, {
      status: 429,
      error: 'temporarily_unavailable',
      row: { endpoint: 'token', rule: 'rate.limit', applicationId: backEnd.id },
    });
    expect(answer.headers.get('retry-after')).toBe(String(limits.window));
  });

  test('page and token endpoint, and all spellings of the e-mail, count together', async () => {
    await onPage(ana(), 'wrong');
    await byToken({ ...ana(), email: ` ${ana().email.toUpperCase()} ` }, 'wrong');
    await byToken(ana(), 'wrong');
    expect((await onPage(ana())).status).toBe(429);
    expect((await byToken(ana())).status).toBe(429);
  });

  test('waits until the window ends, not a second longer, and tries meanwhile do not prolong it', async () => {
    for (let failure = 0; failure < limits.account; failure += 1) await byToken(ana(), 'wrong');
    world.server.clock.advance(limits.window - 1);
    const answer = await byToken(ana());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    world.server.clock.advance(1);
    expect((await byToken(ana())).status).toBe(200);
  });

  test('a success forgets the failures of the account', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let failure = 0; failure < limits.account - 1; failure += 1)
        expect((await byToken(ana(), 'wrong')).status).toBe(400);
      expect((await byToken(ana())).status).toBe(200);
    }
  });

  test('successes do not count, neither for the account nor for the address', async () => {
    for (let success = 0; success < limits.address + 2; success += 1) expect((await byToken(ana())).status).toBe(200);
    expect((await byToken(bo(), 'wrong')).status).toBe(400);
    expect((await byToken(bo())).status).toBe(200);
  });

  test('unknown users wait like known ones', async () => {
    const nobody = { email: 'nobody@example.com', password: 'x' };
    for (let failure = 0; failure < limits.account; failure += 1) expect((await byToken(nobody)).status).toBe(400);
    expect((await byToken(nobody)).status).toBe(429);
  });

  test('failures with many accounts make the address wait, for every account and in every suite', async () => {
    for (let failure = 0; failure < limits.address; failure += 1)
      expect((await byToken({ email: `user${failure}@example.com`, password: 'x' })).status).toBe(400);
    expect((await byToken(ana())).status).toBe(429);
    const other = await anotherSuite(world);
    const app = await other.admin.givenApplication(other.project, 'user_credentials', { access: 'everyone' });
    const person = await other.admin.givenAccount(other.suite.id);
    expect((await byToken(person, person.password, other, app)).status).toBe(429);
    world.server.clock.advance(limits.window);
    expect((await byToken(person, person.password, other, app)).status).toBe(200);
  });

  test('the same e-mail in another suite is another account', async () => {
    const other = await anotherSuite(world);
    const app = await other.admin.givenApplication(other.project, 'user_credentials', { access: 'everyone' });
    const twin = { ...(await other.admin.givenAccount(other.suite.id, { email: ana().email })) };
    for (let failure = 0; failure < limits.account; failure += 1) await byToken(ana(), 'wrong');
    expect((await byToken(ana())).status).toBe(429);
    expect((await byToken(twin, twin.password, other, app)).status).toBe(200);
  });

  test('of parallel guesses no more than the limit are looked at', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, guess) => byToken(ana(), `guess ${guess}`)));
    const looked = answers.filter(({ status }) => status === 400);
    expect(looked.length).toBeLessThanOrEqual(limits.account);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(12 - looked.length);
    expect((await byToken(ana())).status).toBe(429);
  });
});
