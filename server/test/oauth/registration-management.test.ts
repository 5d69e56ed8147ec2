import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '../support/browser-flow.js';
import {
  applicationOf,
  bearer,
  leastMetadata,
  manage,
  type Registered,
  registered,
  setRegistration,
  signInAndAgree,
} from './registrations.js';
import {
  anotherSuite,
  expectNotCached,
  expectRefused,
  refusalOf,
  requestOf,
  send,
  startWorld,
  type World,
} from './requests.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '10000' } });
  await setRegistration(world, 'open');
});
afterAll(() => world.close());

const replacement = (client: Registered, metadata: object = {}) => ({
  client_id: client.client_id,
  ...leastMetadata,
  ...metadata,
});
const unknownToken = { status: 401, error: 'invalid_token', row: { rule: 'registration.token', endpoint: 'register' } };

describe('RFC 7592 §2.1: read', () => {
  test('protocol.md §2.7: answers 200 with what is registered', async () => {
    const initiate_login_uri = 'https://client.example.org/login';
    const client = await registered(world, { initiate_login_uri });
    expect(client.initiate_login_uri).toBe(initiate_login_uri);
    const answer = await manage(client, 'GET');
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    const { client_secret: _, client_secret_expires_at: __, ...rest } = client;
    // Its secret is known by a hash; the token is that of the request (RFC 7592 §3).
    expect(answer.body).toEqual(rest);
  });

  test('without a token it is 401, with another one, too', async () => {
    const [client, other] = [await registered(world), await registered(world)];
    const without = await send(client.registration_client_uri, {});
    expect(without.headers.get('www-authenticate')).toBe('Bearer realm="tessera"');
    await expectRefused(world, without, { status: 401, error: 'invalid_token', row: { rule: 'token.missing' } });
    for (const token of [
      other.registration_access_token,
      client.client_secret ?? '',
      'wrong',
      await world.admin.token(),
    ])
      await expectRefused(world, await manage({ ...client, registration_access_token: token }, 'GET'), unknownToken);
    const malformed = await send(client.registration_client_uri, { headers: bearer('a b') });
    await expectRefused(world, malformed, { status: 400, error: 'invalid_request', row: { rule: 'token.malformed' } });
  });

  test('of another suite, of an application that an admin made, or of nobody: 401', async () => {
    const client = await registered(world);
    const other = await anotherSuite(world);
    await setRegistration(other, 'open');
    const made = await world.admin.givenApplication(world.project, 'authorization_flow');
    for (const path of [
      `${other.issuer}/register/${client.client_id}`,
      `${world.issuer}/register/${made.clientId}`,
      `${world.issuer}/register/nobody`,
      `${world.issuer}/register/a%00b`,
    ]) {
      const answer = await manage({ ...client, registration_client_uri: path }, 'GET');
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
    }
  });

  test('a client that an admin disabled is told so', async () => {
    const client = await registered(world);
    const { id } = await applicationOf(world, client);
    await world.admin.api('PATCH', `/applications/${id}`, { status: 'disabled' });
    for (const answer of [
      await manage(client, 'GET'),
      await manage(client, 'PUT', replacement(client)),
      await manage(client, 'DELETE'),
    ]) {
      expect([answer.status, answer.body.error]).toEqual([403, 'access_denied']);
      expect(await refusalOf(world, answer)).toMatchObject({ rule: 'client.disabled', applicationId: id });
    }
  });

  test('it sees what an admin changed', async () => {
    const client = await registered(world);
    const { id } = await applicationOf(world, client);
    await world.admin.api('PATCH', `/applications/${id}`, {
      name: 'Renamed',
      policyUri: 'https://client.example.org/p',
    });
    expect((await manage(client, 'GET')).body).toMatchObject({
      client_name: 'Renamed',
      policy_uri: 'https://client.example.org/p',
    });
  });
});

describe('RFC 7592 §2.2: replace', () => {
  test('what is left out goes, the secret and what an admin set stay', async () => {
    const client = await registered(world, { logo_uri: 'https://client.example.org/logo.png', default_max_age: 60 });
    const before = await applicationOf(world, client);
    await world.admin.api('PATCH', `/applications/${before.id}`, { accessTokenLifespan: 120, firstParty: true });
    const changed = {
      client_name: 'New name',
      redirect_uris: ['https://client.example.org/new'],
      grant_types: ['authorization_code', 'refresh_token'],
    };
    const answer = await manage(client, 'PUT', replacement(client, changed));
    expect(answer.status).toBe(200);
    expectNotCached(answer);
    expect(answer.body).toMatchObject({
      ...changed,
      client_id: client.client_id,
      registration_access_token: client.registration_access_token,
    });
    for (const member of ['logo_uri', 'default_max_age', 'client_secret'])
      expect(answer.body).not.toHaveProperty(member);
    const after = await applicationOf(world, client);
    expect(after).toMatchObject({ id: before.id, name: 'New name', accessTokenLifespan: 120, refreshTokens: 'always' });
    const token = await world.as(after, '/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'x' });
    expect(token.body.error).toBe('invalid_grant');
  });

  test('new redirect URIs make a third party of it again: nobody vouched for those', async () => {
    const client = await registered(world);
    const { id } = await applicationOf(world, client);
    await world.admin.api('PATCH', `/applications/${id}`, { firstParty: true });
    await manage(client, 'PUT', replacement(client, { client_name: 'New name' }));
    expect(await applicationOf(world, client)).toMatchObject({ firstParty: true });
    await manage(client, 'PUT', replacement(client, { redirect_uris: ['https://elsewhere.example.org/'] }));
    expect(await applicationOf(world, client)).toMatchObject({ firstParty: false });
  });

  test('the whole answer, sent back, is taken; members that the server decides are left alone', async () => {
    const client = await registered(world, {
      jwks_uri: 'https://client.example.org/jwks',
      contacts: ['a@example.org'],
    });
    const answer = await manage(client, 'PUT', {
      ...client,
      client_secret_expires_at: 7,
      registration_access_token: 'x',
    });
    const { client_secret: _, client_secret_expires_at: __, ...rest } = client;
    expect([answer.status, answer.body]).toEqual([200, rest]);
    expect((await manage(client, 'GET')).status).toBe(200);
  });

  test.each([
    ['without client_id', () => ({ client_id: undefined }), 'client_id'],
    ['with the client_id of another', () => ({ client_id: 'another' }), 'client_id'],
    ['with a secret of its own choice', () => ({ client_secret: 'my own' }), 'client_secret'],
    ['with a secret that is no text', () => ({ client_secret: ['x'] }), 'client_secret'],
    [
      'with http where it must be https',
      () => ({ initiate_login_uri: 'http://client.example.org/' }),
      'initiate_login_uri',
    ],
  ])('%s it is 400 and changes nothing', async (_, metadata, member) => {
    const client = await registered(world);
    const before = await applicationOf(world, client);
    const answer = await manage(client, 'PUT', replacement(client, { client_name: 'Changed', ...metadata() }));
    const row = { rule: `registration.${member}`, applicationId: before.id };
    await expectRefused(world, answer, { status: 400, error: 'invalid_client_metadata', row });
    expect(await applicationOf(world, client)).toEqual({
      ...before,
      ...(client.client_secret ? { clientSecret: client.client_secret } : {}),
    });
  });

  test('a fragment in a redirect URI is 400 invalid_redirect_uri', async () => {
    const client = await registered(world);
    const answer = await manage(
      client,
      'PUT',
      replacement(client, { redirect_uris: ['https://client.example.org/#f'] }),
    );
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_redirect_uri']);
  });

  test('a client that becomes public loses its secret; one that becomes confidential gets one', async () => {
    const client = await registered(world);
    const asPublic = await manage(client, 'PUT', replacement(client, { token_endpoint_auth_method: 'none' }));
    expect(asPublic.body).not.toHaveProperty('client_secret');
    const application = await applicationOf(world, client);
    expect(application.authenticatorType).toBe('authorization_pkce_flow');
    const again = await manage(client, 'PUT', replacement(client));
    expect(again.body).toMatchObject({ client_secret: expect.stringMatching(/^tes_cs_/), client_secret_expires_at: 0 });
    expect(again.body.client_secret).not.toBe(client.client_secret);
    // A hash cannot sign: the secret is made anew, and the old one counts no more.
    const signing = await manage(
      client,
      'PUT',
      replacement(client, { token_endpoint_auth_method: 'client_secret_jwt' }),
    );
    expect(signing.body.client_secret).toMatch(/^tes_cs_/);
    const kept = await manage(client, 'PUT', replacement(client, { token_endpoint_auth_method: 'client_secret_post' }));
    expect(kept.body).not.toHaveProperty('client_secret');
    const secrets = await world.admin.api<Page<{ status: string }>>('GET', `/applications/${application.id}/secrets`);
    expect(secrets.body.items.map(({ status }) => status)).toEqual(['active', 'revoked', 'revoked']);
  });

  test('the audit log has what changed, by the client itself', async () => {
    const client = await registered(world);
    const { id } = await applicationOf(world, client);
    await manage(
      client,
      'PUT',
      replacement(client, { client_name: 'New name', tos_uri: 'https://client.example.org/tos' }),
    );
    const { body } = await world.admin.api<Page<AuditEvent>>(
      'GET',
      `/audit-events?targetId=${id}&action=application.updated`,
    );
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      actorType: 'application',
      actorId: id,
      changes: {
        client_name: { from: leastMetadata.client_name, to: 'New name' },
        tos_uri: { from: null, to: 'https://client.example.org/tos' },
      },
    });
    expect(Object.keys(body.items[0]?.changes ?? {})).toHaveLength(2);
  });
});

describe('RFC 7592 §2.3: delete', () => {
  test('protocol.md §3, trap 3: 204, and then the client is gone', async () => {
    const client = await registered(world);
    const application = await applicationOf(world, client);
    const answer = await manage(client, 'DELETE');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectNotCached(answer);
    await expectRefused(world, await manage(client, 'GET'), unknownToken);
    await expectRefused(world, await manage(client, 'DELETE'), unknownToken);
    expect((await world.as(application, '/token', { grant_type: 'client_credentials' })).body.error).toBe(
      'invalid_client',
    );
    expect((await world.admin.api('GET', `/applications/${application.id}`)).status).toBe(404);
    const { body } = await world.admin.api<Page<AuditEvent>>(
      'GET',
      `/audit-events?targetId=${application.id}&action=application.deleted`,
    );
    expect(body.items).toMatchObject([{ actorType: 'application', actorId: application.id }]);
  });

  test('its tokens die with it', async () => {
    const person = await world.admin.givenAccount(world.suite.id);
    const client = await registered(world, { grant_types: ['authorization_code', 'refresh_token'] });
    const app = await applicationOf(world, client);
    const url = new URL(`${world.issuer}/authorize`);
    url.search = new URLSearchParams({ response_type: 'code', scope: 'openid', ...requestOf(app) }).toString();
    const at = await signInAndAgree(createBrowser(world.server.url), url, person);
    const tokens = await world.as(app, '/token', {
      grant_type: 'authorization_code',
      code: at.searchParams.get('code') ?? '',
      redirect_uri: app.redirectUris[0] ?? '',
    });
    expect((await world.userinfo(tokens.body.access_token)).status).toBe(200);
    expect((await manage(client, 'DELETE')).status).toBe(204);
    expect((await world.userinfo(tokens.body.access_token)).status).toBe(401);
  });

  test('domain rule 11: a client to which an admin assigned users is deleted by an admin', async () => {
    const client = await registered(world);
    const application = await applicationOf(world, client);
    await world.admin.givenUser(application.id);
    const answer = await manage(client, 'DELETE');
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied']);
    expect((await manage(client, 'GET')).status).toBe(200);
  });
});

describe('races', () => {
  test('RFC 7592 §2: replaced and deleted at once, the client is whole or gone, never between', async () => {
    for (let round = 0; round < 6; round += 1) {
      const client = await registered(world, { token_endpoint_auth_method: 'none' });
      const answers = await Promise.all([
        manage(
          client,
          'PUT',
          replacement(client, { client_name: 'One', token_endpoint_auth_method: 'client_secret_basic' }),
        ),
        manage(client, 'DELETE'),
        manage(client, 'PUT', replacement(client, { client_name: 'Two' })),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([expect.toSatisfy(isDone), 204, expect.toSatisfy(isDone)]);
      expect((await manage(client, 'GET')).status).toBe(401);
      const { db } = world.server.deps;
      const left = await db.selectFrom('applications').select('id').where('clientId', '=', client.client_id).execute();
      expect(left).toEqual([]);
    }
  });

  test('replaced twice at once, one follows the other, and there is one live secret', async () => {
    const client = await registered(world, { token_endpoint_auth_method: 'none' });
    const put = (client_name: string) => manage(client, 'PUT', replacement(client, { client_name }));
    const answers = await Promise.all(['One', 'Two', 'Three'].map(put));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ body }) => body.client_secret !== undefined)).toHaveLength(1);
    const { id } = await applicationOf(world, client);
    const secrets = await world.admin.api<Page<{ status: string }>>('GET', `/applications/${id}/secrets`);
    expect(secrets.body.items.map(({ status }) => status)).toEqual(['active']);
  });
});

const isDone = (status: number) => status === 200 || status === 401;

test('RFC 9110 §15.5.6: other methods are 405; with registration off there is nothing here', async () => {
  const other = await anotherSuite(world);
  await setRegistration(other, 'open');
  const client = await registered(other);
  const post = await send(client.registration_client_uri, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE, OPTIONS']);
  await setRegistration(other, 'off');
  expect((await manage(client, 'GET')).status).toBe(404);
});

test('wrong tokens are counted by address, right ones are not', async () => {
  const own = await startWorld({ env: { TESSERA_MAX_REGISTRATIONS_PER_ADDRESS: '5' } });
  try {
    await setRegistration(own, 'open');
    const client = await registered(own);
    for (let count = 0; count < 10; count += 1) expect((await manage(client, 'GET')).status).toBe(200);
    const wrong = { ...client, registration_access_token: 'wrong' };
    for (let count = 0; count < 4; count += 1) expect((await manage(wrong, 'GET')).status).toBe(401);
    expect((await manage(wrong, 'GET')).status).toBe(429);
    expect((await manage(client, 'GET')).status).toBe(429);
  } finally {
    await own.close();
  }
});
