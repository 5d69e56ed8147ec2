import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '../support/browser-flow.js';
import { createTestOutbound } from '../support/outbound.js';
import {
  applicationOf,
  manage,
  type Registered,
  registered,
  setRegistration,
  signInAndAgree,
} from './registrations.js';
import { claimsOf, form, type Person, requestOf, startWorld, type World } from './requests.js';

let world: World;
let people: (Person & { id: string })[];
const outbound = createTestOutbound();

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '10000' }, fetch: outbound });
  await setRegistration(world, 'open');
  people = [await world.admin.givenAccount(world.suite.id), await world.admin.givenAccount(world.suite.id)];
});
afterAll(() => world.close());

const pairwise = (redirect_uris: string[], more: object = {}) =>
  registered(world, { redirect_uris, subject_type: 'pairwise', ...more });

/** What a client learns as `sub`, wherever it learns it. */
async function subjectsFor(client: Registered, person = people[0]) {
  if (!person) throw new Error('There is nobody');
  const app = await applicationOf(world, client);
  const url = new URL(`${world.issuer}/authorize`);
  url.search = form({ response_type: 'code', scope: 'openid', ...requestOf(app) });
  const at = await signInAndAgree(createBrowser(world.server.url), url, person);
  const { body } = await world.as(app, '/token', {
    grant_type: 'authorization_code',
    code: at.searchParams.get('code') ?? '',
    redirect_uri: app.redirectUris[0] ?? '',
  });
  const idToken = claimsOf(body.id_token);
  const userinfo = (await world.userinfo(body.access_token)).body;
  const introspected = await world.as<{ sub: string }>(app, '/introspect', { token: body.access_token });
  expect(userinfo.sub).toBe(idToken.sub);
  expect(introspected.body.sub).toBe(claimsOf(body.access_token).sub);
  return { idToken: idToken.sub as string, accessToken: claimsOf(body.access_token).sub as string };
}

describe('OpenID Connect Core §8.1: pairwise subjects', () => {
  test('the same within a sector, at every sign-in; another for each person and each sector', async () => {
    const shop = await pairwise(['https://shop.example.org/callback']);
    const shopToo = await pairwise(['https://shop.example.org/other?x=1', 'https://shop.example.org:8443/cb']);
    const bank = await pairwise(['https://bank.example.org/callback']);
    const open = await registered(world, { redirect_uris: ['https://shop.example.org/callback'] });

    const inShop = (await subjectsFor(shop)).idToken;
    world.server.clock.advance(1000);
    expect((await subjectsFor(shop)).idToken).toBe(inShop);
    expect((await subjectsFor(shopToo)).idToken).toBe(inShop);
    const inBank = (await subjectsFor(bank)).idToken;
    const other = (await subjectsFor(shop, people[1])).idToken;
    expect((await subjectsFor(open)).idToken).toBe(people[0]?.id);
    expect(new Set([inShop, inBank, other, people[0]?.id, people[1]?.id]).size).toBe(5);
    // RFC 7519 §4.1.2 and OpenID Connect Core §2: at most 255 ASCII characters, which say nothing of the account.
    for (const sub of [inShop, inBank, other]) expect(sub).toMatch(/^[\w-]{43}$/);
  });

  test('clients with a sector identifier in common share their subjects, whatever their hosts', async () => {
    const sector = 'https://family.example.org/redirect_uris.json';
    const uris = ['https://one.example.org/callback', 'https://two.example.org/callback'];
    outbound.documents.set(sector, JSON.stringify(uris));
    const [one, two] = await Promise.all(uris.map((uri) => pairwise([uri], { sector_identifier_uri: sector })));
    const alone = await pairwise(['https://one.example.org/callback']);
    if (!one || !two) throw new Error('Not registered');
    const shared = (await subjectsFor(one)).idToken;
    expect((await subjectsFor(two)).idToken).toBe(shared);
    expect((await subjectsFor(alone)).idToken).not.toBe(shared);
  });

  test('a native client is a sector of its own: nobody owns localhost or a private-use scheme', async () => {
    const native = { application_type: 'native', token_endpoint_auth_method: 'client_secret_basic' };
    const subjects: string[] = [];
    for (const uri of [
      'org.example.app:/cb',
      'org.example.app:/cb',
      'http://127.0.0.1/cb',
      'http://127.0.0.1/cb',
      'http://localhost/cb',
    ])
      subjects.push((await subjectsFor(await pairwise([uri], native))).idToken);
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  test('protocol.md §1.1: id_token_hint and prompt=none know the person by the pairwise subject', async () => {
    const client = await pairwise(['https://shop.example.org/callback']);
    const app = await applicationOf(world, client);
    const browser = createBrowser(world.server.url);
    const url = new URL(`${world.issuer}/authorize`);
    url.search = form({ response_type: 'code', scope: 'openid', ...requestOf(app) });
    const [first] = people;
    if (!first) throw new Error('There is nobody');
    const at = await signInAndAgree(browser, url, first);
    const redeem = { grant_type: 'authorization_code', redirect_uri: app.redirectUris[0] ?? '' };
    const tokens = await world.as(app, '/token', { ...redeem, code: at.searchParams.get('code') ?? '' });
    const hinted = { scope: 'openid', prompt: 'none', id_token_hint: tokens.body.id_token ?? '' };
    expect((await world.authorize(browser, app, hinted)).has('code')).toBe(true);
  });

  test('a change of the type changes the subject', async () => {
    const client = await registered(world, { redirect_uris: ['https://change.example.org/callback'] });
    expect((await subjectsFor(client)).idToken).toBe(people[0]?.id);
    await manage(client, 'PUT', { ...client, subject_type: 'pairwise' });
    expect((await subjectsFor(client)).idToken).not.toBe(people[0]?.id);
  });
});
