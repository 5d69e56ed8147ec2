import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rotateKeys } from '../../src/jobs/rotate-keys.js';
import { unseal } from '../../src/platform/seal.js';
import { createAdmin } from '../support/admin.js';
import { databaseKind } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';

// RSA keys take long to make on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await rotateKeys(server.deps);
});
afterAll(() => server.close());

/** Of another process on the same database. */
const same = () => ({ TESSERA_URL: server.url });

const rows = () => server.deps.db.selectFrom('signingKeys').selectAll().execute();

/** Every byte of the database: its files, or every row of every table. */
async function readAll(): Promise<string> {
  const { url } = server.database;
  if (databaseKind === 'sqlite') {
    const directory = dirname(url.slice('file:'.length));
    return readdirSync(directory)
      .map((name) => readFileSync(join(directory, name), 'latin1'))
      .join('');
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows: found } = await client.query<{ text: string }>(`select one::text as text from "${name}" one`);
    texts.push(...found.map((row) => row.text));
  }
  await client.end();
  return texts.join('\n');
}

/** The private members of the keys (RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2), opened with the master key. */
async function privateValues(): Promise<string[]> {
  const { masterKey } = server.deps.config;
  const jwks = (await rows())
    .filter((row) => row.privateSealed !== '')
    .map((row) => JSON.parse(unseal(masterKey, row.privateSealed, `signing-key ${row.kid}`)) as Record<string, string>);
  return jwks.flatMap((jwk) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].flatMap((name) => jwk[name] ?? []));
}

describe('domain rule 12: private keys are encrypted at rest', () => {
  it('no private member of any key stands in the database', async () => {
    const secrets = await privateValues();
    expect(secrets).toHaveLength(2 * (4 * 6 + 4 * 1));
    const all = await readAll();
    expect(all).toContain((await rows())[0]?.kid);
    for (const value of secrets) expect(all.includes(value)).toBe(false);
    expect(all).not.toMatch(/"(d|p|q|dp|dq|qi)"\s*:\s*"/);
    expect(all).not.toContain('PRIVATE KEY');
  });

  it('nor in any answer of the management API', async () => {
    const admin = createAdmin(server);
    const answer = await admin.api<{ items: { suiteId: string }[] }>('GET', '/keys?limit=100');
    const ofSuite = await admin.api('GET', `/suites/${answer.body.items[0]?.suiteId}/keys`);
    const rotated = await admin.api('POST', `/suites/${answer.body.items[0]?.suiteId}/keys/rotate`, { alg: 'ES256' });
    const audit = await admin.api('GET', '/audit-events?limit=100');
    const text = JSON.stringify([answer.body, ofSuite.body, rotated.body, audit.body]);
    for (const value of await privateValues()) expect(text.includes(value)).toBe(false);
    expect(text).not.toMatch(/"d"|PRIVATE|privateSealed/);
  });
});

describe('a wrong master key', () => {
  const wrong = { TESSERA_SECRET: Buffer.alloc(32, 9).toString('base64url') };

  it('stops the start with a text that says what to do, and changes nothing', async () => {
    const before = await rows();
    await expect(startTestServer({ database: server.database, env: { ...same(), ...wrong } })).rejects.toThrow(
      /master key does not open the signing key .* of suite .*TESSERA_SECRET/,
    );
    expect(await rows()).toEqual(before);
  });

  it('stops the start also where one key only does not open', async () => {
    const { db } = server.deps;
    const [first] = (await rows()).filter((row) => row.privateSealed !== '');
    if (!first) throw new Error('no key');
    const broken = `${first.privateSealed.slice(0, -4)}AAAA`;
    await db.updateTable('signingKeys').set({ privateSealed: broken }).where('kid', '=', first.kid).execute();
    await expect(startTestServer({ database: server.database, env: same() })).rejects.toThrow(first.kid);
    await db
      .updateTable('signingKeys')
      .set({ privateSealed: first.privateSealed })
      .where('kid', '=', first.kid)
      .execute();
    const second = await startTestServer({ database: server.database, env: same() });
    await second.close({ keepDatabase: true });
  });
});

describe('keys of an older release', () => {
  it('a suite that has no PS256, EdDSA and next keys gets them', async () => {
    const { db } = server.deps;
    const suite = await createAdmin(server).givenSuite();
    const kept = await db
      .selectFrom('signingKeys')
      .select('kid')
      .where('suiteId', '=', suite.id)
      .where('status', '=', 'signing')
      .where('alg', 'in', ['RS256', 'ES256'])
      .execute();
    const kids = kept.map((row) => row.kid);
    await db.deleteFrom('signingKeys').where('suiteId', '=', suite.id).where('kid', 'not in', kids).execute();
    await rotateKeys(server.deps);
    const after = await db.selectFrom('signingKeys').selectAll().where('suiteId', '=', suite.id).execute();
    expect(after.map((row) => `${row.alg} ${row.status}`).sort()).toEqual(
      ['ES256', 'EdDSA', 'PS256', 'RS256'].flatMap((alg) => [`${alg} next`, `${alg} signing`]),
    );
    expect(after.map((row) => row.kid)).toEqual(expect.arrayContaining(kids));
  });
});
