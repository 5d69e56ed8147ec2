import { createPublicKey } from 'node:crypto';
import type { Application } from '@tessera/contract/applications';
import type { KeyChange, SigningKey } from '@tessera/contract/keys';
import type { Page } from '@tessera/contract/list';
import type { AuditEvent } from '@tessera/contract/monitor';
import type { Suite } from '@tessera/contract/suites';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeSigningKey } from '../../src/keys/signing-key.js';
import { insertSigningKey } from '../../src/store/signing-keys.js';
import { type Admin, createAdmin } from '../support/admin.js';
import { startTestServer, type TestServer } from '../support/server.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
let admin: Admin;
let suite: Suite;
const nobody = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  server = await startTestServer();
  admin = createAdmin(server);
  suite = await admin.givenSuite({ name: 'With keys' });
});
afterAll(() => server.close());

const keysOf = async (id: string) => (await admin.api<Page<SigningKey>>('GET', `/suites/${id}/keys`)).body.items;
const rotate = (id: string, body: object = {}) => admin.api<KeyChange>('POST', `/suites/${id}/keys/rotate`, body);

describe('reading', () => {
  it('the keys of a suite: times, the public key as JWK and as PEM, and what signs first', async () => {
    const answer = await admin.api<Page<SigningKey>>('GET', `/suites/${suite.id}/keys`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ nextCursor: null, total: 5, totalCapped: false });
    expect(answer.body.items.map((key) => `${key.alg} ${key.status}`)).toEqual([
      'RS256 signing',
      'ES256 signing',
      'ES256 next',
      'EdDSA signing',
      'EdDSA next',
    ]);
    const now = server.clock.now();
    for (const key of answer.body.items) {
      expect(key).toMatchObject({
        suiteId: suite.id,
        suiteName: 'With keys',
        createdAt: now,
        removedAt: null,
        tokensValidUntil: null,
        signsFrom: key.status === 'signing' ? now : now + 90 * 86_400,
        signsUntil: key.status === 'signing' ? now + 90 * 86_400 : null,
        publicJwk: { kid: key.kid, alg: key.alg, use: 'sig' },
      });
      const { kty, crv, x, y, n, e } = createPublicKey(key.pem).export({ format: 'jwk' });
      expect(key.publicJwk).toMatchObject(JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })));
    }
  });

  it('the keys of all suites: filters, and pages without gap or repeat', async () => {
    const all = await admin.api<Page<SigningKey>>('GET', '/keys?limit=100');
    expect(all.body.total).toBe(15);
    const paged: SigningKey[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<SigningKey> = (
        await admin.api<Page<SigningKey>>('GET', `/keys?limit=4${cursor ? `&cursor=${cursor}` : ''}`)
      ).body;
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all.body.items);
    const filtered = await admin.api<Page<SigningKey>>('GET', `/keys?suiteId=${suite.id}&alg=ES256&status=next`);
    expect(filtered.body.items).toMatchObject([{ suiteId: suite.id, alg: 'ES256', status: 'next' }]);
    const { kid } = filtered.body.items[0] ?? {};
    expect((await admin.api<Page<SigningKey>>('GET', `/keys?q=${kid}`)).body.items).toEqual(filtered.body.items);
    expect((await admin.api<Page<SigningKey>>('GET', '/keys?q=unknown')).body.items).toEqual([]);
  });

  it.each([
    ['GET', `/suites/${nobody}/keys`, 'suite_not_found'],
    ['GET', '/suites/none/keys', 'suite_not_found'],
    ['POST', `/suites/${nobody}/keys/rotate`, 'suite_not_found'],
    ['POST', `/suites/${nobody}/keys/${'A'.repeat(43)}/revoke`, 'suite_not_found'],
  ] as const)('%s %s: 404 %s', async (method, path, code) => {
    const answer = await admin.api(method, path, method === 'POST' ? {} : undefined);
    expect(answer).toMatchObject({ status: 404, body: { code } });
  });

  it.each(['A'.repeat(43), 'short', '..%2f..'])('revoking %j: 404 key_not_found', async (kid) => {
    expect(await admin.api('POST', `/suites/${suite.id}/keys/${kid}/revoke`)).toMatchObject({
      status: 404,
      body: { code: 'key_not_found' },
    });
  });

  it('a key of another suite is not found', async () => {
    const other = await admin.givenSuite();
    const [key] = await keysOf(other.id);
    expect(await admin.api('POST', `/suites/${suite.id}/keys/${key?.kid}/revoke`)).toMatchObject({ status: 404 });
    expect((await keysOf(other.id))[0]).toEqual(key);
  });
});

describe('changing', () => {
  it.each([{ alg: 'HS256' }, { alg: 'none' }, { alg: 'ES384' }, { from: ['short'] }, { from: 'x' }, { kid: 'x' }])(
    'rotate with %j: 422, and nothing is rotated',
    async (body) => {
      const before = await keysOf(suite.id);
      expect(await rotate(suite.id, body)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
      expect(await keysOf(suite.id)).toEqual(before);
    },
  );

  it('domain rule 14: a rotation and a revocation leave rows with who did it', async () => {
    const { id } = await admin.givenSuite();
    const { body } = await rotate(id, { alg: 'ES256' });
    const [change] = body.changed;
    await admin.api('POST', `/suites/${id}/keys/${change?.from}/revoke`);
    const rowsOf = async (kid: string | undefined) =>
      (await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${kid}`)).body.items;
    const [rotated] = await rowsOf(change?.to);
    expect(rotated).toMatchObject({
      action: 'signing_key.rotated',
      actorType: 'application',
      targetType: 'signing_key',
      targetName: `ES256 ${change?.to}`,
      changes: { suiteId: id, signing: change && { from: change.from, to: change.to } },
    });
    const [revoked] = await rowsOf(change?.from);
    expect(revoked).toMatchObject({
      action: 'signing_key.revoked',
      actorType: 'application',
      changes: { suiteId: id, status: { from: 'retired', to: 'revoked' } },
    });
  });

  it('a JWKS does not grow without end: 409 key_limit', async () => {
    const { id } = await admin.givenSuite();
    for (let n = 0; n < 20; n += 1) expect((await rotate(id, { alg: 'ES256' })).status).toBe(200);
    expect(await rotate(id, { alg: 'ES256' })).toMatchObject({ status: 409, body: { code: 'key_limit', count: 20 } });
    expect((await rotate(id, { alg: 'EdDSA' })).status).toBe(200);
    server.clock.advance(86_400 + 600);
    expect((await rotate(id, { alg: 'ES256' })).status).toBe(200);
  });

  it.each([7, 30, 3_650])('keyRotationDays can be %d, and the plan follows', async (keyRotationDays) => {
    const { id } = await admin.givenSuite();
    const answer = await admin.api<Suite>('PATCH', `/suites/${id}`, { keyRotationDays });
    expect(answer).toMatchObject({ status: 200, body: { keyRotationDays, version: 2 } });
    const [signing] = await keysOf(id);
    expect(signing?.signsUntil).toBe((signing?.signsFrom ?? 0) + keyRotationDays * 86_400);
    const { body } = await admin.api<Page<AuditEvent>>('GET', `/audit-events?targetId=${id}&action=suite.updated`);
    expect(body.items[0]?.changes).toEqual({ keyRotationDays: { from: 90, to: keyRotationDays } });
  });

  it.each([6, 0, -1, 3_651, 7.5, '90', null])('keyRotationDays cannot be %j: 422', async (keyRotationDays) => {
    expect(await admin.api('PATCH', `/suites/${suite.id}`, { keyRotationDays })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'keyRotationDays' }] },
    });
  });

  it('one key at most signs and one is next, whoever writes', async () => {
    const { masterKey } = server.deps.config;
    for (const status of ['signing', 'next'] as const) {
      const key = await makeSigningKey(masterKey, suite.id, 'ES256', status, server.clock.now());
      expect(await insertSigningKey(server.deps.db, key)).toBe(false);
    }
  });
});

describe('the algorithms of an application', () => {
  it('are ID token RS256 and access token ES256, and can be each of the four', async () => {
    const project = await admin.givenProject(suite.id);
    const { id } = await admin.givenApplication(project, 'client_credentials');
    for (const alg of ['ES256', 'PS256', 'EdDSA', 'RS256'] as const) {
      const body = { idTokenSigningAlg: alg, accessTokenSigningAlg: alg };
      const answer = await admin.api<Application>('PATCH', `/applications/${id}`, body);
      expect(answer).toMatchObject({ status: 200, body });
      expect((await admin.api<Application>('GET', `/applications/${id}`)).body).toMatchObject(body);
    }
    const other = await admin.givenApplication(project, 'client_credentials', { idTokenSigningAlg: 'PS256' });
    expect(other).toMatchObject({ idTokenSigningAlg: 'PS256', accessTokenSigningAlg: 'ES256' });
  });

  it.each(['HS256', 'none', 'RS512', '', null, 1])('cannot be %j: 422', async (alg) => {
    const project = await admin.givenProject(suite.id);
    const { id } = await admin.givenApplication(project, 'client_credentials');
    const answer = await admin.api('PATCH', `/applications/${id}`, { idTokenSigningAlg: alg });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'idTokenSigningAlg' }] } });
  });
});
