import type { Account } from '@tessera/contract/accounts';
import type { Problem } from '@tessera/contract/problems';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../oauth/requests.js';
import type { GivenApplication } from '../support/admin.js';

let world: World;
let app: GivenApplication;
let account: Account & { password: string };

beforeAll(async () => {
  world = await startWorld();
  app = await world.admin.givenApplication(world.project, 'authorization_flow', { access: 'everyone' });
  account = await world.admin.givenAccount(world.suite.id, { lastName: 'Lima' });
});
afterAll(() => world.close());

const everyClaim = {
  middleName: 'Maria',
  nickname: 'Anni',
  preferredUsername: 'ana@home/x',
  profile: 'https://people.example.com/ana',
  picture: 'https://people.example.com/ana.png',
  website: 'http://ana.example.com',
  gender: 'female',
  birthdate: '1987-10-16',
  zoneinfo: 'Europe/Lisbon',
  locale: 'pt-PT',
  phoneNumber: '+351 (21) 123-4567;ext=12',
  phoneNumberVerified: true,
  address: {
    formatted: 'Rua Um 1\n1000-001 Lisboa\nPortugal',
    streetAddress: 'Rua Um 1',
    locality: 'Lisboa',
    region: 'Lisboa',
    postalCode: '1000-001',
    country: 'Portugal',
  },
};

const patch = (claims: unknown) =>
  world.admin.api<Account & Pick<Problem, 'errors'>>('PATCH', `/accounts/${account.id}`, { claims });

async function userinfo(scope: string): Promise<Record<string, unknown>> {
  const browser = await world.signedIn(app, account);
  const tokens = await world.tokensFor(browser, app, { scope });
  return (await world.userinfo(tokens.access_token)).body;
}

describe('OpenID Connect Core §5.1: standard claims', () => {
  test('an admin sets them all, userinfo tells them all, each of its type (protocol.md §1.0)', async () => {
    const before = (await world.admin.api<Account>('GET', `/accounts/${account.id}`)).body;
    expect(before.claims).toEqual({});
    world.server.clock.advance(60);
    const answer = await patch(everyClaim);
    expect([answer.status, answer.body.claims]).toEqual([200, everyClaim]);
    expect((await world.admin.api('PATCH', `/accounts/${account.id}`, { emailVerified: true })).status).toBe(200);
    expect(await userinfo('openid profile email address phone')).toEqual({
      sub: account.id,
      name: 'Ana Lima',
      given_name: 'Ana',
      family_name: 'Lima',
      middle_name: 'Maria',
      nickname: 'Anni',
      preferred_username: 'ana@home/x',
      profile: 'https://people.example.com/ana',
      picture: 'https://people.example.com/ana.png',
      website: 'http://ana.example.com',
      gender: 'female',
      birthdate: '1987-10-16',
      zoneinfo: 'Europe/Lisbon',
      locale: 'pt-PT',
      // It moves with every change.
      updated_at: before.updatedAt + 60,
      email: account.email,
      email_verified: true,
      phone_number: '+351 (21) 123-4567;ext=12',
      phone_number_verified: true,
      address: {
        formatted: 'Rua Um 1\n1000-001 Lisboa\nPortugal',
        street_address: 'Rua Um 1',
        locality: 'Lisboa',
        region: 'Lisboa',
        postal_code: '1000-001',
        country: 'Portugal',
      },
    });
  });

  test.each([
    ['phone', ['phone_number', 'phone_number_verified', 'sub']],
    ['address', ['address', 'sub']],
    ['email', ['email', 'email_verified', 'sub']],
  ])('§5.4: scope %s tells its claims and no others', async (scope, names) => {
    await patch(everyClaim);
    expect(Object.keys(await userinfo(`openid ${scope}`)).sort()).toEqual(names);
  });

  test('RFC 7396: what is left out stays, null takes away, in the address, too', async () => {
    await patch(everyClaim);
    const answer = await patch({ nickname: null, gender: 'other', address: { region: null, locality: 'Sintra' } });
    const {
      nickname: _,
      address: { region: __, ...address },
      ...rest
    } = everyClaim;
    expect(answer.body.claims).toEqual({ ...rest, gender: 'other', address: { ...address, locality: 'Sintra' } });
    const told = await userinfo('openid profile address');
    expect(told).not.toHaveProperty('nickname');
    expect(told.address).not.toHaveProperty('region');
    const emptied = await patch({
      address: { formatted: null, streetAddress: null, locality: null, postalCode: null, country: null },
    });
    expect(emptied.body.claims).not.toHaveProperty('address');
    expect((await patch({ address: null, picture: null })).body.claims).not.toHaveProperty('picture');
    // §5.3.2: what is not known is left out, never null or empty.
    expect(
      Object.values(await userinfo('openid profile address')).every((value) => value !== null && value !== ''),
    ).toBe(true);
  });

  test('a new phone number is not verified; without a number there is nothing to verify', async () => {
    await patch({ phoneNumber: '+351211234567', phoneNumberVerified: true });
    expect((await patch({ nickname: 'Ana' })).body.claims.phoneNumberVerified).toBe(true);
    expect((await patch({ phoneNumber: '+351211234567' })).body.claims.phoneNumberVerified).toBe(true);
    expect((await patch({ phoneNumber: '+351217654321' })).body.claims.phoneNumberVerified).toBe(false);
    expect((await userinfo('openid phone')).phone_number_verified).toBe(false);
    const gone = (await patch({ phoneNumber: null, phoneNumberVerified: true })).body.claims;
    expect(gone).not.toHaveProperty('phoneNumber');
    expect(gone).not.toHaveProperty('phoneNumberVerified');
  });

  test.each([
    ['birthdate', '1987-10-16', '0000-02-29', '0000-12-31', '1987', '1850'],
    ['zoneinfo', 'Europe/Lisbon', 'America/Argentina/Buenos_Aires', 'UTC'],
    ['phoneNumber', '+1 (425) 555-1212', '+56 (2) 687 2400', '+43123456'],
    ['website', 'https://ana.example.com/#me', 'http://localhost/'],
  ])('takes as %s: %s and others', async (field, ...values) => {
    for (const value of values) expect((await patch({ [field]: value })).body.claims).toMatchObject({ [field]: value });
  });

  test('a language is kept in its usual spelling', async () => {
    expect((await patch({ locale: 'PT-br' })).body.claims.locale).toBe('pt-BR');
  });

  test.each<[string, unknown[]]>([
    [
      'birthdate',
      [
        '16.10.1987',
        '1987-13-01',
        '1987-02-30',
        '1987-10',
        '1849',
        '0000',
        '0000-02-30',
        '87',
        '2999',
        '2999-01-01',
        1987,
      ],
    ],
    ['zoneinfo', ['Lisbon', '+01:00', 'Europe/Nowhere', '']],
    ['locale', ['portuguese!', 'p', 'pt_PT']],
    ['phoneNumber', ['021 123', '+0 123 456', '+351', '351211234567', `+${'1'.repeat(16)}`, 'call me']],
    ['picture', ['ana.png', 'javascript:alert(1)', 'ftp://a.example/', 'https://a b.example/']],
    ['nickname', ['', '   ', 'null', 'NULL', 'a\0b', 'a\nb', 'x'.repeat(81), 7, {}]],
    ['phoneNumberVerified', ['true', null]],
    ['address', ['Rua Um 1', [], 7]],
    ['sub', ['someone']],
  ])('refuses as %s: %j', async (field, values) => {
    for (const value of values) {
      const answer = await patch({ [field]: value });
      expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, `claims.${field}`]);
    }
  });

  test('refuses members of an address that are none, or blank', async () => {
    for (const [member, value] of [
      ['street', 'x'],
      ['locality', ''],
      ['country', 'null'],
      ['postalCode', 1000],
    ]) {
      const answer = await patch({ address: { [String(member)]: value } });
      expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, `claims.address.${member}`]);
    }
  });

  test('a new account may have them from the start', async () => {
    const body = {
      suiteId: world.suite.id,
      firstName: 'Bea',
      email: 'bea@example.com',
      password: account.password,
      claims: { locale: 'de', nickname: null },
    };
    const answer = await world.admin.api<Account>('POST', '/accounts', body);
    expect([answer.status, answer.body.claims]).toEqual([201, { locale: 'de' }]);
    const bad = await world.admin.api<Problem>('POST', '/accounts', {
      ...body,
      email: 'c@example.com',
      claims: { birthdate: '2999' },
    });
    expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([422, 'claims.birthdate']);
  });

  test('domain rule 14: the audit log has what changed', async () => {
    await patch({ nickname: 'Before' });
    await patch({ nickname: 'After' });
    const { body } = await world.admin.api<{ items: { changes: { claims: { from: object; to: object } } }[] }>(
      'GET',
      `/audit-events?targetId=${account.id}&limit=1`,
    );
    expect(body.items[0]?.changes.claims).toMatchObject({ from: { nickname: 'Before' }, to: { nickname: 'After' } });
  });
});
