import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Problem } from '@tessera/contract/problems';
import type { RegistrationToken, RegistrationTokenWithValue } from '@tessera/contract/registration';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../oauth/requests.js';

let world: World;
let path: string;

beforeAll(async () => {
  world = await startWorld();
  path = `/suites/${world.suite.id}`;
});
afterAll(() => world.close());

const create = (body: object) =>
  world.admin.api<RegistrationTokenWithValue & Pick<Problem, 'code' | 'errors'>>(
    'POST',
    `${path}/registration-tokens`,
    body,
  );
const list = async () =>
  (await world.admin.api<Page<RegistrationToken>>('GET', `${path}/registration-tokens`)).body.items;

describe('initial access tokens (RFC 7591 §3)', () => {
  test('are shown once, kept as a hash, and can be revoked', async () => {
    const made = await create({ name: ' CI ', expiresIn: 3600 });
    const { initialAccessToken, ...rest } = made.body;
    expect([made.status, rest]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'CI',
        hint: `${initialAccessToken.slice(0, 11)}…${initialAccessToken.slice(-4)}`,
        status: 'active',
        createdAt: world.server.clock.now(),
        expiresAt: world.server.clock.now() + 3600,
      },
    ]);
    expect(await list()).toEqual([rest]);
    const rows = await world.server.deps.db.selectFrom('initialAccessTokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(initialAccessToken);
    expect((await world.admin.api('DELETE', `${path}/registration-tokens/${rest.id}`)).status).toBe(204);
    expect((await world.admin.api('DELETE', `${path}/registration-tokens/${rest.id}`)).status).toBe(204);
    expect(await list()).toMatchObject([{ status: 'revoked' }]);
    const { body } = await world.admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${world.suite.id}`);
    expect(body.items.map(({ action }) => action).slice(0, 2)).toEqual([
      'registration_token.revoked',
      'registration_token.created',
    ]);
    expect(JSON.stringify(body)).not.toContain(initialAccessToken);
  });

  test('expire', async () => {
    const { body } = await create({ name: 'Short', expiresIn: 60 });
    const status = async () => (await list()).find(({ id }) => id === body.id)?.status;
    world.server.clock.advance(59);
    expect(await status()).toBe('active');
    world.server.clock.advance(1);
    expect(await status()).toBe('expired');
  });

  test('are at most 20 at a time', async () => {
    const active = (await list()).filter(({ status }) => status === 'active').length;
    for (let count = active; count < 20; count += 1)
      expect((await create({ name: `Token ${count}` })).status).toBe(201);
    expect(await create({ name: 'One more' })).toMatchObject({
      status: 409,
      body: { code: 'limit_reached', count: 20 },
    });
  });

  test.each([
    [{}, 'name', 'required'],
    [{ name: '' }, 'name', 'required'],
    [{ name: 'x', expiresIn: 59 }, 'expiresIn', 'invalid'],
    [{ name: 'x', expiresIn: '60' }, 'expiresIn', 'invalid'],
    [{ name: 'x', value: 'tes_it_mine' }, 'value', 'unknown_field'],
  ])('refuses %j', async (body, field, code) => {
    expect(await create(body)).toMatchObject({
      status: 422,
      body: { errors: [{ field, code: expect.stringMatching(`${code}|not_integer`) }] },
    });
  });

  test('nobody there: 404', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await world.admin.api('GET', `/suites/${nobody}/registration-tokens`)).toMatchObject({
      status: 404,
      body: { code: 'suite_not_found' },
    });
    for (const id of [nobody, 'x'])
      expect(await world.admin.api('DELETE', `${path}/registration-tokens/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'registration_token_not_found' },
      });
    const other = await world.admin.givenSuite();
    const [mine] = await list();
    expect((await world.admin.api('DELETE', `/suites/${other.id}/registration-tokens/${mine?.id}`)).status).toBe(404);
  });
});

describe('who may register', () => {
  const change = (body: object) => world.admin.api<Suite & Problem>('PATCH', path, body);

  test('is nobody at first, and a change is audited', async () => {
    expect((await world.admin.api<Suite>('GET', path)).body).toMatchObject({
      registration: 'off',
      registrationProjectId: null,
    });
    const answer = await change({ registration: 'token', registrationProjectId: world.project.id });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { registration: 'token', registrationProjectId: world.project.id },
    ]);
    const { body } = await world.admin.api<Page<AuditEvent>>(
      'GET',
      `/audit-events?targetId=${world.suite.id}&action=suite.updated`,
    );
    expect(body.items[0]?.changes).toEqual({
      registration: { from: 'off', to: 'token' },
      registrationProjectId: { from: null, to: world.project.id },
    });
    expect((await change({ registrationProjectId: null })).body.registrationProjectId).toBeNull();
  });

  test('a project of another suite, or none, is refused', async () => {
    const other = await world.admin.givenProject((await world.admin.givenSuite()).id);
    expect(await change({ registrationProjectId: other.id })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'registrationProjectId', code: 'project_not_in_suite' }] },
    });
    expect(await change({ registrationProjectId: '00000000-0000-4000-8000-000000000000' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'registrationProjectId', code: 'project_not_found' }] },
    });
    expect(await change({ registration: 'everybody' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'registration' }] },
    });
  });
});
