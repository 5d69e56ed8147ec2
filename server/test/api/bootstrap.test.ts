import { afterEach, describe, expect, it } from 'vitest';
import { isPasswordRight } from '../../src/accounts/password.js';
import { bootstrap } from '../../src/bootstrap.js';
import { type Config, readConfig } from '../../src/config.js';
import { closeDeps, createDeps, type Deps } from '../../src/deps.js';
import { createLog } from '../../src/platform/log.js';
import { createTestClock } from '../support/clock.js';
import { createTestDatabase, databaseKind, type TestDatabase } from '../support/database.js';

let database: TestDatabase | undefined;
const opened: Deps[] = [];

afterEach(async () => {
  for (const deps of opened.splice(0)) await closeDeps(deps);
  await database?.drop();
  database = undefined;
});

const owner = { TESSERA_ADMIN_EMAIL: 'owner@example.com', TESSERA_ADMIN_PASSWORD: 'correct horse battery staple' };
const client = { TESSERA_BOOTSTRAP_CLIENT_ID: 'ci', TESSERA_BOOTSTRAP_CLIENT_SECRET: 'a-secret-of-our-own' };

async function configure(env: Record<string, string> = {}): Promise<Config> {
  database ??= await createTestDatabase();
  const TESSERA_SECRET = Buffer.alloc(32, 7).toString('base64url');
  return readConfig({ TESSERA_URL: 'https://id.example', DATABASE_URL: database.url, TESSERA_SECRET, ...env });
}

async function open(env: Record<string, string> = {}): Promise<Deps> {
  const deps = await createDeps(await configure(env), { clock: createTestClock(), log: createLog('silent') });
  opened.push(deps);
  return deps;
}

/** One start of the server: its own connection, closed again. */
async function start(env: Record<string, string> = {}) {
  const deps = await open(env);
  const { setupLink } = await bootstrap(deps);
  const rows = {
    suites: await deps.db.selectFrom('suites').select(['slug', 'builtIn']).orderBy('slug').execute(),
    projects: await deps.db.selectFrom('projects').select('slug').orderBy('slug').execute(),
    resources: await deps.db.selectFrom('resources').select('identifier').orderBy('identifier').execute(),
    applications: await deps.db.selectFrom('applications').selectAll().orderBy('clientId').execute(),
    secrets: await deps.db.selectFrom('clientSecrets').selectAll().execute(),
    keys: await deps.db.selectFrom('signingKeys').select(['alg', 'kid']).execute(),
    accounts: await deps.db.selectFrom('accounts').selectAll().execute(),
    admins: await deps.db.selectFrom('admins').select(['subjectId', 'kind']).orderBy('kind').execute(),
  };
  return { deps, setupLink, rows };
}

describe('the first start', () => {
  it('makes suite system with the console, and suite default with a project', async () => {
    const { rows, setupLink } = await start();
    expect(rows.suites).toEqual([
      { slug: 'default', builtIn: 0 },
      { slug: 'system', builtIn: 1 },
    ]);
    expect(rows.projects.map((project) => project.slug)).toEqual(['console', 'default']);
    expect(rows.resources.map((resource) => resource.identifier)).toEqual([
      'https://id.example/api',
      'https://id.example/suites/default/resources/default',
    ]);
    // Of each suite: RS256, and the signing and the next key of ES256 and EdDSA; the rest follows.
    expect(rows.keys.length).toBe(10);
    expect(rows.applications).toMatchObject([
      {
        clientId: 'console',
        name: 'Console',
        authenticatorType: 'authorization_pkce_flow',
        access: 'everyone',
        refreshTokens: 'always',
        redirectUris: '["https://id.example/console/callback"]',
        postLogoutRedirectUris: '["https://id.example/console/signed-out"]',
        builtIn: 1,
      },
    ]);
    expect([rows.accounts, rows.admins]).toEqual([[], []]);
    expect(setupLink).toMatch(/^https:\/\/id\.example\/console\/setup#token=tes_su_/);
  });

  it('makes the owner and the bootstrap client that the environment names; then there is no set-up link', async () => {
    const { rows, setupLink } = await start({ ...owner, ...client });
    expect(setupLink).toBeNull();
    expect(rows.accounts).toMatchObject([{ email: 'owner@example.com', givenName: 'Admin', status: 'active' }]);
    expect(await isPasswordRight(owner.TESSERA_ADMIN_PASSWORD, rows.accounts[0]?.passwordHash ?? null)).toBe(true);
    const bootstrapClient = rows.applications.find((application) => application.clientId === 'ci');
    expect(bootstrapClient).toMatchObject({ name: 'Bootstrap', authenticatorType: 'client_credentials', builtIn: 0 });
    expect(rows.admins).toEqual([
      { subjectId: rows.accounts[0]?.id, kind: 'account' },
      { subjectId: bootstrapClient?.id, kind: 'application' },
    ]);
    expect(JSON.stringify(rows.secrets)).not.toContain('a-secret');
    expect(rows.secrets).toMatchObject([{ hint: '…' }]);
  });

  it('a bootstrap client alone is an admin: no set-up link', async () => {
    expect((await start(client)).setupLink).toBeNull();
  });

  it.each([
    [{ ...owner, TESSERA_ADMIN_EMAIL: 'owner' }, /^TESSERA_ADMIN_EMAIL is "owner"/],
    [{ ...owner, TESSERA_ADMIN_PASSWORD: 'short' }, /^TESSERA_ADMIN_PASSWORD .*Use at least 8 characters/],
  ])('refuses to start with %j, in words', async (env, text) => {
    await expect(start(env)).rejects.toThrow(text);
  });
});

describe('a later start', () => {
  it('changes nothing that is there', async () => {
    const first = await start({ ...owner, ...client });
    const second = await start({ ...owner, ...client });
    expect(second.rows).toEqual(first.rows);
  });

  it('does not bring back suite default, nor make a second owner, nor touch a password', async () => {
    const first = await start(owner);
    const suite = await first.deps.db
      .selectFrom('suites')
      .select('id')
      .where('slug', '=', 'default')
      .executeTakeFirstOrThrow();
    await first.deps.db.deleteFrom('projects').where('suiteId', '=', suite.id).execute();
    await first.deps.db.deleteFrom('suites').where('id', '=', suite.id).execute();
    const second = await start({
      TESSERA_ADMIN_EMAIL: 'second@example.com',
      TESSERA_ADMIN_PASSWORD: 'another pass phrase',
    });
    expect(second.rows.suites.map((one) => one.slug)).toEqual(['system']);
    expect(second.rows.accounts).toEqual(first.rows.accounts);
  });

  it('keeps the console in step with TESSERA_URL', async () => {
    await start();
    const { rows } = await start({ TESSERA_URL: 'https://new.example' });
    expect(rows.applications[0]).toMatchObject({
      redirectUris: '["https://new.example/console/callback"]',
      postLogoutRedirectUris: '["https://new.example/console/signed-out"]',
      allowedOrigins: '["https://new.example"]',
      version: 2,
    });
    expect(rows.resources.map((resource) => resource.identifier)).toContain('https://new.example/api');
  });

  it('makes the bootstrap client of a new environment beside the old one, and an owner when none is a person', async () => {
    await start(client);
    const { rows } = await start({ ...owner, ...client, TESSERA_BOOTSTRAP_CLIENT_ID: 'ci-2' });
    expect(rows.applications.map((application) => [application.clientId, application.name])).toEqual([
      ['ci', 'Bootstrap'],
      ['ci-2', 'Bootstrap ci-2'],
      ['console', 'Console'],
    ]);
    expect(rows.admins.map((admin) => admin.kind)).toEqual(['account', 'application', 'application']);
  });
});

describe.runIf(databaseKind === 'postgres')('several processes on one database', () => {
  it('start at once and make everything once', async () => {
    const processes = [
      await open({ ...owner, ...client }),
      await open({ ...owner, ...client }),
      await open({ ...owner, ...client }),
    ];
    await Promise.all(processes.map((deps) => bootstrap(deps)));
    const { rows } = await start({ ...owner, ...client });
    expect(rows.suites.length).toBe(2);
    // Of each suite: RS256, and the signing and the next key of ES256 and EdDSA; the rest follows.
    expect(rows.keys.length).toBe(10);
    expect(rows.applications.map((application) => application.clientId)).toEqual(['ci', 'console']);
    expect([rows.accounts.length, rows.admins.length, rows.secrets.length]).toEqual([1, 2, 1]);
  });
});
